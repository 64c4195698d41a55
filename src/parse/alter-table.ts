import type { AlterTableCmd, AlterTableStmt, Constraint, ObjectType } from "@pgsql/types";
import type { AlterTableCommand, StatementBody } from "../model/statement.ts";
import type { Span } from "../model/span.ts";
import { columnDefinition, identityKind } from "./column.ts";
import { findWord, inBrackets, isPunctuation, isWord, splitAtCommas, textOf, tokensOf } from "./statement-text.ts";
import type { StatementText, Token } from "./statement-text.ts";
import { read, relationName, strings } from "./tree.ts";
import { writtenType } from "./written-type.ts";

type AlterTable = Extract<StatementBody, { kind: "alter-table" }>;
type Command = AlterTableCommand extends infer C ? (C extends { readonly span: Span } ? Omit<C, "span"> : never) : never;

/** Where a sub-command stands, and its words. */
interface Place {
  readonly text: StatementText;
  readonly tokens: readonly Token[];
}

/** ALTER TABLE, and the ALTER of views, indexes, sequences, foreign tables and composite types that share its node. */
export function alterTable(text: StatementText, statement: AlterTableStmt): StatementBody {
  const nodes = (statement.cmds ?? []).flatMap((node) => read(node).AlterTableCmd ?? []);
  const parts = splitAtCommas(afterName(text, statement));
  return {
    kind: "alter-table",
    relation: relationName(statement.relation),
    relationKind: relationKind(statement.objtype),
    ifExists: statement.missing_ok === true,
    commands: nodes.map((node, i) => {
      const tokens = parts[i] ?? [];
      const start = tokens[0]?.start ?? text.start;
      // The spread of a union loses the tie between its kind and its fields, which `command` has checked.
      return { ...command({ text, tokens }, node), span: text.spanOf(start, tokens.at(-1)?.end ?? text.end) } as AlterTableCommand;
    }),
  };
}

/** Whether it is DETACH PARTITION … CONCURRENTLY, which PostgreSQL refuses in a transaction block. */
export function detachesConcurrently(statement: AlterTableStmt): boolean {
  return (statement.cmds ?? []).some((node) => read(read(node).AlterTableCmd?.def).PartitionCmd?.concurrent === true);
}

function relationKind(type: ObjectType | undefined): AlterTable["relationKind"] {
  switch (type) {
    case "OBJECT_VIEW":
      return "view";
    case "OBJECT_INDEX":
      return "index";
    case "OBJECT_SEQUENCE":
      return "sequence";
    case "OBJECT_FOREIGN_TABLE":
      return "foreign-table";
    case "OBJECT_MATVIEW":
      return "materialized-view";
    case "OBJECT_TYPE":
      return "type";
    default:
      return "table";
  }
}

/** The tokens after `name`, `name *` or `(name)`. */
function afterName(text: StatementText, statement: AlterTableStmt): readonly Token[] {
  const tokens = tokensOf(text.sql, text.locate(statement.relation?.location), text.end);
  let i = 1;
  while (isPunctuation(tokens[i], ".")) i += 2;
  if (isPunctuation(tokens[i], ")") || tokens[i]?.value === "*") i++;
  return tokens.slice(i);
}

function command(place: Place, node: AlterTableCmd): Command {
  const column = node.name ?? "";
  const ifExists = node.missing_ok === true;
  const cascade = node.behavior === "DROP_CASCADE";
  switch (node.subtype) {
    case "AT_AddColumn":
      return addColumn(place, node);
    case "AT_DropColumn":
      return { kind: "drop-column", column, ifExists, cascade };
    case "AT_AlterColumnType":
      return alterType(place, node);
    case "AT_ColumnDefault":
      return columnDefault(place, node);
    case "AT_SetNotNull":
      return { kind: "set-not-null", column };
    case "AT_DropNotNull":
      return { kind: "drop-not-null", column };
    case "AT_AddConstraint":
      return addConstraint(place, read(node.def).Constraint ?? {});
    case "AT_DropConstraint":
      return { kind: "drop-constraint", name: column, ifExists, cascade };
    case "AT_ValidateConstraint":
      return { kind: "validate-constraint", name: column };
    case "AT_AddIdentity":
      return { kind: "add-identity", column, identity: identityKind(read(node.def).Constraint?.generated_when) };
    case "AT_DropIdentity":
      return { kind: "drop-identity", column };
    case "AT_DropExpression":
      return { kind: "drop-expression", column };
    default:
      return tableCommand(node);
  }
}

/** Sub-commands on the table as a whole. */
function tableCommand(node: AlterTableCmd): Command {
  switch (node.subtype) {
    case "AT_ReplicaIdentity":
      return replicaIdentity(node);
    case "AT_SetLogged":
      return { kind: "set-logged" };
    case "AT_SetUnLogged":
      return { kind: "set-unlogged" };
    case "AT_AttachPartition":
      return { kind: "attach-partition", partition: relationName(read(node.def).PartitionCmd?.name) };
    case "AT_DetachPartition":
    case "AT_DetachPartitionFinalize":
      return { kind: "detach-partition", partition: relationName(read(node.def).PartitionCmd?.name) };
    case "AT_AddInherit":
      return { kind: "inherit", parent: relationName(read(node.def).RangeVar) };
    case "AT_DropInherit":
      return { kind: "no-inherit", parent: relationName(read(node.def).RangeVar) };
    default:
      return { kind: "other", name: node.subtype ?? "" };
  }
}

function addColumn(place: Place, node: AlterTableCmd): Command {
  const column = columnDefinition(place.text, read(node.def).ColumnDef ?? {}, place.tokens);
  return { kind: "add-column", column, ifNotExists: node.missing_ok === true };
}

function alterType(place: Place, node: AlterTableCmd): Command {
  const definition = read(node.def).ColumnDef;
  const at = definition?.raw_default === undefined ? -1 : findWord(place.tokens, "using", 2);
  const using = at === -1 ? null : textOf(place.text.sql, place.tokens.slice(at + 1));
  return { kind: "alter-type", column: node.name ?? "", type: writtenType(definition?.typeName), using };
}

function columnDefault(place: Place, node: AlterTableCmd): Command {
  const column = node.name ?? "";
  if (node.def === undefined) return { kind: "drop-default", column };
  const { tokens, text } = place;
  const at = tokens.findIndex((token, i) => isWord(token, "set") && isWord(tokens[i + 1], "default") && i >= 2);
  return { kind: "set-default", column, default: textOf(text.sql, tokens.slice(at + 2)) };
}

function addConstraint(place: Place, constraint: Constraint): Command {
  const name = constraint.conname ?? null;
  const columns = strings(constraint.keys);
  const usingIndex = constraint.indexname ?? null;
  const notValid = constraint.skip_validation === true;
  switch (constraint.contype) {
    case "CONSTR_PRIMARY":
      return { kind: "add-primary-key", name, columns, usingIndex };
    case "CONSTR_UNIQUE":
      return { kind: "add-unique", name, columns, usingIndex };
    case "CONSTR_CHECK":
      return { kind: "add-check", name, expression: checkText(place), notValid };
    case "CONSTR_FOREIGN":
      return { kind: "add-foreign-key", name, notValid };
    case "CONSTR_NOTNULL":
      // 18: ADD CONSTRAINT name NOT NULL column; attnotnull is set even when it is NOT VALID.
      return { kind: "set-not-null", column: columns[0] ?? "" };
    default:
      return { kind: "other", name: constraint.contype ?? "" };
  }
}

function checkText(place: Place): string {
  const at = findWord(place.tokens, "check");
  return textOf(place.text.sql, inBrackets(place.tokens, Math.max(at, 0)));
}

function replicaIdentity(node: AlterTableCmd): Command {
  const identity = read(node.def).ReplicaIdentityStmt;
  switch (identity?.identity_type) {
    case "n":
      return { kind: "replica-identity", identity: "nothing" };
    case "f":
      return { kind: "replica-identity", identity: "full" };
    case "i":
      return { kind: "replica-identity", identity: { index: identity.name ?? "" } };
    default:
      return { kind: "replica-identity", identity: "default" };
  }
}
