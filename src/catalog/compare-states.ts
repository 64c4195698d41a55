import type { StateDifference } from "../model/state-difference.ts";
import type { CatalogSnapshot, ColumnSnapshot, PublicationSnapshot, TableSnapshot } from "./snapshot.ts";
import { byText } from "./to-catalog.ts";

interface Named {
  readonly schema: string;
  readonly name: string;
}

/**
 * How the second of two descriptions of one database differs from the first: by names, since numbers (oid, attnum) are another database's.
 * @param ignored tables that only one of them is to have, as `schema.name`: a migration tool's own
 */
export function compareStates(
  first: CatalogSnapshot,
  second: CatalogSnapshot,
  ignored: ReadonlySet<string> = new Set(),
): readonly StateDifference[] {
  const tables = (snapshot: CatalogSnapshot): readonly TableSnapshot[] => snapshot.tables.filter((table) => !ignored.has(titled(table)));
  return [
    ...compareNamed("table", tables(first), tables(second), titled, compareTables),
    ...compareNamed("type", first.enums, second.enums, titled, (a, b) => compareValues("labels", a.labels, b.labels)),
    ...compareNamed("type", first.domains, second.domains, titled, (a, b) => [
      ...compareValues("type", a.type, b.type),
      ...compareValues("NOT NULL", a.notNull, b.notNull),
      ...compareValues("default", a.default, b.default),
      ...compareValues("checks", a.checks, b.checks),
    ]),
    ...compareNamed("type", first.composites, second.composites, titled, (a, b) => compareValues("attributes", a.attributes, b.attributes)),
    ...compareNamed("publication", first.publications, second.publications, ({ name }) => name, comparePublications),
  ];
}

const titled = ({ schema, name }: Named): string => `${schema}.${name}`;

function compareNamed<T>(
  kind: StateDifference["kind"],
  first: readonly T[],
  second: readonly T[],
  titleOf: (item: T) => string,
  compare: (a: T, b: T) => readonly string[],
): readonly StateDifference[] {
  const [was, is] = [new Map(first.map((item) => [titleOf(item), item])), new Map(second.map((item) => [titleOf(item), item]))];
  const titles = [...new Set([...was.keys(), ...is.keys()])].toSorted(byText);
  return titles.flatMap((object): StateDifference[] => {
    const [a, b] = [was.get(object), is.get(object)];
    if (a === undefined) return [{ object, kind, presence: "second", details: [] }];
    if (b === undefined) return [{ object, kind, presence: "first", details: [] }];
    const details = compare(a, b);
    return details.length === 0 ? [] : [{ object, kind, presence: "both", details }];
  });
}

/**
 * A partition has an identity, that of its partitioned table, only since PostgreSQL 17, and a partitioned table, which holds no rows, can be UNLOGGED only
 * before 18: where both are the same but for the server's version, these are no difference.
 */
function compareTables(a: TableSnapshot, b: TableSnapshot): readonly string[] {
  const isPart = a.partitionOf !== null && b.partitionOf !== null;
  const isRoot = a.partitionKey !== null && b.partitionKey !== null;
  const columnsOf = ({ columns: own }: TableSnapshot): readonly ColumnSnapshot[] =>
    isPart ? own.map((column) => ({ ...column, identity: null })) : own;
  const columns = compareNamed("table", columnsOf(a), columnsOf(b), ({ name }) => name, compareColumns);
  return [
    ...columns.flatMap(columnDetails),
    ...compareOrder(a.columns, b.columns),
    ...compareValues("primary key", a.primaryKey?.columns ?? null, b.primaryKey?.columns ?? null),
    ...compareValues("replica identity", a.replicaIdentity, b.replicaIdentity),
    ...compareValues("unique indexes", a.uniqueIndexes, b.uniqueIndexes),
    ...compareValues("kind", a.kind, b.kind),
    ...(isRoot ? [] : compareValues("persistence", a.persistence, b.persistence)),
    ...compareValues("partition key", a.partitionKey, b.partitionKey),
    ...compareValues("partition of", a.partitionOf, b.partitionOf),
    ...compareValues("inherits from", a.inherits, b.inherits),
  ];
}

function columnDetails({ object, presence, details }: StateDifference): readonly string[] {
  if (presence === "both") return details.map((detail) => `column "${object}": ${detail}`);
  return [`column "${object}" is ${presence === "first" ? "missing" : "there"}`];
}

function compareColumns(a: ColumnSnapshot, b: ColumnSnapshot): readonly string[] {
  return [
    ...compareValues("type", a.type, b.type),
    ...compareValues("NOT NULL", a.notNull, b.notNull),
    ...compareValues("default", a.default, b.default),
    ...compareValues("identity", a.identity, b.identity),
    ...compareValues("generated", a.generated, b.generated),
  ];
}

/** Names of those columns that the others have too. */
const common = (columns: readonly ColumnSnapshot[], others: readonly ColumnSnapshot[]): string =>
  columns
    .filter(({ name }) => others.some((other) => other.name === name))
    .map(({ name }) => name)
    .join(", ");

/** The order of columns is that of the fields in a record; only those that both have can be out of order. */
function compareOrder(a: readonly ColumnSnapshot[], b: readonly ColumnSnapshot[]): readonly string[] {
  return compareValues("order of columns", common(a, b), common(b, a));
}

function comparePublications(a: PublicationSnapshot, b: PublicationSnapshot): readonly string[] {
  return [
    ...compareValues("FOR ALL TABLES", a.allTables, b.allTables),
    ...compareValues("publish", a.publish, b.publish),
    ...compareValues("publish_via_partition_root", a.viaRoot, b.viaRoot),
    ...compareValues("tables", a.tables, b.tables),
    ...compareValues("schemas", a.schemas, b.schemas),
  ];
}

function compareValues(what: string, a: unknown, b: unknown): readonly string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  return [`${what}: ${shown(b)} instead of ${shown(a)}`];
}

function shown(value: unknown): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
