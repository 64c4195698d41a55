import type { Catalog, Relation } from "../model/catalog.ts";
import type { Connector, Converter } from "../model/connector.ts";
import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { Caveat, Projection, Schemas } from "../model/projection.ts";
import { subjectName } from "../model/subject-name.ts";
import { adjustSchemaName } from "./adjust.ts";
import { avroOptions, toAvro } from "./avro/to-avro.ts";
import { catalogCaveats, relationCaveats, rowCaveats, sharedTopicCaveat } from "./caveats.ts";
import { envelope } from "./envelope.ts";
import { planOf } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { buildRow } from "./row.ts";
import type { Row } from "./row.ts";
import { publicationView, relationIndex, streamed, unsentReason } from "./selection.ts";
import type { PublicationView, Streamed } from "./selection.ts";
import { asField } from "./transforms/stream-record.ts";
import { typeIndex } from "./type-index.ts";
import { finish, plain } from "./types/build.ts";

/**
 * What the connector makes of every table it captures: topic, subjects, key and value schemas of snapshot and streaming, in catalog order. Foreign tables
 * are never captured.
 * @param only oids of the relations to project; all of them where it is left out
 */
export function project(catalog: Catalog, connector: Connector, only?: ReadonlySet<number>): Projection[] {
  const plan = planOf(connector);
  const view = publicationView(catalog, connector, plan.tables);
  const shared = catalogCaveats(catalog, plan, view);
  const scene: Scene = { catalog, plan, view, shared, sharedText: JSON.stringify(shared) };
  const captured = catalog.relations.filter(
    ({ oid, kind, schema, name }) => (only === undefined || only.has(oid)) && kind !== "foreign" && plan.tables.captures(schema, name),
  );
  return withSharedTopics(captured.map((relation) => remembered(scene, relation)));
}

function withSharedTopics(projections: readonly Projection[]): Projection[] {
  const tables = new Map<string, string[]>();
  for (const { topic, relation } of projections) {
    const name = `${relation.schema}.${relation.name}`;
    const known = tables.get(topic);
    if (known === undefined) tables.set(topic, [name]);
    else known.push(name);
  }
  return projections.map((projection) => {
    const sharing = tables.get(projection.topic) ?? [];
    return sharing.length < 2
      ? projection
      : { ...projection, caveats: [...projection.caveats, sharedTopicCaveat(projection.topic, sharing)] };
  });
}

interface Scene {
  readonly catalog: Catalog;
  readonly plan: Plan;
  readonly view: PublicationView;
  readonly shared: readonly Caveat[];
  readonly sharedText: string;
}

/** Catalogs before and after a statement share the relations it did not touch: these are projected once. */
function remembered(scene: Scene, relation: Relation): Projection {
  const { catalog, plan, view } = scene;
  const sent = streamed(relation, relationIndex(catalog.relations), view, plan.connector.publication.name);
  const text = `${JSON.stringify(sent)}\n${catalog.searchPath.join(",")}\n${scene.sharedText}`;
  const last = plan.memory.get(relation);
  if (last !== undefined && last.types === catalog.types && last.text === text) return last.projection;
  const projection = projectRelation(scene, relation, sent);
  plan.memory.set(relation, { types: catalog.types, text, projection });
  return projection;
}

function projectRelation(scene: Scene, relation: Relation, sent: Streamed): Projection {
  const { plan } = scene;
  const { snapshot, streaming } = rows(scene, relation, sent);
  const topic = plan.naming.topicOf(relation.schema, relation.name);
  const first = record(plan, topic, snapshot);
  const second = streaming === null ? null : streaming === snapshot ? first : record(plan, topic, streaming);
  const main = second ?? first;
  const shown = streaming ?? snapshot;
  return {
    connector: plan.connector.name,
    relation: { oid: relation.oid, schema: relation.schema, name: relation.name },
    topic: main.topic,
    keySubject: main.keySubject,
    valueSubject: main.valueSubject,
    snapshot: takesSnapshot(plan.connector) ? first.schemas : null,
    streaming: second?.schemas ?? null,
    silent: sent.kind === "silent" ? sent.reason : null,
    columns: shown.columns,
    key: shown.key,
    caveats: distinct([
      ...scene.shared,
      ...relationCaveats(plan, relation, typeIndex(scene.catalog.types)),
      ...rowCaveats(shown),
      ...first.caveats,
      ...(second?.caveats ?? []),
    ]),
  };
}

/** One object for both where nothing differs, so that nothing is built twice. */
function rows(scene: Scene, relation: Relation, sent: Streamed): { readonly snapshot: Row; readonly streaming: Row | null } {
  const { catalog, plan } = scene;
  const input = { relation, types: typeIndex(catalog.types), searchPath: catalog.searchPath };
  const snapshot = buildRow(plan, { ...input, origin: "snapshot", unseen: () => null });
  if (sent.kind === "silent") return { snapshot, streaming: null };
  const streaming = buildRow(plan, { ...input, origin: "streaming", unseen: (column) => unsentReason(column, sent) });
  const same = JSON.stringify([snapshot.keyFields, snapshot.valueFields]) === JSON.stringify([streaming.keyFields, streaming.valueFields]);
  return same && snapshot.columns.length === streaming.columns.length ? { snapshot, streaming: snapshot } : { snapshot, streaming };
}

interface ProjectedRecord {
  readonly topic: string;
  readonly keySubject: string | null;
  readonly valueSubject: string | null;
  readonly schemas: Schemas;
  readonly caveats: readonly Caveat[];
}

/** From a row to what the converters are given, and on to Avro. */
function record(plan: Plan, topic: string, row: Row): ProjectedRecord {
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
    caveats: [...outcome.caveats, ...avroCaveats(problems, repeated), ...namespaceCaveat(valueAvro.schema)],
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

/** Java's Avro does not look at namespaces; registries in other languages do. */
function namespaceCaveat(schema: Schemas["valueAvro"]): readonly Caveat[] {
  const name = recordName(schema) ?? "";
  const segment = name.split(".").find((one) => one !== "" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one));
  if (segment === undefined) return [];
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

function takesSnapshot(connector: Connector): boolean {
  const mode = (connector.settings["snapshot.mode"] ?? "initial").trim().toLowerCase();
  if (mode === "configuration_based")
    return (connector.settings["snapshot.mode.configuration.based.snapshot.data"] ?? "false").trim().toLowerCase() === "true";
  return mode !== "no_data" && mode !== "never";
}

function distinct(caveats: readonly Caveat[]): readonly Caveat[] {
  const seen = new Set<string>();
  return caveats.filter((one) => {
    const key = `${one.code}\n${one.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
