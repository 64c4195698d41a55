import type { ConnectField, ConnectSchema, ConnectType } from "../../model/connect-schema.ts";

/** A schema without optionality and default: what io.debezium's SchemaBuilder holds before the column finishes it. */
export interface TypeSchema {
  readonly type: ConnectType;
  readonly name?: string;
  readonly version?: number;
  readonly doc?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly fields?: readonly ConnectField[];
  readonly items?: ConnectSchema;
  readonly keys?: ConnectSchema;
  readonly values?: ConnectSchema;
  /** Set by builders that are optional whatever the column says (Geometry, Circle, Line). */
  readonly alwaysOptional?: true;
}

/** A type without a semantic name. */
export function plain(type: ConnectType): TypeSchema {
  return { type };
}

/** A semantic type of version 1. */
export function semantic(type: ConnectType, name: string, parameters?: Readonly<Record<string, string>>): TypeSchema {
  return { type, name, version: 1, ...(parameters === undefined ? {} : { parameters }) };
}

/** The finished schema, properties in the order of org.apache.kafka.connect.json.JsonConverter. */
export function finish(schema: TypeSchema, optional: boolean, extra?: Pick<ConnectSchema, "parameters" | "default">): ConnectSchema {
  const parameters = { ...schema.parameters, ...extra?.parameters };
  return {
    type: schema.type,
    ...(schema.fields === undefined ? {} : { fields: schema.fields }),
    ...(schema.items === undefined ? {} : { items: schema.items }),
    ...(schema.keys === undefined ? {} : { keys: schema.keys }),
    ...(schema.values === undefined ? {} : { values: schema.values }),
    optional: optional || schema.alwaysOptional === true,
    ...(schema.name === undefined ? {} : { name: schema.name }),
    ...(schema.version === undefined ? {} : { version: schema.version }),
    ...(schema.doc === undefined ? {} : { doc: schema.doc }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(extra?.default === undefined ? {} : { default: extra.default }),
  };
}

/** An array; whether its items may be null is said of them all. */
export function arrayOf(items: TypeSchema, itemsOptional: boolean): TypeSchema {
  return { type: "array", items: finish(items, itemsOptional) };
}

/** A required or optional field of a constant struct. */
export function field(name: string, schema: TypeSchema, optional: boolean, extra?: Pick<ConnectSchema, "default">): ConnectField {
  return { ...finish(schema, optional, extra), field: name };
}
