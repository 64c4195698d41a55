import type { Constraint, CreateStmt, CreateTableAsStmt, IntoClause, PartitionSpec, RangeVar } from "@pgsql/types";
import type { ColumnDefinition, QualifiedName, StatementBody } from "../model/statement.ts";
import { columnDefinition } from "./column.ts";
import { findWord, inBrackets, splitAtCommas, textOf, tokensOf } from "./statement-text.ts";
import type { StatementText, Token } from "./statement-text.ts";
import { read, relationName, strings } from "./tree.ts";

type CreateTable = Extract<StatementBody, { kind: "create-table" }>;

export function persistenceOf(relation: RangeVar | undefined): CreateTable["persistence"] {
  if (relation?.relpersistence === "t") return "temporary";
  return relation?.relpersistence === "u" ? "unlogged" : "permanent";
}

/** CREATE TABLE, also PARTITION OF and OF type, and CREATE FOREIGN TABLE. */
export function createTable(text: StatementText, statement: CreateStmt): StatementBody {
  const tokens = tokensOf(text.sql, text.locate(statement.relation?.location), text.end);
  const elements = splitAtCommas(inBrackets(tokens));
  const constraints = (statement.tableElts ?? []).flatMap((node) => read(node).Constraint ?? []);
  const parents = (statement.inhRelations ?? []).map((node) => relationName(read(node).RangeVar));
  const isPartition = statement.partbound !== undefined;
  return {
    kind: "create-table",
    relation: relationName(statement.relation),
    ifNotExists: statement.if_not_exists === true,
    persistence: persistenceOf(statement.relation),
    columns: withTableConstraints(columnsOf(text, statement, elements), constraints),
    primaryKey: primaryKeyOf(statement, constraints),
    unique: uniqueOf(statement, constraints),
    inherits: isPartition ? [] : parents,
    partitionOf: isPartition ? (parents[0] ?? null) : null,
    partitionKey: partitionKey(text, statement.partspec, tokens),
    like: (statement.tableElts ?? []).flatMap((node) => likeOf(node)),
    fromQuery: false,
  };
}

/** CREATE TABLE AS and SELECT INTO: what the columns are, only the query knows. */
export function createTableFromQuery(into: IntoClause | undefined, ifNotExists: boolean): StatementBody {
  return {
    kind: "create-table",
    relation: relationName(into?.rel),
    ifNotExists,
    persistence: persistenceOf(into?.rel),
    columns: [],
    primaryKey: null,
    unique: [],
    inherits: [],
    partitionOf: null,
    partitionKey: null,
    like: [],
    fromQuery: true,
  };
}

export function createTableAs(statement: CreateTableAsStmt): StatementBody {
  if (statement.objtype === "OBJECT_MATVIEW") {
    return { kind: "create-view", name: relationName(statement.into?.rel), materialized: true };
  }
  return createTableFromQuery(statement.into, statement.if_not_exists === true);
}

function columnsOf(text: StatementText, statement: CreateStmt, elements: readonly (readonly Token[])[]): readonly ColumnDefinition[] {
  const byStart = new Map(elements.map((element) => [element[0]?.start, element]));
  return (statement.tableElts ?? []).flatMap((node) => {
    const column = read(node).ColumnDef;
    return column === undefined ? [] : columnDefinition(text, column, byStart.get(text.locate(column.location)) ?? []);
  });
}

/** Table constraints that say something of a column: PRIMARY KEY and, from 18 on, NOT NULL. */
function withTableConstraints(columns: readonly ColumnDefinition[], constraints: readonly Constraint[]): readonly ColumnDefinition[] {
  const required = new Set(
    constraints
      .filter((constraint) => constraint.contype === "CONSTR_PRIMARY" || constraint.contype === "CONSTR_NOTNULL")
      .flatMap((constraint) => strings(constraint.keys)),
  );
  return columns.map((column) => (required.has(column.name) && !column.notNull ? { ...column, notNull: true } : column));
}

interface KeyConstraint {
  readonly name: string | null;
  readonly columns: readonly string[];
}

function primaryKeyOf(statement: CreateStmt, constraints: readonly Constraint[]): KeyConstraint | null {
  return keysOf(statement, constraints, "CONSTR_PRIMARY")[0] ?? null;
}

function uniqueOf(statement: CreateStmt, constraints: readonly Constraint[]): readonly KeyConstraint[] {
  return keysOf(statement, constraints, "CONSTR_UNIQUE");
}

function keysOf(statement: CreateStmt, constraints: readonly Constraint[], type: Constraint["contype"]): readonly KeyConstraint[] {
  const ofColumns = (statement.tableElts ?? []).flatMap((node) => {
    const column = read(node).ColumnDef;
    const own = (column?.constraints ?? []).flatMap((child) => read(child).Constraint ?? []);
    return own
      .filter((constraint) => constraint.contype === type)
      .map((constraint) => ({ name: constraint.conname ?? null, columns: [column?.colname ?? ""] }));
  });
  const ofTable = constraints
    .filter((constraint) => constraint.contype === type)
    .map((constraint) => ({ name: constraint.conname ?? null, columns: strings(constraint.keys) }));
  return [...ofColumns, ...ofTable];
}

function likeOf(node: Parameters<typeof read>[0]): readonly QualifiedName[] {
  const like = read(node).TableLikeClause;
  return like === undefined ? [] : [relationName(like.relation)];
}

const STRATEGIES: Readonly<Record<string, string>> = {
  PARTITION_STRATEGY_LIST: "LIST",
  PARTITION_STRATEGY_RANGE: "RANGE",
  PARTITION_STRATEGY_HASH: "HASH",
};

/** As pg_get_partkeydef prints it, but for expressions, which stay as written. */
function partitionKey(text: StatementText, spec: PartitionSpec | undefined, tokens: readonly Token[]): string | null {
  if (spec === undefined) return null;
  const start = text.locate(spec.location);
  const own = tokens.filter((token) => token.start >= start);
  const columns = splitAtCommas(inBrackets(own, Math.max(findWord(own, "by"), 0))).map((part) => textOf(text.sql, part));
  return `${STRATEGIES[spec.strategy ?? ""] ?? "RANGE"} (${columns.join(", ")})`;
}
