import type { AvroSchema } from "./schema.ts";

/** A type in few words: `int or null`, `array of string`, `record shop.Point`. */
export function typeWords(schema: AvroSchema): string {
  switch (schema.type) {
    case "union":
      return [...schema.branches]
        .toSorted((a, b) => Number(a.type === "null") - Number(b.type === "null"))
        .map(typeWords)
        .join(" or ");
    case "array":
      return `array of ${typeWords(schema.items)}`;
    case "map":
      return `map of ${typeWords(schema.values)}`;
    case "record":
    case "enum":
    case "fixed":
      return `${schema.type} ${schema.name.full}`;
    default:
      return schema.type;
  }
}
