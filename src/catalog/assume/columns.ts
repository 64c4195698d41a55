import type { Column, Relation, UniqueIndex } from "../../model/catalog.ts";
import { ident } from "../../model/sql-name.ts";
import type { ColumnDefinition } from "../../model/statement.ts";
import { defaultText } from "./default-text.ts";
import type { Draft } from "./draft.ts";
import { resolveType, UNKNOWN_TYPE } from "./type-reference.ts";

/** The column a definition makes; `serial` becomes an integer with a sequence of the usual name. */
export function columnFrom(draft: Draft, relation: Pick<Relation, "schema" | "name">, written: ColumnDefinition, position: number): Column {
  const { type, storage, isSerial } = resolveType(draft, written.type);
  const sequence = `nextval('${ident(relation.schema)}.${ident(`${relation.name}_${written.name}_seq`)}'::regclass)`;
  const ownDefault = written.default === null ? null : defaultText(written.default, type, draft.schemaFor({ schema: null, name: "" }));
  return {
    name: written.name,
    position,
    type,
    notNull: written.notNull || isSerial,
    default: isSerial ? sequence : ownDefault,
    identity: written.identity,
    generated: written.generated,
    storage,
  };
}

/** A column of which only the name is known. */
export function unknownColumn(name: string, parts: Partial<Column> = {}): Column {
  return {
    name,
    position: 0,
    type: UNKNOWN_TYPE,
    notNull: false,
    default: null,
    identity: null,
    generated: null,
    storage: "plain",
    ...parts,
  };
}

export function changeColumn(relation: Relation, name: string, change: (column: Column) => Column): Relation {
  return refreshIndexes({ ...relation, columns: relation.columns.map((column) => (column.name === name ? change(column) : column)) });
}

/** Whether an index can be the replica identity depends on the NOT NULL of its columns. */
export function refreshIndexes(relation: Relation): Relation {
  if (relation.uniqueIndexes.length === 0) return relation;
  const required = new Set(relation.columns.filter((column) => column.notNull).map((column) => column.name));
  const uniqueIndexes = relation.uniqueIndexes.map((index) => {
    const usableAsIdentity = isUsable(index, required);
    return usableAsIdentity === index.usableAsIdentity ? index : { ...index, usableAsIdentity };
  });
  return { ...relation, uniqueIndexes };
}

function isUsable(index: UniqueIndex, required: ReadonlySet<string>): boolean {
  return index.immediate && index.valid && !index.partial && !index.expressions && index.columns.every((column) => required.has(column));
}

/** Takes the column away with every key and index over it, as DROP COLUMN does. */
export function withoutColumn(relation: Relation, name: string): Relation {
  const { primaryKey } = relation;
  const gone = relation.uniqueIndexes.filter((index) => index.columns.includes(name)).map((index) => index.name);
  const next = {
    ...relation,
    columns: relation.columns.filter((column) => column.name !== name),
    primaryKey: primaryKey?.columns.includes(name) === true ? null : primaryKey,
    uniqueIndexes: relation.uniqueIndexes.filter((index) => !gone.includes(index.name)),
  };
  return withoutIdentityIndex(next, gone);
}

/** A relation whose identity index is gone has none (manual of ALTER TABLE, "REPLICA IDENTITY"). */
export function withoutIdentityIndex(relation: Relation, gone: readonly string[]): Relation {
  const { replicaIdentity } = relation;
  if (typeof replicaIdentity === "string" || !gone.includes(replicaIdentity.index)) return relation;
  return { ...relation, replicaIdentity: "nothing" };
}

export function renameInKeys(relation: Relation, from: string, to: string): Relation {
  const swap = (names: readonly string[]): readonly string[] => names.map((name) => (name === from ? to : name));
  const { primaryKey } = relation;
  return {
    ...relation,
    columns: relation.columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
    primaryKey: primaryKey === null ? null : { ...primaryKey, columns: swap(primaryKey.columns) },
    uniqueIndexes: relation.uniqueIndexes.map((index) => ({ ...index, columns: swap(index.columns) })),
  };
}

export function withPrimaryKey(relation: Relation, name: string | null, columns: readonly string[]): Relation {
  const keyed = { ...relation, primaryKey: { name: name ?? objectName(relation.name, "", "pkey"), columns } };
  return refreshIndexes({
    ...keyed,
    columns: keyed.columns.map((column) => (columns.includes(column.name) && !column.notNull ? { ...column, notNull: true } : column)),
  });
}

export function withUniqueIndex(relation: Relation, index: Pick<UniqueIndex, "name" | "columns"> & Partial<UniqueIndex>): Relation {
  const whole: UniqueIndex = { partial: false, expressions: false, immediate: true, valid: true, usableAsIdentity: false, ...index };
  const uniqueIndexes = [...relation.uniqueIndexes, whole].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return refreshIndexes({ ...relation, uniqueIndexes });
}

const NAME_LIMIT = 63;

/** The name PostgreSQL makes up: `table_columns_label`, the longer of the first two cut until it fits (makeObjectName of indexcmds.c; ASCII). */
export function objectName(table: string, columns: string, label: string): string {
  let first = table.length;
  let second = columns.length;
  const overhead = label.length + 1 + (columns === "" ? 0 : 1);
  while (first + second + overhead > NAME_LIMIT) {
    if (first > second) first--;
    else second--;
  }
  return [table.slice(0, first), ...(columns === "" ? [] : [columns.slice(0, second)]), label].join("_");
}
