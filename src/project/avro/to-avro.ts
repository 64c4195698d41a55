import type { ConnectField, ConnectSchema, ConnectType } from "../../model/connect-schema.ts";
import type { Converter } from "../../model/connector.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { base64ToLatin1 } from "../base64.ts";
import { fullName, isPlainName, nameProblem, scrubName, scrubPart, splitName } from "./names.ts";
import type { AvroName } from "./names.ts";

/** Settings of the AvroConverter that change its schemas. */
export interface AvroOptions {
  readonly connectMeta: boolean;
  readonly scrub: boolean;
  readonly optionalMapKeys: boolean;
  /** discard.type.doc.default: a field's doc is that of its schema. */
  readonly fieldDocs: boolean;
  readonly confluent: boolean;
}

/**
 * Of Apicurio's settings only connect.meta.data counts: its converter does not read the others. Neither enhanced.avro.schema.support nor
 * generalized.sum.type.support does anything to Debezium's schemas, and ignore.default.for.nullables and avro.use.logical.type.converters change values.
 */
export function avroOptions(converter: Pick<Converter, "settings" | "vendor">): AvroOptions {
  const isSet = (name: string, fallback: boolean): boolean =>
    (converter.settings[name] ?? String(fallback)).trim().toLowerCase() === "true";
  const confluent = converter.vendor !== "apicurio";
  return {
    connectMeta: isSet("connect.meta.data", true),
    scrub: confluent && isSet("scrub.invalid.names", false),
    optionalMapKeys: confluent && isSet("allow.optional.map.keys", false),
    fieldDocs: confluent && isSet("discard.type.doc.default", false),
    confluent,
  };
}

export interface AvroResult {
  readonly schema: JsonValue;
  /** Why Java's Avro refuses to build the schema, in its own words; the converter fails with the first of them. */
  readonly problems: readonly string[];
  /** Structs met a second time with parameters of their own: the text then depends on the converter's version. */
  readonly repeated: readonly string[];
  /** Names of required structs met a second time with another content: Avro before 1.12 refuses to print them ("Can't redefine"), later ones refer to the first. */
  readonly redefined: readonly string[];
  /** Names that Java's Avro prints and stricter registries refuse; of records their full name. */
  readonly strange: readonly StrangeName[];
}

export interface StrangeName {
  readonly kind: "record" | "field";
  readonly name: string;
}

/** Schema that AvroData.fromConnectSchema makes; properties in the order in which Avro prints them. */
export function toAvro(schema: ConnectSchema, options: AvroOptions): AvroResult {
  const context: Context = { options, known: new Map(), problems: [], repeated: [], redefined: [], strange: [], unnamed: 0 };
  const avro = convert(schema, context, null);
  const { problems, repeated, redefined, strange } = context;
  return { schema: avro, problems, repeated, redefined, strange };
}

interface Context {
  readonly options: AvroOptions;
  readonly known: Map<string, ConnectSchema>;
  readonly problems: string[];
  readonly repeated: string[];
  readonly redefined: string[];
  readonly strange: StrangeName[];
  unnamed: number;
}

/** `space`: namespace of the record around, which names inside leave out. */
function convert(schema: ConnectSchema, context: Context, space: string | null): JsonValue {
  const type = bare(schema, context, space);
  if (!schema.optional) return type;
  return schema.default === undefined ? ["null", type] : [type, "null"];
}

function bare(schema: ConnectSchema, context: Context, space: string | null): JsonValue {
  switch (schema.type) {
    case "struct":
      return record(schema, context, space);
    case "array":
      return decorate(
        { type: "array", items: schema.items === undefined ? "null" : convert(schema.items, context, space) },
        schema,
        context,
      );
    case "map":
      return map(schema, context, space);
    default:
      return decorate({ type: PRIMITIVES[schema.type] }, schema, context);
  }
}

const PRIMITIVES: Readonly<Record<Exclude<ConnectType, "struct" | "array" | "map">, string>> = {
  int8: "int",
  int16: "int",
  int32: "int",
  int64: "long",
  float: "float",
  double: "double",
  boolean: "boolean",
  string: "string",
  bytes: "bytes",
};

/** `decorated` is false for the entries of a map, which carry no connect.name. */
function record(schema: ConnectSchema, context: Context, space: string | null, decorated = true): JsonValue {
  const name = recordName(schema, context);
  const full = fullName(name);
  const known = context.known.get(full);
  if (known !== undefined) {
    if (!schema.optional && !sameStruct(known, schema)) redefine(schema, full, context);
    return name.namespace === space ? name.name : full;
  }
  check(name.name, context);
  if (!full.split(".").every(isPlainName)) context.strange.push({ kind: "record", name: full });
  context.known.set(full, schema);
  const fields = (schema.fields ?? []).map((field) => avroField(field, context, name.namespace));
  const namespace = name.namespace === space ? {} : { namespace: name.namespace ?? "" };
  const plain = { type: "record", name: name.name, ...namespace, fields };
  return decorated ? decorate(plain, schema, context) : plain;
}

/** The converter builds it again, and so meets its names, although only the first is printed. */
function redefine(schema: ConnectSchema, full: string, context: Context): void {
  context.redefined.push(full);
  const apart: Context = { ...context, known: new Map(context.known), repeated: [], redefined: [], strange: [] };
  for (const field of schema.fields ?? []) avroField(field, apart, null);
}

function recordName(schema: ConnectSchema, context: Context): AvroName {
  if (schema.name !== undefined) return splitName(context.options.scrub ? scrubName(schema.name) : schema.name);
  context.unnamed += 1;
  return { name: context.unnamed === 1 ? "ConnectDefault" : `ConnectDefault${context.unnamed}`, namespace: "io.confluent.connect.avro" };
}

function sameStruct(one: ConnectSchema, other: ConnectSchema): boolean {
  return structText(one) === structText(other);
}

/** All of a struct but its optionality and its place. */
function structText({ type, name, version, doc, parameters, fields }: ConnectSchema): string {
  return JSON.stringify([type, name, version, doc, parameters, fields]);
}

function avroField(field: ConnectField, context: Context, space: string | null): JsonObject {
  const name = context.options.scrub ? scrubPart(field.field) : field.field;
  check(name, context);
  if (!isPlainName(name)) context.strange.push({ kind: "field", name });
  const repeats = field.type === "struct" && field.name !== undefined && context.known.has(field.name);
  const type = convert(field, context, space);
  const doc = context.options.fieldDocs && field.doc !== undefined ? { doc: field.doc } : {};
  const base: JsonObject = { name, type, ...doc, ...fieldDefault(field) };
  if (!repeats || field.parameters === undefined) return base;
  context.repeated.push(field.field);
  return context.options.confluent && context.options.connectMeta ? { ...base, "connect.parameters": field.parameters } : base;
}

function fieldDefault(field: ConnectField): JsonObject {
  if (field.default !== undefined) return { default: avroDefault(field) };
  return field.optional ? { default: null } : {};
}

function avroDefault(schema: ConnectSchema): JsonValue {
  const value = schema.default ?? null;
  return schema.type === "bytes" && typeof value === "string" ? base64ToLatin1(value) : value;
}

function check(name: string, context: Context): void {
  const problem = nameProblem(name);
  if (problem !== null) context.problems.push(problem);
}

/** Maps with other keys than strings become arrays of entries. */
function map(schema: ConnectSchema, context: Context, space: string | null): JsonValue {
  const { keys, values } = schema;
  if (keys === undefined || values === undefined) return "null";
  if (keys.type === "string" && (!keys.optional || context.options.optionalMapKeys)) {
    return decorate({ type: "map", values: convert(values, context, space) }, schema, context);
  }
  const entry: ConnectSchema = {
    type: "struct",
    optional: false,
    name: schema.name ?? "io.confluent.connect.avro.MapEntry",
    fields: [
      { ...keys, field: "key" },
      { ...values, field: "value" },
    ],
  };
  const items = record(entry, context, space, false);
  const marked = schema.name !== undefined && typeof items === "object" ? { ...items, "connect.internal.type": "MapEntry" } : items;
  return decorate({ type: "array", items: marked }, schema, context);
}

const LOGICAL: Readonly<Record<string, string>> = {
  "org.apache.kafka.connect.data.Decimal": "decimal",
  "org.apache.kafka.connect.data.Date": "date",
  "org.apache.kafka.connect.data.Time": "time-millis",
  "org.apache.kafka.connect.data.Timestamp": "timestamp-millis",
};

/** What org.apache.avro.LogicalTypes says where a schema bears a logical name on another type, as Cast can make it. */
const BACKED: Readonly<Record<string, readonly [type: string, problem: string]>> = {
  decimal: ["bytes", "Logical type decimal must be backed by fixed or bytes"],
  date: ["int", "Date can only be used with an underlying int type"],
  "time-millis": ["int", "Time (millis) can only be used with an underlying int type"],
  "timestamp-millis": ["long", "Timestamp (millis) can only be used with an underlying long type"],
};

function checkLogical(logical: string | undefined, type: string, context: Context): void {
  const [wanted, problem] = BACKED[logical ?? ""] ?? [type, ""];
  if (wanted !== type) context.problems.push(problem);
}

/** Adds the converter's properties; a type without any is written as its bare name. */
function decorate(type: JsonObject & { readonly type: string }, schema: ConnectSchema, context: Context): JsonValue {
  const meta = context.options.connectMeta;
  const logical = schema.name === undefined ? undefined : LOGICAL[schema.name];
  checkLogical(logical, type.type, context);
  const small = schema.type === "int8" || schema.type === "int16";
  const decorated: JsonObject = {
    ...type,
    ...(logical === "decimal" ? decimalProperties(schema) : {}),
    ...(meta && schema.doc !== undefined ? { "connect.doc": schema.doc } : {}),
    ...(meta && schema.version !== undefined ? { "connect.version": schema.version } : {}),
    ...(meta && schema.parameters !== undefined ? { "connect.parameters": schema.parameters } : {}),
    ...(meta && schema.default !== undefined ? { "connect.default": avroDefault(schema) } : {}),
    ...(meta && schema.name !== undefined ? { "connect.name": schema.name } : {}),
    ...(meta && small ? { "connect.type": schema.type } : {}),
    ...(logical === undefined ? {} : { logicalType: logical }),
    ...Object.fromEntries(Object.entries(schema.parameters ?? {}).filter(([name]) => name.startsWith("avro"))),
  };
  return Object.keys(decorated).length === 1 ? type.type : decorated;
}

/** The precision defaults to 64 where the schema has none (money). */
function decimalProperties(schema: ConnectSchema): JsonObject {
  const precision = schema.parameters?.["connect.decimal.precision"];
  return { scale: Number(schema.parameters?.["scale"] ?? 0), precision: precision === undefined ? 64 : Number(precision) };
}
