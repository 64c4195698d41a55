import type { ConnectSchema } from "../../model/connect-schema.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject } from "../../model/json.ts";

/** A Connect schema in a few characters: `int64`, `bytes Decimal(10,2)`, `array<string?>`; a semantic name without its package, `?` where it is optional inside another. */
export function connectWords(schema: ConnectSchema): string {
  const { type, name, parameters } = schema;
  if (type === "array" && name === undefined) return `array<${inner(schema.items)}>`;
  if (type === "map") return `map<${inner(schema.keys)},${inner(schema.values)}>`;
  if (name === undefined) return type;
  const short = name.slice(name.lastIndexOf(".") + 1);
  switch (short) {
    case "Decimal":
      return `${type} Decimal(${[parameters?.["connect.decimal.precision"], parameters?.["scale"]].filter((one) => one !== undefined).join(",")})`;
    case "Enum":
      return `${type} Enum(${parameters?.["allowed"] ?? ""})`;
    case "Bits":
      return `${type} Bits(${parameters?.["length"] ?? ""})`;
    default:
      return `${type} ${short}`;
  }
}

function inner(schema: ConnectSchema | undefined): string {
  return schema === undefined ? "" : `${connectWords(schema)}${schema.optional ? "?" : ""}`;
}

/** An Avro type in a few characters: `null | long`, `bytes decimal(10,2)`, `array<null | string>`, the name of a record. */
export function avroWords(type: JsonValue): string {
  if (typeof type === "string") return type.slice(type.lastIndexOf(".") + 1);
  if (isArray(type)) return type.map(avroWords).join(" | ");
  if (!isObject(type)) return JSON.stringify(type);
  const { type: kind, logicalType, precision, scale } = type;
  if (kind === "array") return `array<${avroWords(type["items"] ?? null)}>`;
  if (kind === "map") return `map<${avroWords(type["values"] ?? null)}>`;
  if (kind === "record") return `record ${String(type["name"])}`;
  if (logicalType === "decimal") return `${String(kind)} decimal(${String(precision)},${String(scale)})`;
  if (typeof kind !== "string") return kind === undefined ? JSON.stringify(type) : avroWords(kind);
  return typeof logicalType === "string" ? `${kind} ${logicalType}` : kind;
}

const LONG_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^character varying\b/, "varchar"],
  [/^character\b/, "char"],
  [/^bit varying\b/, "varbit"],
  [/^(time|timestamp)(\(\d\))? without time zone/, "$1$2"],
  [/^(time|timestamp)(\(\d\))? with time zone/, "$1tz$2"],
];

/** PostgreSQL's own shorter name of a type, where it has one: `varchar(40)`, `timestamptz(3)`. */
export function postgresWords(text: string): string {
  const found = LONG_NAMES.find(([long]) => long.test(text));
  return found === undefined ? text : text.replace(found[0], found[1]);
}

/** The fields of a record schema; empty for anything else. */
export function avroFields(schema: JsonValue | null): readonly JsonObject[] {
  const fields = schema !== null && isObject(schema) ? schema["fields"] : undefined;
  return fields !== undefined && isArray(fields) ? fields.filter(isObject) : [];
}
