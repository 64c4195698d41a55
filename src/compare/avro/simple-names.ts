import { AvroError } from "./avro-error.ts";
import { faultOfName } from "./names.ts";
import type { AvroSchema } from "./schema.ts";

/**
 * What a registry still checks in a stored schema: the simple names of types, fields and symbols, letters of any script allowed; not
 * namespaces, not aliases. @throws AvroError
 */
export function checkSimpleNames(schema: AvroSchema, seen = new Set<AvroSchema>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  if ("name" in schema) checkName(schema.name.name);
  switch (schema.type) {
    case "record":
      for (const field of schema.fields) {
        checkName(field.name);
        checkSimpleNames(field.type, seen);
      }
      return;
    case "enum":
      schema.symbols.forEach(checkName);
      return;
    case "array":
      return checkSimpleNames(schema.items, seen);
    case "map":
      return checkSimpleNames(schema.values, seen);
    case "union":
      for (const branch of schema.branches) checkSimpleNames(branch, seen);
      return;
    default:
  }
}

function checkName(name: string): void {
  const fault = faultOfName(name, "unicode");
  if (fault !== null) throw new AvroError("IllegalArgumentException", fault);
}
