import type { JsonObject, JsonValue } from "../../model/json.ts";
import { jacksonText } from "./registration-text.ts";
import type { AvroField, AvroName, AvroSchema } from "./schema.ts";
import { primitiveTypes } from "./schema.ts";

/** Text of a schema as org.apache.avro.Schema.toString prints it, and the registry stores and shows it. */
export function printSchema(schema: AvroSchema): string {
  return jacksonText(toJson(schema, null, new Set()));
}

function toJson(schema: AvroSchema, space: string | null, known: Set<string>): JsonValue {
  switch (schema.type) {
    case "union":
      return schema.branches.map((branch) => toJson(branch, space, known));
    case "array":
      return { type: "array", items: toJson(schema.items, space, known), ...schema.properties };
    case "map":
      return { type: "map", values: toJson(schema.values, space, known), ...schema.properties };
    case "record":
    case "enum":
    case "fixed":
      return namedToJson(schema, space, known);
    default:
      return Object.keys(schema.properties).length === 0 ? schema.type : { type: schema.type, ...schema.properties };
  }
}

function namedToJson(schema: Extract<AvroSchema, { name: AvroName }>, space: string | null, known: Set<string>): JsonValue {
  const { name } = schema;
  if (known.has(name.full)) return qualified(name, space);
  known.add(name.full);
  return {
    type: schema.type === "record" && schema.isError ? "error" : schema.type,
    name: name.name,
    ...namespaceToWrite(name, space),
    ...(schema.doc === null ? {} : { doc: schema.doc }),
    ...bodyOf(schema, known),
    ...schema.properties,
    ...(schema.aliases.length === 0 ? {} : { aliases: schema.aliases.map((alias) => qualified(alias, name.space)) }),
  };
}

function bodyOf(schema: Extract<AvroSchema, { name: AvroName }>, known: Set<string>): JsonObject {
  if (schema.type === "fixed") return { size: schema.size };
  if (schema.type === "record") return { fields: schema.fields.map((field) => fieldToJson(field, schema.name.space, known)) };
  return { symbols: schema.symbols, ...(schema.default === null ? {} : { default: schema.default }) };
}

function fieldToJson(field: AvroField, space: string | null, known: Set<string>): JsonValue {
  return {
    name: field.name,
    type: toJson(field.type, space, known),
    ...(field.doc === null ? {} : { doc: field.doc }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.order === "ascending" ? {} : { order: field.order }),
    ...(field.aliases.length === 0 ? {} : { aliases: field.aliases }),
    ...field.properties,
  };
}

function namespaceToWrite(name: AvroName, space: string | null): JsonObject {
  if (name.space === null) return space === null ? {} : { namespace: "" };
  return name.space === space ? {} : { namespace: name.space };
}

function qualified(name: AvroName, space: string | null): string {
  if (name.space === null || name.space !== space) return name.full;
  return primitiveTypes.has(name.name) || complexTypes.has(name.name) ? name.full : name.name;
}

const complexTypes: ReadonlySet<string> = new Set(["record", "enum", "array", "map", "union", "fixed"]);
