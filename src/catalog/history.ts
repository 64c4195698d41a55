import type { Catalog, Relation } from "../model/catalog.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { toSnapshot } from "./snapshot.ts";
import type { CatalogSnapshot } from "./snapshot.ts";
import { byText } from "./to-catalog.ts";

/** How a migration went. */
export interface HistoryEntry {
  readonly n: number;
  readonly migration: string;
  readonly status: "ok" | "failed" | "skipped";
  readonly error: { readonly code: string; readonly message: string } | null;
  /** True when it ran statement by statement. */
  readonly autocommit: boolean;
}

type Definitions = ReadonlyMap<string, JsonValue>;

/** One line of the catalog-file form: what a migration changed, each object with its whole new definition, null where it is gone. */
export function historyLine(entry: HistoryEntry, before: Catalog, after: Catalog): JsonObject {
  const { error } = entry;
  return {
    n: entry.n,
    migration: entry.migration,
    status: entry.status,
    ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
    ...(entry.autocommit ? { mode: "autocommit" } : {}),
    ...(before === after ? {} : changesOf(before, after)),
  };
}

function changesOf(before: Catalog, after: Catalog): JsonObject {
  const [was, is] = [definitionsOf(toSnapshot(before)), definitionsOf(toSnapshot(after))];
  const line: Record<string, JsonValue> = {};
  for (const kind of ["tables", "enums", "domains", "composites", "publications"] as const) add(line, kind, changed(was[kind], is[kind]));
  add(line, "renames", renamesOf(before, after));
  add(line, "recreated", recreatedOf(before, after));
  return line;
}

function add(line: Record<string, JsonValue>, key: string, value: JsonObject): void {
  if (Object.keys(value).length > 0) line[key] = value;
}

interface DefinitionSets {
  readonly tables: Definitions;
  readonly enums: Definitions;
  readonly domains: Definitions;
  readonly composites: Definitions;
  readonly publications: Definitions;
}

function definitionsOf(snapshot: CatalogSnapshot): DefinitionSets {
  return {
    tables: new Map(snapshot.tables.map((table) => [titled(table), tableDefinition(table)])),
    enums: new Map(snapshot.enums.map((type) => [titled(type), type.labels])),
    domains: new Map(
      snapshot.domains.map((type) => [
        titled(type),
        plain({ type: type.type, notNull: type.notNull, default: type.default, checks: type.checks }),
      ]),
    ),
    composites: new Map(snapshot.composites.map((type) => [titled(type), plain(type.attributes)])),
    publications: new Map(
      snapshot.publications.map(({ name, allTables, publish, viaRoot, tables, schemas }) => [
        name,
        plain({ allTables, publish, viaRoot, tables, schemas }),
      ]),
    ),
  };
}

const titled = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;

/** Snapshots are plain data; their interfaces only lack JsonObject's index signature. */
const plain = (value: object): JsonValue => value as unknown as JsonValue;

function tableDefinition(table: CatalogSnapshot["tables"][number]): JsonValue {
  const { kind, persistence, columns, primaryKey, uniqueIndexes, replicaIdentity, partitionKey, partitionOf, inherits } = table;
  const named = columns.map(({ name, type, notNull, default: value, identity, generated }) => ({
    name,
    type,
    notNull,
    default: value,
    identity,
    generated,
  }));
  return plain({ kind, persistence, columns: named, primaryKey, uniqueIndexes, replicaIdentity, partitionKey, partitionOf, inherits });
}

function changed(before: Definitions, after: Definitions): JsonObject {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(byText);
  const line: Record<string, JsonValue> = {};
  for (const name of names) {
    const now = after.get(name) ?? null;
    if (JSON.stringify(before.get(name) ?? null) !== JSON.stringify(now)) line[name] = now;
  }
  return line;
}

/** Pairs of the same relation before and after. */
function pairs(before: Catalog, after: Catalog): readonly (readonly [Relation, Relation])[] {
  const was = new Map(before.relations.map((relation) => [relation.oid, relation]));
  return after.relations.flatMap((relation) => {
    const old = was.get(relation.oid);
    return old === undefined || old === relation ? [] : [[old, relation] as const];
  });
}

function renamesOf(before: Catalog, after: Catalog): JsonObject {
  const tables: Record<string, JsonValue> = {};
  const columns: Record<string, JsonValue> = {};
  for (const [old, relation] of pairs(before, after)) {
    if (titled(old) !== titled(relation)) tables[titled(old)] = titled(relation);
    const names = new Map(old.columns.map((column) => [column.position, column.name]));
    const renamed = relation.columns.flatMap(({ position, name }) => {
      const oldName = names.get(position);
      return oldName === undefined || oldName === name ? [] : [[oldName, name] as const];
    });
    if (renamed.length > 0) columns[titled(relation)] = Object.fromEntries(renamed);
  }
  return { ...(Object.keys(tables).length > 0 ? { tables } : {}), ...(Object.keys(columns).length > 0 ? { columns } : {}) };
}

function recreatedOf(before: Catalog, after: Catalog): JsonObject {
  const oids = new Map(before.relations.map((relation) => [titled(relation), relation.oid]));
  const tables = after.relations.filter((relation) => (oids.get(titled(relation)) ?? relation.oid) !== relation.oid).map(titled);
  const columns: Record<string, JsonValue> = {};
  for (const [old, relation] of pairs(before, after)) {
    const positions = new Map(old.columns.map((column) => [column.name, column.position]));
    const recreated = relation.columns.filter((column) => isRecreated(column, positions, old)).map((column) => column.name);
    if (recreated.length > 0) columns[titled(relation)] = recreated;
  }
  return { ...(tables.length > 0 ? { tables } : {}), ...(Object.keys(columns).length > 0 ? { columns } : {}) };
}

function isRecreated(
  column: { readonly name: string; readonly position: number },
  positions: ReadonlyMap<string, number>,
  old: Relation,
): boolean {
  const position = positions.get(column.name);
  return position !== undefined && position !== column.position && !old.columns.some((other) => other.position === column.position);
}
