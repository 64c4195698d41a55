import type { ConnectField, ConnectSchema, ConnectType } from "../../model/connect-schema.ts";
import type { JsonValue } from "../../model/json.ts";
import { finish, plain } from "../types/build.ts";
import { asField, done, fails, list, partOf, unknown, withPart } from "./stream-record.ts";
import type { Apply } from "./stream-record.ts";

const TYPES: Readonly<Record<string, ConnectType>> = {
  int8: "int8",
  int16: "int16",
  int32: "int32",
  int64: "int64",
  float32: "float",
  float64: "double",
  boolean: "boolean",
  string: "string",
};

/** org.apache.kafka.connect.transforms.Cast: plain types; optional and a cast default stay, name and parameters go. */
export const cast: Apply = (record, transform, { part }) => {
  const schema = partOf(record, part);
  if (schema === null) return done(record);
  const specs = list(transform.settings["spec"]).map((one) => one.split(":").map((word) => word.trim()));
  const types = new Map<string, ConnectType>();
  for (const spec of specs) {
    const type = TYPES[spec.at(-1) ?? ""];
    if (type === undefined) return fails(record, transform, `"${spec.join(":")}" names no type`);
    types.set(spec.length === 1 ? "" : (spec[0] ?? ""), type);
  }
  const whole = types.get("");
  const changed = whole === undefined ? castFields(schema, types) : castOne(schema, whole);
  return changed === null
    ? unknown(record, transform, "casts a default value in a way that cannot be predicted")
    : done(withPart(record, part, changed));
};

function castFields(schema: ConnectSchema, types: ReadonlyMap<string, ConnectType>): ConnectSchema | null {
  const fields: ConnectField[] = [];
  for (const field of schema.fields ?? []) {
    const type = types.get(field.field);
    const changed = type === undefined ? field : castOne(field, type);
    if (changed === null) return null;
    fields.push(asField(field.field, changed));
  }
  return { ...schema, fields };
}

function castOne(schema: ConnectSchema, type: ConnectType): ConnectSchema | null {
  if (schema.default === undefined) return finish(plain(type), schema.optional);
  const value = schema.name === undefined ? castValue(schema.default, type) : undefined;
  return value === undefined ? null : finish(plain(type), schema.optional, { default: value });
}

function castValue(value: JsonValue, type: ConnectType): JsonValue | undefined {
  if (type === "string")
    return typeof value === "string" || typeof value === "boolean" || Number.isInteger(value) ? String(value) : undefined;
  if (type === "boolean") return typeof value === "boolean" ? value : typeof value === "number" ? value !== 0 : undefined;
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  return type === "float" || type === "double" || Number.isInteger(number) ? number : Math.trunc(number);
}
