import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Caveat, Projection } from "../model/projection.ts";
import { catalogCaveats, relationCaveats, rowCaveats, sharedTopicCaveat } from "./caveats.ts";
import { planOf } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { driverColumn } from "./column-shape.ts";
import type { DriverColumn } from "./column-shape.ts";
import { record } from "./record.ts";
import { buildRow } from "./row.ts";
import type { Row } from "./row.ts";
import { publicationView, relationIndex, streamed, unsentReason } from "./selection.ts";
import type { PublicationView, Streamed } from "./selection.ts";
import { typeIndex } from "./type-index.ts";

/**
 * What the connector makes of every table it captures: topic, subjects, key and value schemas of snapshot and streaming, in catalog order. Foreign tables
 * are never captured.
 * @param only oids of the relations to project; all of them where it is left out
 */
export function project(catalog: Catalog, connector: Connector, only?: ReadonlySet<number>): Projection[] {
  const scene = sceneOf(catalog, connector);
  const captured = catalog.relations.filter((relation) => (only === undefined || only.has(relation.oid)) && captures(scene.plan, relation));
  return withSharedTopics(captured.map((relation) => remembered(scene, relation)));
}

/** What the driver says of a relation's columns when the connector asks it, which need not be what the relation is. */
export type Driver = (relation: Relation, column: Column) => DriverColumn | null;

/** What the stream alone sends of the relations of a catalog, their columns' metadata coming from elsewhere. What is silent is left out. */
export function projectStream(catalog: Catalog, connector: Connector, driver: Driver, only?: ReadonlySet<number>): Projection[] {
  const scene = sceneOf(catalog, connector);
  const projections = catalog.relations.flatMap((relation) => {
    const isWanted = (only === undefined || only.has(relation.oid)) && captures(scene.plan, relation);
    const sent = isWanted ? sentOf(scene, relation) : null;
    if (sent === null || sent.kind === "silent") return [];
    const row = streamRow(scene, relation, sent, driver);
    const one = projected(scene, relation, { main: row, snapshot: null }, null);
    return one.streaming === null ? [] : [one];
  });
  return withSharedTopics(projections);
}

/** Whether the connector's lists take the table in, published or not. */
export function captures(plan: Plan, { kind, schema, name }: Relation): boolean {
  return kind !== "foreign" && plan.tables.captures(schema, name);
}

function sceneOf(catalog: Catalog, connector: Connector): Scene {
  const plan = planOf(connector);
  const view = publicationView(catalog, connector, plan.tables);
  const shared = catalogCaveats(catalog, plan, view);
  return { catalog, plan, view, shared, sharedText: JSON.stringify(shared) };
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

function sentOf({ catalog, plan, view }: Scene, relation: Relation): Streamed {
  return streamed(relation, relationIndex(catalog.relations), view, plan.connector.publication.name);
}

/** Catalogs before and after a statement share the relations it did not touch: these are projected once. */
function remembered(scene: Scene, relation: Relation): Projection {
  const { catalog, plan } = scene;
  const sent = sentOf(scene, relation);
  const text = `${JSON.stringify(sent)}\n${catalog.searchPath.join(",")}\n${scene.sharedText}`;
  const last = plan.memory.get(relation);
  if (last !== undefined && last.types === catalog.types && last.text === text) return last.projection;
  const made = projected(scene, relation, rows(scene, relation, sent), sent.kind === "silent" ? sent.reason : null);
  plan.memory.set(relation, { types: catalog.types, text, projection: made });
  return made;
}

interface Rows {
  /** The stream's where there is one, else the snapshot's. */
  readonly main: Row;
  readonly snapshot: Row | null;
}

function projected(scene: Scene, relation: Relation, { main, snapshot }: Rows, silent: string | null): Projection {
  const { plan } = scene;
  const topic = plan.naming.topicOf(relation.schema, relation.name);
  const sent = record(plan, topic, main);
  const first = snapshot === null ? null : snapshot === main ? sent : record(plan, topic, snapshot);
  const reason = silent ?? sent.dropped;
  return {
    connector: plan.connector.name,
    relation: { oid: relation.oid, schema: relation.schema, name: relation.name },
    topic: sent.topic,
    keySubject: sent.keySubject,
    valueSubject: sent.valueSubject,
    snapshot: takesSnapshot(plan, relation) && first?.dropped === null ? first.schemas : null,
    streaming: reason === null ? sent.schemas : null,
    silent: reason,
    columns: main.columns,
    key: main.key,
    caveats: distinct([
      ...scene.shared,
      ...relationCaveats(plan, relation, typeIndex(scene.catalog.types)),
      ...rowCaveats(main),
      ...(first?.caveats ?? []),
      ...sent.caveats,
    ]),
  };
}

/** One object for both where nothing differs, so that nothing is built twice. */
function rows(scene: Scene, relation: Relation, sent: Streamed): Rows {
  const { catalog, plan } = scene;
  const types = typeIndex(catalog.types);
  const driver = (column: Column): DriverColumn => driverColumn(column, types);
  const snapshot = buildRow(plan, { relation, types, searchPath: catalog.searchPath, origin: "snapshot", unseen: () => null, driver });
  if (sent.kind === "silent") return { main: snapshot, snapshot };
  const main = streamRow(scene, relation, sent, (_, column) => driver(column));
  const same = JSON.stringify([snapshot.keyFields, snapshot.valueFields]) === JSON.stringify([main.keyFields, main.valueFields]);
  return { main, snapshot: same && snapshot.columns.length === main.columns.length ? main : snapshot };
}

function streamRow({ catalog, plan }: Scene, relation: Relation, sent: Extract<Streamed, { kind: "sent" }>, driver: Driver): Row {
  return buildRow(plan, {
    relation,
    types: typeIndex(catalog.types),
    searchPath: catalog.searchPath,
    origin: "streaming",
    unseen: (column) => unsentReason(column, sent),
    driver: (column) => driver(relation, column),
  });
}

function takesSnapshot({ connector, tables }: Plan, { schema, name }: Relation): boolean {
  if (!tables.snapshots(schema, name)) return false;
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
