import type { Converter } from "../model/connector.ts";
import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { Caveat, Schemas } from "../model/projection.ts";
import { subjectName } from "../model/subject-name.ts";
import { adjustSchemaName } from "./adjust.ts";
import { avroOptions, toAvro } from "./avro/to-avro.ts";
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
  const value = envelope(name("Envelope"), finish({ type: "struct", name: name("Value"), fields: row.valueFields }, true), plan.tail);
  const outcome = plan.transforms.apply({ topic, key, value });
  const keyAvro = outcome.record.key === null ? null : toAvro(outcome.record.key, avroOptions(keyConverter));
  const valueAvro = toAvro(outcome.record.value, avroOptions(valueConverter));
  const problems = [...(keyAvro?.problems ?? []), ...valueAvro.problems];
  const repeated = [...(keyAvro?.repeated ?? []), ...valueAvro.repeated];
  const redefined = new Set([...(keyAvro?.redefined ?? []), ...valueAvro.redefined]);
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
      ...avroCaveats(problems, repeated),
      ...redefinedCaveats(redefined),
      ...namespaceCaveat([valueAvro.schema, keyAvro?.schema]),
    ],
  };
}

/** JsonConverter carries its schema in the message. */
function registers(converter: Converter): boolean {
  return converter.format !== "json";
}

function avroCaveats(problems: readonly string[], repeated: readonly string[]): readonly Caveat[] {
  const caveats: Caveat[] = [];
  const [first] = problems;
  if (first !== undefined) {
    const message = `The Avro converter cannot build the schema (SchemaParseException: ${first}), so the task fails; set field.name.adjustment.mode=avro or rename the column.`;
    caveats.push({ code: "avro-schema-invalid", message, effect: "unknown" });
  }
  if (repeated.length > 0) {
    const message = `A struct type is used more than once with schema parameters (${repeated.join(", ")}); how that is written depends on the version of the Avro converter.`;
    caveats.push({ code: "avro-repeated-struct", message, effect: "note" });
  }
  return caveats;
}

/** Measured: Avro 1.12.1 looks at the name alone when it prints a schema, 1.11.4 compares the whole. */
function redefinedCaveats(names: ReadonlySet<string>): readonly Caveat[] {
  if (names.size === 0) return [];
  const message = `Required columns use the type ${[...names].join(", ")} with different schema parameters: a converter with Avro before 1.12 fails ("Can't redefine"), a later one refers to the first.`;
  return [{ code: "avro-redefined-struct", message, effect: "unknown" }];
}

/** Java's Avro does not look at namespaces; registries in other languages do. */
function namespaceCaveat(schemas: readonly (Schemas["valueAvro"] | undefined)[]): readonly Caveat[] {
  const [found] = schemas.flatMap((schema) => {
    const name = recordName(schema) ?? "";
    const segment = name.split(".").find((one) => one !== "" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one));
    return segment === undefined ? [] : [{ name, segment }];
  });
  if (found === undefined) return [];
  const { name, segment } = found;
  const message = `"${segment}" in the record name ${name} is no valid Avro name: Java's Avro takes it, but some registries (Karapace) refuse such a schema.`;
  return [{ code: "avro-namespace-invalid", message, effect: "note" }];
}

function recordName(schema: Schemas["valueAvro"] | undefined): string | null {
  if (schema === undefined || schema === null || typeof schema !== "object" || Array.isArray(schema)) return null;
  // Array.isArray does not narrow a readonly array away.
  const { name, namespace } = schema as { readonly name?: unknown; readonly namespace?: unknown };
  if (typeof name !== "string") return null;
  return typeof namespace === "string" && namespace !== "" ? `${namespace}.${name}` : name;
}
