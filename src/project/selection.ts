import type { Catalog, Column, Publication, Relation } from "../model/catalog.ts";
import type { Connector, Unsupported } from "../model/connector.ts";
import { includeExclude, passes, patternList } from "./filters.ts";
import type { IncludeExclude } from "./filters.ts";
import { flag } from "./settings.ts";

/** Which tables the connector captures, by its own lists (io.debezium.relational.RelationalTableFilters). */
export interface TableSelection {
  readonly captures: (schema: string, table: string) => boolean;
  /** Whether a captured table is part of the initial snapshot: snapshot.include.collection.list, without which all are. */
  readonly snapshots: (schema: string, table: string) => boolean;
}

const SNAPSHOT_LIST = "snapshot.include.collection.list";

const BUILT_IN_SCHEMAS = /^(pg_catalog|information_schema|pg_temp.*)$/i;

/** Reads the lists of schemas and tables; patterns that cannot be read here are added to `unsupported`. A signal table is captured whatever the lists say. */
export function tableSelection(connector: Pick<Connector, "settings" | "signalTable">, unsupported: Unsupported[]): TableSelection {
  const schemas = includeExclude(connector.settings, "schema", unsupported);
  const tables = includeExclude(connector.settings, "table", unsupported);
  const ignoresBuiltIn = flag(connector.settings, "table.ignore.builtin", true);
  const snapshotList = connector.settings[SNAPSHOT_LIST] ?? "";
  const snapshots = snapshotList.trim() === "" ? null : patternList(SNAPSHOT_LIST, snapshotList, unsupported, "match");
  const signals = new Set((connector.signalTable ?? "").split(",").map((name) => name.trim().toLowerCase()));
  return {
    captures: (schema, table) => {
      if (signals.has(`${schema}.${table}`.toLowerCase())) return true;
      if (ignoresBuiltIn && (BUILT_IN_SCHEMAS.test(schema) || table.toLowerCase() === "spatial_ref_sys")) return false;
      return passes(schemas, schema) && passes(tables, `${schema}.${table}`);
    },
    snapshots: (schema, table) => snapshots === null || snapshots.matches(`${schema}.${table}`),
  };
}

/** Column lists; at most one of the two is in force. */
export function columnSelection(settings: Readonly<Record<string, string>>, unsupported: Unsupported[]): IncludeExclude {
  return includeExclude(settings, "column", unsupported);
}

/** What pgoutput sends of one relation. */
export type Streamed =
  | { readonly kind: "silent"; readonly reason: string }
  /** `listed`: the publication's column list, null for all; `storedGenerated`: stored generated columns are sent too. */
  | { readonly kind: "sent"; readonly listed: readonly string[] | null; readonly storedGenerated: boolean };

/** Relations by `schema.name`, for walking up from a partition to its root. */
export type RelationIndex = ReadonlyMap<string, Relation>;

const indexes = new WeakMap<Catalog["relations"], RelationIndex>();

/** Made once for each list of relations. */
export function relationIndex(relations: Catalog["relations"]): RelationIndex {
  const known = indexes.get(relations);
  if (known !== undefined) return known;
  const index = new Map(relations.map((relation) => [nameOf(relation), relation]));
  indexes.set(relations, index);
  return index;
}

function nameOf(relation: { readonly schema: string; readonly name: string }): string {
  return `${relation.schema}.${relation.name}`;
}

/** The partitioned tables above a partition, nearest first. */
function ancestors(relation: Relation, index: RelationIndex): readonly Relation[] {
  const found: Relation[] = [];
  let parent = relation.partitionOf;
  while (parent !== null) {
    const one = index.get(nameOf(parent));
    if (one === undefined || found.includes(one)) break;
    found.push(one);
    parent = one.partitionOf;
  }
  return found;
}

/** How the publication of the connector takes part: one that exists, or the one that Debezium would make. */
export interface PublicationView {
  readonly publication: Publication | null;
  readonly viaRoot: boolean;
  readonly includes: (relation: Relation) => boolean;
  /** Why the connector streams no change of any table; null when it does. */
  readonly silence: string | null;
}

/**
 * The connector's publication as the catalog has it; where it has none, the one that Debezium makes in the mode of publication.autocreate.mode. In mode
 * disabled every table then counts as published.
 */
export function publicationView(catalog: Catalog, connector: Connector, captures: TableSelection): PublicationView {
  const { name, autocreateMode } = connector.publication;
  const publication = catalog.publications.find((one) => one.name === name) ?? null;
  const silence = silenceOf(connector.settings);
  if (publication !== null)
    return { publication, viaRoot: publication.viaRoot, includes: (relation) => isMember(publication, relation), silence };
  return {
    publication: null,
    viaRoot: flag(connector.settings, "publish.via.partition.root", false),
    silence,
    includes: (relation) =>
      autocreateMode !== "no_tables" && (autocreateMode !== "filtered" || captures.captures(relation.schema, relation.name)),
  };
}

/** What keeps a connector from streaming at all (io.debezium.snapshot.mode, io.debezium.pipeline.EventDispatcher). */
function silenceOf(settings: Connector["settings"]): string | null {
  const mode = settings["snapshot.mode"]?.trim().toLowerCase();
  if (mode === "initial_only") return "snapshot.mode is initial_only: the connector ends with its snapshot";
  const start = "snapshot.mode.configuration.based.start.stream";
  if (mode === "configuration_based" && !flag(settings, start, false)) return `${start} is not true: the connector ends with its snapshot`;
  const skipped = (settings["skipped.operations"] ?? "").split(",").map((one) => one.trim());
  return ["c", "u", "d"].every((one) => skipped.includes(one)) ? "skipped.operations leaves out every insert, update and delete" : null;
}

function isMember(publication: Publication, relation: Relation): boolean {
  return publication.allTables || publication.schemas.includes(relation.schema) || entryOf(publication, relation) !== undefined;
}

function entryOf(publication: Publication, relation: Relation): Publication["tables"][number] | undefined {
  return publication.tables.find((table) => table.schema === relation.schema && table.name === relation.name);
}

/** Whether and how changes of the relation itself come through the replication slot. */
export function streamed(relation: Relation, index: RelationIndex, view: PublicationView, publicationName: string): Streamed {
  if (view.silence !== null) return silent(view.silence);
  if (relation.persistence === "unlogged") return silent("an unlogged table writes no WAL");
  const above = ancestors(relation, index);
  const publishedRoot = above.filter((one) => view.includes(one)).at(-1);
  if (view.viaRoot && publishedRoot !== undefined) {
    return silent(`publish_via_partition_root is on: its changes come as those of ${publishedRoot.schema}.${publishedRoot.name}`);
  }
  if (relation.kind === "partitioned" && !view.viaRoot) {
    return silent("a partitioned table has no rows of its own: its changes come as those of its partitions");
  }
  if (!view.includes(relation) && publishedRoot === undefined) {
    return silent(`the table is not in the publication ${publicationName}`);
  }
  if (view.publication?.publish.every((operation) => operation === "truncate") === true) {
    return silent(`the publication ${publicationName} publishes neither insert, update nor delete`);
  }
  const listed = view.publication === null || view.publication.allTables ? null : (entryOf(view.publication, relation)?.columns ?? null);
  return { kind: "sent", listed, storedGenerated: view.publication?.generatedColumns === "stored" };
}

function silent(reason: string): Streamed {
  return { kind: "silent", reason };
}

/** Why pgoutput leaves a column out; null when it sends it. */
export function unsentReason(column: Column, sent: Extract<Streamed, { kind: "sent" }>): string | null {
  if (sent.listed !== null) {
    return sent.listed.includes(column.name) ? null : "the publication's column list does not have it";
  }
  if (column.generated === null || (column.generated.kind === "stored" && sent.storedGenerated)) return null;
  return "generated columns are not sent by pgoutput";
}
