import type { Relation, UniqueIndex } from "./catalog.ts";

/** What the driver lists of an index: expressions and INCLUDE columns too, where they are known. */
export function entriesOf(index: UniqueIndex): readonly string[] {
  return index.entries ?? index.columns;
}

/** What the patterns of io.debezium.connector.postgresql.connection.PostgresConnection fit: an index with such an entry is passed over. */
const FUNCTION = /^[(]?[A-Za-z0-9_.]+\(.*\)$/;
const EXPRESSION = /^\(.+[+ */<>=~!@#%^&|`?].+\)$/;

const isPassedOver = (entry: string): boolean => entry === "" || FUNCTION.test(entry) || EXPRESSION.test(entry);

/** The unique index that Debezium takes for the key of a table without a primary key: the first by name it can read; null without one. */
export function standInIndex(relation: Relation): UniqueIndex | null {
  return relation.uniqueIndexes.find((index) => !entriesOf(index).some(isPassedOver)) ?? null;
}

/** Names that the table itself gives for the record key: its primary key, else those of the index that stands in; empty without either. */
export function tableKey(relation: Relation): readonly string[] {
  if (relation.primaryKey !== null) return relation.primaryKey.columns;
  const index = standInIndex(relation);
  return index === null ? [] : entriesOf(index);
}
