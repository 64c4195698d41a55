import type { JsonObject, JsonValue } from "../../model/json.ts";

export type PrimitiveType = "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string";

export const primitiveTypes: ReadonlySet<string> = new Set<PrimitiveType>([
  "null",
  "boolean",
  "int",
  "long",
  "float",
  "double",
  "bytes",
  "string",
]);

export interface AvroName {
  readonly name: string;
  /** Namespace; null for none. */
  readonly space: string | null;
  readonly full: string;
}

interface Properties {
  /** What the specification does not reserve: `connect.name`, `logicalType` … */
  readonly properties: JsonObject;
}

interface Named extends Properties {
  readonly name: AvroName;
  readonly doc: string | null;
  readonly aliases: readonly AvroName[];
}

export interface AvroField extends Properties {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc: string | null;
  /** undefined: no default. */
  readonly default: JsonValue | undefined;
  readonly order: "ascending" | "descending" | "ignore";
  readonly aliases: readonly string[];
  readonly position: number;
}

export interface AvroRecord extends Named {
  readonly type: "record";
  readonly isError: boolean;
  readonly fields: readonly AvroField[];
  readonly fieldsByName: ReadonlyMap<string, AvroField>;
}

/**
 * A parsed schema. Identity counts, as in Java: a named type is one object however often it is referenced, every other occurrence
 * is an object of its own. Recursive schemas are cyclic.
 */
export type AvroSchema =
  | (Properties & { readonly type: PrimitiveType })
  | (Properties & { readonly type: "array"; readonly items: AvroSchema })
  | (Properties & { readonly type: "map"; readonly values: AvroSchema })
  | { readonly type: "union"; readonly branches: readonly AvroSchema[] }
  | (Named & { readonly type: "fixed"; readonly size: number })
  | (Named & { readonly type: "enum"; readonly symbols: readonly string[]; readonly default: string | null })
  | AvroRecord;

/** Name of a type in a union: the full name of a named type, else the type's. */
export function unionNameOf(schema: AvroSchema): string {
  return "name" in schema ? schema.name.full : schema.type;
}

/** A field as org.apache.avro.Schema.Field.toString puts it. */
export function describeField(field: AvroField): string {
  return `${field.name} type:${field.type.type.toUpperCase()} pos:${field.position}`;
}
