import avro from "avsc";
import type { JsonValue } from "../model/json.ts";
import { isArray, isObject, NumberLiteral } from "../model/json.ts";
import type { AvroField } from "./avro/schema.ts";
import { readJson } from "./avro/json-text.ts";
import { printSchema } from "./avro/print.ts";
import { sampleOf } from "./avro-sample.ts";
import type { Choice } from "./avro-sample.ts";

/** Longs beyond 2^53, which avsc's own refuses. */
// oxlint-disable-next-line no-underscore-dangle -- the library names its extension point so.
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(value));
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/**
 * What a reader's field reads of a sample value that is written as another field, or not written at all: encoded and decoded by avsc, whose
 * resolution agrees with Java's wherever both can read the schemas. Null where avsc cannot.
 */
export function decodedSample(reader: AvroField, writer: AvroField | null, choice: Choice = {}): { readonly value: unknown } | null {
  try {
    const [written, read] = [rowOf(writer === null ? [] : [writer]), rowOf([reader])];
    const bytes = written.toBuffer(writer === null ? {} : { [writer.name]: buffers(sampleOf(writer.type, choice)) });
    const row: Readonly<Record<string, unknown>> = read.fromBuffer(bytes, read.createResolver(written));
    return { value: row[reader.name] };
  } catch {
    // Names that avsc does not take, a default of another branch, types that do not resolve: there is no example then.
    return null;
  }
}

/** A record of these fields alone, so that nothing else of the schemas is in the way. */
function rowOf(fields: readonly AvroField[]): avro.Type {
  const list = fields.map(({ name, type, default: value, aliases }) => ({
    name,
    // A cast: avsc checks schemas itself.
    type: forAvsc(readJson(printSchema(type))) as avro.Schema,
    ...(value === undefined ? {} : { default: forAvsc(value) }),
    ...(aliases.length === 0 ? {} : { aliases }),
  }));
  return avro.Type.forSchema({ type: "record", name: "Row", fields: list }, { typeHook: hook });
}

function hook(schema: avro.Schema): avro.Type | undefined {
  const type = typeof schema === "object" && "type" in schema ? schema.type : schema;
  // A cast: the library types its own longs only.
  return type === "long" ? (long as avro.Type) : undefined;
}

/** A default beyond 2^53 goes as text, which the longs above take. */
function forAvsc(value: JsonValue): unknown {
  if (value instanceof NumberLiteral) return /^-?\d+$/.test(value.text) ? value.text : Number(value.text);
  if (isArray(value)) return value.map(forAvsc);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, forAvsc(part)])) : value;
}

/** avsc takes bytes as Buffer. */
function buffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(buffers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, buffers(part)]));
}
