import type { Column, Relation } from "../../model/catalog.ts";
import type { AlterTableCommand, Statement } from "../../model/statement.ts";
import {
  changeColumn,
  columnFrom,
  objectName,
  unknownColumn,
  withoutColumn,
  withoutIdentityIndex,
  withPrimaryKey,
  withUniqueIndex,
} from "./columns.ts";
import { boundOf } from "./create-table.ts";
import { defaultText } from "./default-text.ts";
import { lastPosition } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { columnDropped } from "./publication.ts";
import { resolveType } from "./type-reference.ts";

type AlterTable = Extract<Statement, { kind: "alter-table" }>;

export function alterTable(draft: Draft, statement: AlterTable): void {
  const { relationKind, relation: name } = statement;
  if (relationKind === "type") return draft.doubt(`the attributes of type ${name.name} are not followed`);
  if (relationKind !== "table" && relationKind !== "foreign-table") return;
  // Nothing of the stream is at stake, so that nothing has to be invented.
  if (statement.commands.every(isSilent)) return;
  const known = draft.find(name);
  if (known === null && statement.ifExists && !draft.inventsTables) return;
  const needed = statement.commands.flatMap(neededColumns).filter((column) => !isAddedBy(statement, column.name));
  const relation = known === null ? draft.findOrInvent(name, needed, neededParts(statement)) : draft.widen(known, needed);
  if (relation !== null) alterRelation(draft, relation, statement, draft.isInvented(relation));
}

const isAddedBy = ({ commands }: AlterTable, name: string): boolean =>
  commands.some((command) => command.kind === "add-column" && command.column.name === name);

function alterRelation(draft: Draft, relation: Relation, statement: AlterTable, invented: boolean): void {
  let current = relation;
  for (const command of statement.commands) {
    const next = apply(draft, current, command, { statement, invented });
    if (next !== current) current = draft.replace(current, next);
  }
  for (const child of draft.childrenOf(relation))
    alterRelation(draft, child, { ...statement, commands: statement.commands.filter(isInherited) }, false);
}

function isSilent(command: AlterTableCommand): boolean {
  return (
    command.kind === "other" || command.kind === "add-check" || command.kind === "add-foreign-key" || command.kind === "validate-constraint"
  );
}

/** What partitions and inheriting tables get too. */
const INHERITED = new Set<AlterTableCommand["kind"]>([
  "add-column",
  "drop-column",
  "alter-type",
  "set-default",
  "drop-default",
  "set-not-null",
  "drop-not-null",
]);

const isInherited = (command: AlterTableCommand): boolean => INHERITED.has(command.kind);

/** The columns a command takes for granted, for a table that is not known. */
function neededColumns(command: AlterTableCommand): readonly Column[] {
  switch (command.kind) {
    case "drop-column":
    case "alter-type":
    case "set-default":
    case "drop-default":
    case "set-not-null":
      return [unknownColumn(command.column)];
    case "drop-not-null":
      return [unknownColumn(command.column, { notNull: true })];
    case "add-identity":
      return [unknownColumn(command.column, { notNull: true })];
    case "drop-identity":
      return [unknownColumn(command.column, { notNull: true, identity: "byDefault" })];
    case "drop-expression":
      return [unknownColumn(command.column, { generated: { kind: "stored", expression: "unknown" } })];
    default:
      return [];
  }
}

function neededParts(statement: AlterTable): Partial<Relation> {
  return statement.commands.some((command) => command.kind === "attach-partition" || command.kind === "detach-partition")
    ? { kind: "partitioned" }
    : {};
}

interface Context {
  readonly statement: AlterTable;
  readonly invented: boolean;
}

function apply(draft: Draft, relation: Relation, command: AlterTableCommand, context: Context): Relation {
  switch (command.kind) {
    case "add-column":
      return addColumn(draft, relation, command);
    case "drop-column":
      return dropColumn(draft, relation, command);
    case "add-primary-key":
    case "add-unique":
      return addKey(draft, relation, command, context);
    case "drop-constraint":
      return dropConstraint(draft, relation, command, context);
    case "replica-identity":
      return { ...relation, replicaIdentity: command.identity };
    case "set-logged":
      return { ...relation, persistence: "permanent" };
    case "set-unlogged":
      return { ...relation, persistence: "unlogged" };
    case "attach-partition":
    case "detach-partition":
      return movePartition(draft, relation, command, context);
    case "inherit":
    case "no-inherit":
      return inherit(draft, relation, command);
    case "alter-type":
    case "set-default":
    case "drop-default":
    case "set-not-null":
    case "drop-not-null":
    case "add-identity":
    case "drop-identity":
    case "drop-expression":
      return alterColumn(draft, relation, command, context);
    case "add-check":
    case "add-foreign-key":
    case "validate-constraint":
    case "other":
      return relation;
    default:
      command satisfies never;
      return relation;
  }
}

function addColumn(draft: Draft, relation: Relation, command: Extract<AlterTableCommand, { kind: "add-column" }>): Relation {
  const { column, ifNotExists } = command;
  if (relation.columns.some((other) => other.name === column.name)) {
    if (!ifNotExists) draft.doubt(`${relation.name} has a column ${column.name} already`);
    return relation;
  }
  const added = columnFrom(draft, relation, column, lastPosition(relation) + 1);
  const next = { ...relation, columns: [...relation.columns, added] };
  if (column.primaryKey) return withPrimaryKey(next, null, [column.name]);
  return column.unique ? withUniqueIndex(next, { name: objectName(relation.name, column.name, "key"), columns: [column.name] }) : next;
}

function dropColumn(draft: Draft, relation: Relation, command: Extract<AlterTableCommand, { kind: "drop-column" }>): Relation {
  if (!relation.columns.some((column) => column.name === command.column)) {
    if (!command.ifExists) missing(draft, relation, command.column);
    return relation;
  }
  if (command.cascade && relation.columns.some((column) => column.generated?.expression.includes(command.column) === true)) {
    draft.doubt(`what else CASCADE takes away with ${relation.name}.${command.column} is not known`);
  }
  columnDropped(draft, relation, command.column);
  return withoutColumn(relation, command.column);
}

function missing(draft: Draft, relation: Relation, column: string): void {
  draft.doubt(`${relation.schema}.${relation.name} has no column ${column} that is known`);
}

type Key = Extract<AlterTableCommand, { kind: "add-primary-key" | "add-unique" }>;

function addKey(draft: Draft, relation: Relation, command: Key, { invented }: Context): Relation {
  const { usingIndex } = command;
  const index = relation.uniqueIndexes.find((candidate) => candidate.name === usingIndex);
  if (usingIndex !== null && index === undefined) draft.doubt(`the columns of index ${usingIndex} are not known`);
  const columns = index?.columns ?? command.columns;
  const kept = { ...relation, uniqueIndexes: relation.uniqueIndexes.filter((candidate) => candidate !== index) };
  const known = invented ? withUnknownColumns(kept, columns) : kept;
  if (command.kind === "add-primary-key") return withPrimaryKey(known, command.name ?? usingIndex, columns);
  return withUniqueIndex(known, { name: command.name ?? usingIndex ?? objectName(relation.name, columns.join("_"), "key"), columns });
}

/** Key columns of an invented table that no other command has named. */
function withUnknownColumns(relation: Relation, names: readonly string[]): Relation {
  const absent = names.filter((name) => !relation.columns.some((column) => column.name === name));
  const last = lastPosition(relation);
  return { ...relation, columns: [...relation.columns, ...absent.map((name, i) => unknownColumn(name, { position: last + 1 + i }))] };
}

type DropConstraint = Extract<AlterTableCommand, { kind: "drop-constraint" }>;

function dropConstraint(draft: Draft, relation: Relation, command: DropConstraint, { invented }: Context): Relation {
  const { name } = command;
  if (relation.primaryKey?.name === name) return { ...relation, primaryKey: null };
  if (relation.uniqueIndexes.some((index) => index.name === name)) {
    const uniqueIndexes = relation.uniqueIndexes.filter((index) => index.name !== name);
    return withoutIdentityIndex({ ...relation, uniqueIndexes }, [name]);
  }
  if (invented && !/fk|foreign|check|chk/i.test(name)) draft.doubt(`whether constraint ${name} is a key of ${relation.name} is not known`);
  return relation;
}

type Partition = Extract<AlterTableCommand, { kind: "attach-partition" | "detach-partition" }>;

function movePartition(draft: Draft, relation: Relation, command: Partition, { statement }: Context): Relation {
  const partition = draft.find(command.partition);
  if (partition === null) draft.doubt(`partition ${command.partition.name} is not known`);
  else {
    const bound = boundOf(statement.sql);
    const partitionOf = command.kind === "attach-partition" ? { schema: relation.schema, name: relation.name, bound } : null;
    draft.replace(partition, { ...partition, partitionOf });
  }
  return relation;
}

function inherit(draft: Draft, relation: Relation, command: Extract<AlterTableCommand, { kind: "inherit" | "no-inherit" }>): Relation {
  const schema = draft.find(command.parent)?.schema ?? draft.schemaFor(command.parent);
  const others = (relation.inherits ?? []).filter((parent) => parent.name !== command.parent.name || parent.schema !== schema);
  const inherits = command.kind === "inherit" ? [...others, { schema, name: command.parent.name }] : others;
  return { ...relation, inherits: inherits.length === 0 ? null : inherits };
}

type ColumnCommand = Extract<AlterTableCommand, { readonly column: string }>;

function alterColumn(draft: Draft, relation: Relation, command: ColumnCommand, { invented }: Context): Relation {
  const column = relation.columns.find((candidate) => candidate.name === command.column);
  if (column === undefined) {
    missing(draft, relation, command.column);
    return relation;
  }
  if (invented && command.kind === "drop-default") draft.doubt(`what the default of ${relation.name}.${command.column} was is not known`);
  const next = changedColumn(draft, column, command);
  return changeColumn(relation, command.column, () => next);
}

function changedColumn(draft: Draft, column: Column, command: ColumnCommand): Column {
  switch (command.kind) {
    case "alter-type": {
      const { type, storage } = resolveType(draft, command.type);
      return { ...column, type, storage };
    }
    case "set-default":
      return { ...column, default: defaultText(command.default, column.type, draft.schemaFor({ schema: null, name: "" })) };
    case "drop-default":
      return { ...column, default: null };
    case "set-not-null":
      return { ...column, notNull: true };
    case "drop-not-null":
      return { ...column, notNull: false };
    case "add-identity":
      return { ...column, identity: command.identity, notNull: true };
    case "drop-identity":
      return { ...column, identity: null };
    case "drop-expression":
      return { ...column, generated: null };
    case "drop-column":
      return column;
    default:
      command satisfies never;
      return column;
  }
}
