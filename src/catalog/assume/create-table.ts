import type { Column, Relation } from "../../model/catalog.ts";
import type { Statement } from "../../model/statement.ts";
import { columnFrom, objectName, withPrimaryKey, withUniqueIndex } from "./columns.ts";
import { emptyRelation, numbered, printName } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { defaultText } from "./default-text.ts";

type CreateTable = Extract<Statement, { kind: "create-table" }>;

export function createTable(draft: Draft, statement: CreateTable): void {
  if (statement.persistence === "temporary") return;
  const schema = draft.schemaFor(statement.relation);
  const { name } = statement.relation;
  if (draft.find({ schema, name }) !== null) {
    if (!statement.ifNotExists) draft.doubt(`table ${printName(statement.relation)} exists already`);
    return;
  }
  if (statement.fromQuery) draft.doubt(`the columns of ${printName(statement.relation)} come from a query`);
  const empty = emptyRelation(draft.nextOid(), schema, name);
  let relation: Relation = { ...empty, ...placeOf(draft, statement), columns: columnsOf(draft, statement, empty) };
  const inherited = parentKeys(draft, statement);
  const key = statement.primaryKey ?? inherited.primaryKey;
  if (key !== null) relation = withPrimaryKey(relation, statement.primaryKey?.name ?? null, key.columns);
  for (const { name: given, columns } of [...statement.unique, ...inherited.unique]) {
    relation = withUniqueIndex(relation, { name: given ?? objectName(name, columns.join("_"), "key"), columns });
  }
  draft.add(relation);
}

function placeOf(draft: Draft, statement: CreateTable): Partial<Relation> {
  const parent = statement.partitionOf;
  const resolved = parent === null ? null : draft.find(parent);
  const partitionOf =
    parent === null ? null : { schema: resolved?.schema ?? draft.schemaFor(parent), name: parent.name, bound: boundOf(statement.sql) };
  return {
    kind: kindOf(statement),
    persistence: statement.persistence === "unlogged" ? "unlogged" : "permanent",
    partitionKey: statement.partitionKey,
    partitionOf,
    inherits:
      statement.inherits.length === 0 ? null : statement.inherits.map((name) => ({ schema: draft.schemaFor(name), name: name.name })),
  };
}

function kindOf(statement: CreateTable): Relation["kind"] {
  if (/^create\s+foreign\b/i.test(statement.sql)) return "foreign";
  return statement.partitionKey === null ? "table" : "partitioned";
}

/** The bound as written; pg_get_expr would print the same for plain constants. */
export function boundOf(sql: string): string {
  const bound = /\bfor\s+values\s+([\s\S]*?\))(?:\s*(?:partition|with|using|tablespace|server|options)\b[\s\S]*)?$/i.exec(sql);
  return bound === null
    ? "DEFAULT"
    : `FOR VALUES ${(bound[1] ?? "").replace(/^(?:in|from|with)\b/i, (word) => word.toUpperCase()).replace(/\)\s*to\s*\(/i, ") TO (")}`;
}

function columnsOf(draft: Draft, statement: CreateTable, relation: Relation): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const column of parentColumns(draft, statement)) columns.set(column.name, column);
  for (const written of statement.columns) {
    const inherited = columns.get(written.name);
    if (inherited === undefined || written.type.name.name !== "") columns.set(written.name, columnFrom(draft, relation, written, 0));
    else {
      // PARTITION OF parent (column WITH OPTIONS NOT NULL DEFAULT …): no type of its own.
      const own = written.default === null ? inherited.default : defaultText(written.default, inherited.type);
      columns.set(written.name, { ...inherited, notNull: inherited.notNull || written.notNull, default: own });
    }
  }
  return numbered([...columns.values()]);
}

/** Columns that LIKE, INHERITS and PARTITION OF bring in. */
function parentColumns(draft: Draft, statement: CreateTable): readonly Column[] {
  const whole = [...statement.inherits, ...(statement.partitionOf === null ? [] : [statement.partitionOf])];
  const taken = whole.flatMap((name) => draft.find(name)?.columns ?? unknownParent(draft, name));
  const copied = statement.like.flatMap((name) =>
    (draft.find(name)?.columns ?? unknownParent(draft, name)).map((column) => likeColumn(statement.sql, column)),
  );
  return [...taken, ...copied];
}

function unknownParent(draft: Draft, name: Parameters<typeof printName>[0]): readonly Column[] {
  draft.doubt(`table ${printName(name)}, whose columns it takes over, is not known`);
  return [];
}

const includes = (sql: string, what: string): boolean =>
  new RegExp(`including\\s+(?:all|${what})\\b`, "i").test(sql) && !new RegExp(`excluding\\s+(?:all|${what})\\b`, "i").test(sql);

/** LIKE copies name, type and NOT NULL, the rest as INCLUDING says. */
function likeColumn(sql: string, column: Column): Column {
  return {
    ...column,
    default: includes(sql, "defaults") ? column.default : null,
    identity: includes(sql, "identity") ? column.identity : null,
    generated: includes(sql, "generated") ? column.generated : null,
  };
}

interface Keys {
  readonly primaryKey: { readonly columns: readonly string[] } | null;
  readonly unique: readonly { readonly name: null; readonly columns: readonly string[] }[];
}

/** Keys of a partitioned parent are made on each partition; LIKE takes them with INCLUDING INDEXES. */
function parentKeys(draft: Draft, statement: CreateTable): Keys {
  const likes = includes(statement.sql, "indexes") ? statement.like : [];
  const [source] = statement.partitionOf === null ? likes : [statement.partitionOf];
  const relation = source === undefined ? null : draft.find(source);
  const plain = relation?.uniqueIndexes.filter((index) => !index.partial && !index.expressions) ?? [];
  return { primaryKey: relation?.primaryKey ?? null, unique: plain.map((index) => ({ name: null, columns: index.columns })) };
}
