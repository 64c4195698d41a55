import type { JsonObject, JsonValue } from "../model/json.ts";
import { isArray, isObject } from "../model/json.ts";

/** The record of the row: the one in the union of an envelope's `before`, which is where it is defined. */
export function rowOf(schema: JsonValue): JsonValue {
  const fields = fieldsOf(schema);
  if (fields === null || !fields.has("op")) return schema;
  for (const name of ["before", "after"]) {
    const type = fields.get(name)?.["type"];
    const branch = isArray(type) ? type.find((one) => fieldsOf(one) !== null) : type;
    if (branch !== undefined && fieldsOf(branch) !== null) return branch;
  }
  return schema;
}

/** Fields of a record by their names; null for what is no record. */
export function fieldsOf(schema: JsonValue): ReadonlyMap<string, JsonObject> | null {
  if (!isObject(schema) || !isArray(schema["fields"])) return null;
  const fields = schema["fields"].flatMap((field): readonly JsonObject[] => (isObject(field) ? [field] : []));
  return new Map(fields.map((field) => [String(field["name"]), field]));
}
