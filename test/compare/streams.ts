import type { ConnectField, ConnectSchema } from "../../src/model/connect-schema.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { Subject, SubjectVersion } from "../../src/model/subject.ts";

export interface Field {
  readonly position: number;
  readonly name: string;
  readonly schema: ConnectSchema;
  readonly inKey?: boolean;
}

export const int = (optional = false): ConnectSchema => ({ type: "int32", optional });
export const long = (optional = false): ConnectSchema => ({ type: "int64", optional });
export const text = (optional = false): ConnectSchema => ({ type: "string", optional });
export const decimal = (scale: number, optional = false): ConnectSchema => ({
  type: "bytes",
  optional,
  name: "org.apache.kafka.connect.data.Decimal",
  version: 1,
  parameters: { scale: String(scale) },
});

export const id: Field = { position: 1, name: "id", schema: int(), inKey: true };

export interface Table {
  readonly oid?: number;
  readonly name?: string;
  readonly fields: readonly Field[];
}

/** The stream of a table by connector "shop" in Debezium's envelope, as AvroData would print it, the source block left out. */
export function stream({ oid = 100, name = "orders", fields }: Table, more: Partial<Projection> = {}): Projection {
  const topic = `shop.public.${name}`;
  const keyFields = fields.filter((field) => field.inKey === true);
  const row: ConnectField[] = fields.map((field) => ({ ...field.schema, field: field.name }));
  const value: ConnectSchema = {
    type: "struct",
    optional: false,
    name: `${topic}.Envelope`,
    fields: [
      { type: "struct", optional: true, name: `${topic}.Value`, fields: row, field: "before" },
      { type: "struct", optional: true, name: `${topic}.Value`, fields: row, field: "after" },
      { type: "string", optional: false, field: "op" },
    ],
  };
  const key: ConnectSchema = {
    type: "struct",
    optional: false,
    name: `${topic}.Key`,
    fields: keyFields.map((one) => ({ ...one.schema, field: one.name })),
  };
  const schemas = {
    key: keyFields.length === 0 ? null : key,
    value,
    keyAvro: keyFields.length === 0 ? null : record(topic, "Key", keyFields),
    valueAvro: envelope(topic, fields),
  };
  return {
    connector: "shop",
    relation: { oid, schema: "public", name },
    topic,
    keySubject: `${topic}-key`,
    valueSubject: `${topic}-value`,
    snapshot: schemas,
    streaming: schemas,
    silent: null,
    columns: fields.map((field) => ({
      position: field.position,
      column: field.name,
      field: field.name,
      omitted: null,
      protectedBy: null,
      schema: field.schema,
      inKey: field.inKey === true,
    })),
    key: { columns: keyFields.map((field) => field.name), source: keyFields.length === 0 ? "none" : "primary-key" },
    caveats: [],
    ...more,
  };
}

function envelope(topic: string, fields: readonly Field[]): JsonValue {
  return {
    type: "record",
    name: "Envelope",
    namespace: topic,
    fields: [
      { name: "before", type: ["null", record(null, "Value", fields)], default: null },
      { name: "after", type: ["null", "Value"], default: null },
      { name: "op", type: "string" },
    ],
  };
}

function record(namespace: string | null, name: string, fields: readonly Field[]): JsonObject {
  return { type: "record", name, ...(namespace === null ? {} : { namespace }), fields: fields.map(avroField) };
}

function avroField({ name, schema }: Field): JsonValue {
  const type = avroType(schema);
  if (schema.optional) return { name, type: ["null", type], default: null };
  return schema.default === undefined ? { name, type } : { name, type, default: schema.default };
}

function avroType(schema: ConnectSchema): JsonValue {
  const type = { int32: "int", int64: "long", bytes: "bytes" }[String(schema.type)] ?? schema.type;
  return schema.name === undefined ? type : { type, "connect.name": schema.name, "connect.parameters": schema.parameters ?? {} };
}

const converter = { class: null, format: "avro", vendor: "confluent", settings: {}, subjectNameStrategy: "topic" } as const;

export const shop: Connector = {
  name: "shop",
  path: null,
  class: "io.debezium.connector.postgresql.PostgresConnector",
  version: "3.6",
  settings: {},
  topicPrefix: "shop",
  publication: { name: "dbz_publication", autocreateMode: "all_tables" },
  slotName: "debezium",
  heartbeat: { intervalMs: 0, actionQuery: null },
  signalTable: null,
  keyConverter: converter,
  valueConverter: converter,
  transforms: [],
  unsupported: [],
  versionGiven: true,
  problems: [],
  places: {},
};

export function version(number: number, schema: JsonValue): SubjectVersion {
  return { version: number, id: number, schema: JSON.stringify(schema), schemaType: "AVRO", references: [] };
}

export function subject(name: string, versions: readonly SubjectVersion[], more: Partial<Subject> = {}): Subject {
  return {
    name,
    compatibility: "BACKWARD",
    compatibilityOrigin: "global",
    mode: "READWRITE",
    versions,
    live: [],
    unavailable: null,
    ...more,
  };
}
