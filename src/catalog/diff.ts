import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { CatalogChange } from "../model/step.ts";

const titled = (relation: Relation): string => `${relation.schema}.${relation.name}`;

/** What changed between two catalogs, by object identity: relations by oid, columns by attnum. In the order of `after`, drops last. */
export function diffCatalogs(before: Catalog, after: Catalog): readonly CatalogChange[] {
  if (before.relations === after.relations) return [];
  const [earlier, later] = withoutCommonEnds(before.relations, after.relations);
  const was = new Map(earlier.map((relation) => [relation.oid, relation]));
  const is = new Map(later.map((relation) => [relation.oid, relation]));
  const dropped = earlier.filter((relation) => !is.has(relation.oid));
  const droppedByName = new Map(dropped.map((relation) => [titled(relation), relation]));
  const changes: CatalogChange[] = [];
  const replaced = new Set<number>();
  for (const relation of later) {
    const old = was.get(relation.oid);
    const namesake = droppedByName.get(titled(relation));
    if (old !== undefined) changes.push(...diffRelations(old, relation));
    else if (namesake === undefined) changes.push({ relation: relation.oid, kind: "relation-created" });
    else {
      replaced.add(namesake.oid);
      changes.push({ relation: relation.oid, kind: "relation-recreated", previous: namesake.oid });
    }
  }
  for (const relation of dropped) {
    if (!replaced.has(relation.oid)) changes.push({ relation: relation.oid, kind: "relation-dropped" });
  }
  return changes;
}

/** Relations of `after` that are not in `before` as they are. */
export function changedRelations(before: Catalog, after: Catalog): readonly Relation[] {
  if (before.relations === after.relations) return [];
  const [earlier, later] = withoutCommonEnds(before.relations, after.relations);
  const known = new Set(earlier);
  return later.filter((relation) => !known.has(relation));
}

/** Most statements touch one relation of many, and the others are the same objects at both ends of the lists. */
function withoutCommonEnds(before: readonly Relation[], after: readonly Relation[]): readonly [readonly Relation[], readonly Relation[]] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return [before.slice(start, before.length - end), after.slice(start, after.length - end)];
}

function diffRelations(before: Relation, after: Relation): readonly CatalogChange[] {
  if (before === after) return [];
  const relation = after.oid;
  const changes: CatalogChange[] = [];
  if (before.schema !== after.schema) changes.push({ relation, kind: "relation-moved", before: before.schema, after: after.schema });
  if (before.name !== after.name) changes.push({ relation, kind: "relation-renamed", before: before.name, after: after.name });
  if (before.persistence !== after.persistence) {
    changes.push({ relation, kind: "persistence-changed", before: before.persistence, after: after.persistence });
  }
  const [partitionBefore, partitionAfter] = [partitionText(before), partitionText(after)];
  if (partitionBefore !== partitionAfter)
    changes.push({ relation, kind: "partition-changed", before: partitionBefore, after: partitionAfter });
  changes.push(...diffColumns(before, after));
  if (!sameKey(before, after)) changes.push({ relation, kind: "primary-key-changed" });
  if (!equal(before.uniqueIndexes, after.uniqueIndexes)) changes.push({ relation, kind: "unique-indexes-changed" });
  if (!equal(before.replicaIdentity, after.replicaIdentity)) changes.push({ relation, kind: "replica-identity-changed" });
  return changes;
}

/** What the relation is a part of: its place in a partitioned table, or the tables it inherits from. */
function partitionText(relation: Relation): string | null {
  const { partitionOf, inherits } = relation;
  if (partitionOf !== null) return `${partitionOf.schema}.${partitionOf.name} ${partitionOf.bound}`;
  return inherits === null ? null : inherits.map(({ schema, name }) => `${schema}.${name}`).join(", ");
}

/** The key follows its columns by attnum: a rename of a key column is no change of the key, its recreation is. */
function sameKey(before: Relation, after: Relation): boolean {
  return equal(keyPositions(before), keyPositions(after));
}

function keyPositions(relation: Relation): readonly (number | undefined)[] | null {
  const positions = new Map(relation.columns.map((column) => [column.name, column.position]));
  return relation.primaryKey?.columns.map((name) => positions.get(name)) ?? null;
}

function diffColumns(before: Relation, after: Relation): readonly CatalogChange[] {
  const was = new Map(before.columns.map((column) => [column.position, column]));
  const is = new Set(after.columns.map((column) => column.position));
  const dropped = before.columns.filter((column) => !is.has(column.position));
  const droppedByName = new Map(dropped.map((column) => [column.name, column]));
  const changes: CatalogChange[] = [];
  const replaced = new Set<number>();
  for (const column of after.columns) {
    const old = was.get(column.position);
    const namesake = droppedByName.get(column.name);
    if (old !== undefined) changes.push(...diffColumn(after.oid, old, column));
    else if (namesake === undefined) changes.push({ relation: after.oid, kind: "column-added", position: column.position });
    else {
      replaced.add(namesake.position);
      changes.push({ relation: after.oid, kind: "column-recreated", position: column.position, previous: namesake.position });
    }
  }
  for (const { position } of dropped) {
    if (!replaced.has(position)) changes.push({ relation: after.oid, kind: "column-dropped", position });
  }
  return changes;
}

function diffColumn(relation: number, before: Column, after: Column): readonly CatalogChange[] {
  const { position } = after;
  const changes: CatalogChange[] = [];
  if (before.name !== after.name) changes.push({ relation, kind: "column-renamed", position, before: before.name, after: after.name });
  if (before.type.oid !== after.type.oid || before.type.modifier !== after.type.modifier)
    changes.push({ relation, kind: "column-type-changed", position });
  if (before.notNull !== after.notNull) changes.push({ relation, kind: "column-nullability-changed", position, notNull: after.notNull });
  if (before.default !== after.default) changes.push({ relation, kind: "column-default-changed", position });
  if (!equal([before.identity, before.generated], [after.identity, after.generated])) {
    changes.push({ relation, kind: "column-generation-changed", position });
  }
  return changes;
}

/** Plain data made by one constructor: keys stand in one order. */
const equal = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
