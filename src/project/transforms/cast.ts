import type { ConnectField, ConnectSchema, ConnectType } from "../../model/connect-schema.ts";
import { castDefault } from "./cast-default.ts";
import { flag, javaSplit, rawList } from "./options.ts";
import { asField, basics, checked, doubt, fail, failOn, refuse, structOf, withSchema } from "./stream-record.ts";
import type { Settings, TransformClass } from "./stream-record.ts";

const TYPES: Readonly<Record<string, ConnectType>> = {
  INT8: "int8",
  INT16: "int16",
  INT32: "int32",
  INT64: "int64",
  FLOAT32: "float",
  FLOAT64: "double",
  BOOLEAN: "boolean",
  STRING: "string",
};

interface Casts {
  readonly whole: ConnectType | null;
  readonly fields: ReadonlyMap<string, ConnectType>;
}

/**
 * org.apache.kafka.connect.transforms.Cast. A field becomes a plain type: optional and a cast default stay, name and parameters go. The whole keeps its name
 * and parameters as well. What cannot be cast throws with the first value that is not null.
 */
export const cast: TransformClass = (settings, { part }) => {
  const { whole, fields } = readSpec(settings);
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const { schema, isNull } = record[part];
    if (isNull || schema === null) return record;
    if (whole !== null) return withSchema(record, part, { ...basics(schema), ...castOne(part, schema, whole) });
    const struct = structOf(schema, "cast types");
    const changed = struct.fields.map((field): ConnectField => {
      const type = fields.get(field.field);
      return type === undefined ? field : asField(field.field, castOne(field.field, field, type));
    });
    return withSchema(record, part, { ...schema, fields: checked(changed) });
  };
};

function readSpec(settings: Settings): Casts {
  const mappings = rawList(settings, "spec");
  if (mappings.length === 0) refuse("spec must name at least one field to cast");
  const fields = new Map<string, ConnectType>();
  let whole: ConnectType | null = null;
  for (const mapping of mappings) {
    const parts = javaSplit(mapping, ":");
    const type = TYPES[(parts.at(-1) ?? "").trim().toUpperCase()];
    if (parts.length === 0 || parts.length > 2 || type === undefined)
      return refuse(`spec has "${mapping}", which names no type that it can cast to`);
    if (parts.length === 1) whole = type;
    else fields.set((parts[0] ?? "").trim(), type);
  }
  if (whole !== null && mappings.length > 1) refuse("spec casts the whole to one type, and has more than that");
  return { whole, fields };
}

function castOne(name: string, schema: ConnectSchema, type: ConnectType): ConnectSchema {
  if (schema.type === "struct" || schema.type === "array" || schema.type === "map")
    return failOn(name, schema, `Cast transformation does not support casting from ${schema.type.toUpperCase()}`);
  const isNumber = schema.name === "org.apache.kafka.connect.data.Decimal";
  if (schema.type === "bytes" && !isNumber && type !== "string")
    return failOn(name, schema, "Unexpected type in Cast transformation: bytes can be cast to string only");
  if (schema.default === undefined || schema.default === null) return { type, optional: schema.optional };
  const value = castDefault(schema, type);
  if (value === null) return fail(`the default ${JSON.stringify(schema.default)} was out of range for requested data type`);
  return value === undefined
    ? doubt(`casts the default ${JSON.stringify(schema.default)} in a way that cannot be told`)
    : { type, optional: schema.optional, default: value };
}
