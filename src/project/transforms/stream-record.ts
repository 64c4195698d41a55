import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { DebeziumVersion } from "../version.ts";

/** A key or value: its schema, null for none, and whether the datum itself is surely null. */
export interface Part {
  readonly schema: ConnectSchema | null;
  readonly isNull: boolean;
}

/** A header of a record; schema null where it cannot be told. */
export interface Header {
  readonly name: string;
  readonly schema: ConnectSchema | null;
}

/** Something to say of a transform that goes on all the same. */
export interface Remark {
  readonly reason: string;
  readonly effect: "unknown" | "note";
}

/** A field with a value that does not fit its schema; `on`: the records that have one, in words. */
export interface BrokenField {
  readonly field: ConnectField;
  readonly reason: string;
  readonly on: string;
}

/**
 * What a transform sees of a record of one table. "row": an insert, an update or a row of the snapshot; "delete": the envelope with `op` d, whose `after` is
 * null; "tombstone": the record behind it, whose value and value schema are null.
 */
export interface StreamRecord {
  readonly event: "row" | "delete" | "tombstone";
  readonly topic: string;
  readonly key: Part;
  readonly value: Part;
  readonly headers: readonly Header[];
  /** Whether something has set the partition, and the timestamp: the connector itself sets neither. */
  readonly hasPartition: boolean;
  readonly hasTimestamp: boolean;
  /** Fields that transforms pass and that no converter takes. */
  readonly broken: readonly BrokenField[];
  readonly remarks: readonly Remark[];
}

export type PartName = "key" | "value";

export interface TransformContext {
  /** Of classes with a $Key and a $Value variant. */
  readonly part: PartName;
  readonly version: DebeziumVersion;
  /** Whether the user told the version, which is assumed else. */
  readonly versionGiven: boolean;
}

/** One configured transform; null: the record is dropped. */
export type Apply = (record: StreamRecord) => StreamRecord | null;

/** Reads a transform's settings; throws TransformProblem for those with which the connector does not start. */
export type TransformClass = (settings: Settings, context: TransformContext) => Apply;

export type Settings = Readonly<Record<string, string>>;

/** On what a transform fails, where nothing more is known. */
export const EVERY_RECORD = "every record";

/**
 * Why a transform has no result. "config": the connector does not start; "fails": it throws on the record, so the task stops; "unknown": its result cannot
 * be predicted. Caught by the chain, never seen outside.
 */
export class TransformProblem extends Error {
  readonly kind: "config" | "fails" | "unknown";
  /** The records on which it fails, in words. */
  readonly on: string;
  /** Where the transform would have sent the record; null: where it was. */
  readonly topic: string | null;
  constructor(kind: TransformProblem["kind"], reason: string, on = EVERY_RECORD, topic: string | null = null) {
    super(reason);
    this.kind = kind;
    this.on = on;
    this.topic = topic;
  }

  headedFor(topic: string): TransformProblem {
    return new TransformProblem(this.kind, this.message, this.on, topic);
  }
}

/** The connector does not start with the transform's settings. @throws TransformProblem, as the three below */
export function refuse(reason: string): never {
  throw new TransformProblem("config", reason);
}

/** The transform fails, on every record or on those that `on` tells. */
export function fail(reason: string, on?: string): never {
  throw new TransformProblem("fails", reason, on);
}

/** Fails with the values of a field, which may be null where it is optional. */
export function failOn(name: string, schema: ConnectSchema, reason: string): never {
  return fail(reason, recordsWith(name, schema));
}

/** Which records an act on the field's value meets, for `fail`. */
export function recordsWith(name: string, { optional }: ConnectSchema): string {
  return optional ? `every record whose "${name}" is not null` : EVERY_RECORD;
}

/** What the transform does cannot be foretold. */
export function doubt(reason: string): never {
  throw new TransformProblem("unknown", reason);
}

/** The record with one more thing to tell of it. */
export function remark(record: StreamRecord, effect: Remark["effect"], reason: string): StreamRecord {
  return { ...record, remarks: [...record.remarks, { reason, effect }] };
}

/** The same schema as a field of another name. */
export function asField(name: string, schema: ConnectSchema): ConnectField {
  return { ...schema, field: name };
}

/** The schema of a field without the field's name. */
export function withoutField(field: ConnectField): ConnectSchema {
  const { field: _, ...schema } = field;
  return schema;
}

export function fieldOf(schema: ConnectSchema | null | undefined, name: string): ConnectField | undefined {
  return schema?.fields?.find(({ field }) => field === name);
}

/**
 * A new struct with the basics of another (org.apache.kafka.connect.transforms.util.SchemaUtil.copySchemaBasics): name, version, doc and parameters stay,
 * optional goes. Throws as org.apache.kafka.connect.data.SchemaBuilder on a field without a name or one that is there twice.
 */
export function rebuilt(schema: ConnectSchema, fields: readonly ConnectField[]): ConnectSchema {
  return { ...basics(schema), type: "struct", fields: checked(fields), optional: false };
}

/** Name, version, doc and parameters. */
export function basics({ name, version, doc, parameters }: ConnectSchema): Partial<ConnectSchema> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(doc === undefined ? {} : { doc }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** The fields, as SchemaBuilder.field takes them: fails on an empty name and on one that is there already. */
export function checked(fields: readonly ConnectField[]): readonly ConnectField[] {
  const seen = new Set<string>();
  for (const { field } of fields) {
    if (field === "") fail("a field would have no name (fieldName cannot be null)");
    if (seen.has(field)) fail(`two fields would have the same name (Cannot create field because of field name duplication ${field})`);
    seen.add(field);
  }
  return fields;
}

export function withPart(record: StreamRecord, part: PartName, changed: Part): StreamRecord {
  return part === "key" ? { ...record, key: changed } : { ...record, value: changed };
}

export function withSchema(record: StreamRecord, part: PartName, schema: ConnectSchema): StreamRecord {
  return withPart(record, part, { ...record[part], schema });
}

/**
 * The struct a transform works on, whose value is not null (org.apache.kafka.connect.transforms.util.Requirements.requireStruct); throws as that does for
 * anything else.
 */
export function requireStruct(
  record: StreamRecord,
  part: PartName,
  purpose: string,
): ConnectSchema & { readonly fields: readonly ConnectField[] } {
  const { schema, isNull } = record[part];
  if (schema === null) return fail(`Only Map objects supported in absence of schema for [${purpose}], found: null`);
  if (isNull) return fail(`Only Struct objects supported for [${purpose}], found: null`);
  return structOf(schema, purpose);
}

/** The schema as that of a struct; fails as Requirements.requireStruct does on anything else. */
export function structOf(schema: ConnectSchema, purpose: string): ConnectSchema & { readonly fields: readonly ConnectField[] } {
  if (schema.fields === undefined) return fail(`Only Struct objects supported for [${purpose}], found: ${schema.type}`);
  return { ...schema, fields: schema.fields };
}

/** io.debezium.transforms.SmtManager.isValidEnvelope: by the name of the value's schema alone. */
export function isEnvelope({ value }: Pick<StreamRecord, "value">): boolean {
  return value.schema?.name?.endsWith(".Envelope") === true;
}

/** Debezium's transforms read the operation of each envelope. */
export function requireOperation(envelope: ConnectSchema): void {
  const op = fieldOf(envelope, "op") ?? fail("op is not a valid field name");
  if (op.type !== "string") fail("Field 'op' is not of type STRING");
}
