import type { Converter } from "../model/connector.ts";
import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { Caveat, Schemas } from "../model/projection.ts";
import { subjectName } from "../model/subject-name.ts";
import { adjustSchemaName } from "./adjust.ts";
import { avroCaveats } from "./avro/caveats.ts";
import { avroOptions, toAvro } from "./avro/to-avro.ts";
import { mismatchCaveats } from "./converter-caveats.ts";
import { envelope } from "./envelope.ts";
import type { Plan } from "./plan.ts";
import type { Row } from "./row.ts";
import { asField } from "./transforms/stream-record.ts";
import { finish, plain } from "./types/build.ts";

/** What becomes of one kind of record: where it goes, and with which schemas. */
export interface ProjectedRecord {
  readonly topic: string;
  readonly keySubject: string | null;
  readonly valueSubject: string | null;
  readonly schemas: Schemas;
  /** Why no row reaches its topic, in words; null: they do. */
  readonly dropped: string | null;
  readonly caveats: readonly Caveat[];
}

/** From a row to what the converters are given, and on to Avro. */
export function record(plan: Plan, topic: string, row: Row): ProjectedRecord {
  const { keyConverter, valueConverter } = plan.connector;
  const name = (suffix: string): string => adjustSchemaName(`${topic}.${suffix}`, plan.schemaNames);
  const extra: readonly ConnectField[] =
    plan.naming.keyField === null ? [] : [asField(plan.naming.keyField, finish(plain("string"), false))];
  const keyFields = [...row.keyFields, ...extra];
  const key: ConnectSchema | null = keyFields.length === 0 ? null : finish({ type: "struct", name: name("Key"), fields: keyFields }, false);
  const rowSchema = finish({ type: "struct", name: name("Value"), fields: row.valueFields }, true);
  const value = envelope(name("Envelope"), rowSchema, plan.tail, plan.types.version);
  const outcome = plan.transforms.apply({ topic, key, value });
  const keyAvro = outcome.record.key === null ? null : toAvro(outcome.record.key, avroOptions(keyConverter));
  const valueAvro = toAvro(outcome.record.value, avroOptions(valueConverter));
  return {
    topic: outcome.record.topic,
    keySubject:
      outcome.record.key === null || !registers(keyConverter)
        ? null
        : subjectName(keyConverter.subjectNameStrategy, outcome.record.topic, "key", recordName(keyAvro?.schema)),
    valueSubject: registers(valueConverter)
      ? subjectName(valueConverter.subjectNameStrategy, outcome.record.topic, "value", recordName(valueAvro.schema))
      : null,
    schemas: { key: outcome.record.key, value: outcome.record.value, keyAvro: keyAvro?.schema ?? null, valueAvro: valueAvro.schema },
    dropped: outcome.dropped,
    caveats: [
      ...outcome.caveats,
      ...avroCaveats(keyConverter.format === "avro" ? keyAvro : null, valueConverter.format === "avro" ? valueAvro : null),
      ...(outcome.record.key === null || !outcome.complete ? [] : mismatchCaveats("key", keyConverter, outcome.record.key)),
      ...(outcome.complete ? mismatchCaveats("value", valueConverter, outcome.record.value) : []),
    ],
  };
}

/** JsonConverter carries its schema in the message, others have none. */
function registers(converter: Converter): boolean {
  return converter.format !== "json" && converter.format !== "plain";
}

function recordName(schema: Schemas["valueAvro"] | undefined): string | null {
  if (schema === undefined || schema === null || typeof schema !== "object" || Array.isArray(schema)) return null;
  // Array.isArray does not narrow a readonly array away.
  const { name, namespace } = schema as { readonly name?: unknown; readonly namespace?: unknown };
  if (typeof name !== "string") return null;
  return typeof namespace === "string" && namespace !== "" ? `${namespace}.${name}` : name;
}
