import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { Transform } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import type { DebeziumVersion } from "../version.ts";

/** What a transform sees of a record with a value: its topic and schemas. */
export interface StreamRecord {
  readonly topic: string;
  /** Null: the record has no key. */
  readonly key: ConnectSchema | null;
  readonly value: ConnectSchema;
}

/** `stop`: what comes after cannot be predicted. */
export interface Transformed {
  readonly record: StreamRecord;
  readonly caveats: readonly Caveat[];
  readonly stop: boolean;
}

/** One transform class. `part` is set for classes with a $Key and a $Value variant. */
export type Apply = (
  record: StreamRecord,
  transform: Transform,
  context: { readonly part: "key" | "value"; readonly version: DebeziumVersion },
) => Transformed;

export function done(record: StreamRecord, ...caveats: readonly Caveat[]): Transformed {
  return { record, caveats, stop: false };
}

export function unknown(record: StreamRecord, transform: Transform, reason: string): Transformed {
  const message = `The transform "${transform.name}" (${transform.class}) ${reason}.`;
  return { record, caveats: [{ code: "transform-unsupported", message, effect: "unknown" }], stop: true };
}

/** The transform throws on every such record, so that the task stops. */
export function fails(record: StreamRecord, transform: Transform, reason: string): Transformed {
  const message = `The transform "${transform.name}" (${transform.class}) fails on every record: ${reason}.`;
  return { record, caveats: [{ code: "transform-fails", message, effect: "unknown" }], stop: true };
}

/** org.apache.kafka.connect.transforms.util.SchemaUtil.copySchemaBasics for a struct: name, version, doc and parameters stay, optional goes. */
export function rebuilt(schema: ConnectSchema, fields: readonly ConnectField[]): ConnectSchema {
  return {
    type: "struct",
    fields,
    optional: false,
    ...(schema.name === undefined ? {} : { name: schema.name }),
    ...(schema.version === undefined ? {} : { version: schema.version }),
    ...(schema.doc === undefined ? {} : { doc: schema.doc }),
    ...(schema.parameters === undefined ? {} : { parameters: schema.parameters }),
  };
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

export function partOf(record: StreamRecord, part: "key" | "value"): ConnectSchema | null {
  return part === "key" ? record.key : record.value;
}

export function withPart(record: StreamRecord, part: "key" | "value", schema: ConnectSchema): StreamRecord {
  return part === "key" ? { ...record, key: schema } : { ...record, value: schema };
}

/** A comma list of a Kafka setting. */
export function list(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
