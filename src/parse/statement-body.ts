import type { Node } from "@pgsql/types";
import type { StatementBody } from "../model/statement.ts";
import { alterTable } from "./alter-table.ts";
import { createTable, createTableAs } from "./create-table.ts";
import { HARMLESS, OPAQUE } from "./harmless.ts";
import { alterPublication, createPublication } from "./publication.ts";
import { copy, createIndex, dml, explained, select } from "./query.ts";
import { drop, rename, setSchema, truncate } from "./rename-drop.ts";
import { createFunction, doBlock, set, transaction } from "./routine.ts";
import type { StatementText } from "./statement-text.ts";
import { constantText, functionsIn, nameOf, qualify, read, relationName, strings } from "./tree.ts";
import type { NodeName, NodeRecord } from "./tree.ts";
import { alterEnum, createDomain, createEnum, define } from "./types.ts";

type Translators = { readonly [K in NodeName]?: (statement: NonNullable<NodeRecord[K]>, text: StatementText) => StatementBody };

const translators: Translators = {
  CreateStmt: (statement, text) => createTable(text, statement),
  CreateForeignTableStmt: (statement, text) => createTable(text, statement.base ?? {}),
  CreateTableAsStmt: (statement) => createTableAs(statement),
  AlterTableStmt: (statement, text) => alterTable(text, statement),
  RenameStmt: (statement) => rename(statement),
  AlterObjectSchemaStmt: (statement) => setSchema(statement),
  DropStmt: (statement) => drop(statement),
  TruncateStmt: (statement) => truncate(statement),
  IndexStmt: (statement) => createIndex(statement),
  ViewStmt: (statement) => ({ kind: "create-view", name: relationName(statement.view), materialized: false }),
  CreateEnumStmt: (statement) => createEnum(statement),
  CompositeTypeStmt: (statement) => ({ kind: "create-type", name: relationName(statement.typevar), type: "composite", labels: [] }),
  CreateRangeStmt: (statement) => ({ kind: "create-type", name: qualify(strings(statement.typeName)), type: "range", labels: [] }),
  DefineStmt: (statement) => define(statement),
  AlterEnumStmt: (statement) => alterEnum(statement),
  CreateDomainStmt: (statement, text) => createDomain(text, statement),
  AlterDomainStmt: (statement) => ({ kind: "alter-domain", name: qualify(strings(statement.typeName)) }),
  CreatePublicationStmt: (statement, text) => createPublication(text, statement),
  AlterPublicationStmt: (statement, text) => alterPublication(text, statement),
  CreateSubscriptionStmt: (statement) => ({ kind: "subscription", name: statement.subname ?? "" }),
  AlterSubscriptionStmt: (statement) => ({ kind: "subscription", name: statement.subname ?? "" }),
  DropSubscriptionStmt: (statement) => ({ kind: "subscription", name: statement.subname ?? "" }),
  CreateSchemaStmt: (statement) => createSchema(statement),
  CreateExtensionStmt: (statement) => ({
    kind: "create-extension",
    name: statement.extname ?? "",
    schema: optionText(statement.options, "schema"),
  }),
  CreateSeqStmt: (statement) => ({ kind: "create-sequence", name: relationName(statement.sequence) }),
  AlterSeqStmt: (statement) => ({ kind: "alter-sequence", name: relationName(statement.sequence) }),
  CreateRoleStmt: (statement) => ({ kind: "create-role", name: statement.role ?? "" }),
  CreateFunctionStmt: (statement, text) => createFunction(text, statement),
  DoStmt: (statement, text) => doBlock(text, statement),
  CallStmt: (statement) => ({ kind: "call", name: qualify(strings(statement.funccall?.funcname)) }),
  InsertStmt: (statement) => dml("insert", statement),
  UpdateStmt: (statement) => dml("update", statement),
  DeleteStmt: (statement) => dml("delete", statement),
  MergeStmt: (statement) => dml("merge", statement),
  SelectStmt: (statement) => select(statement),
  ExplainStmt: (statement, text) => {
    const run = explained(statement);
    return run === null ? { kind: "select", functions: [] } : statementBody(run, text);
  },
  VariableShowStmt: () => ({ kind: "select", functions: [] }),
  DeclareCursorStmt: (statement) => ({ kind: "select", functions: functionsIn(statement) }),
  FetchStmt: () => ({ kind: "select", functions: [] }),
  ClosePortalStmt: () => ({ kind: "select", functions: [] }),
  CopyStmt: (statement) => copy(statement),
  TransactionStmt: (statement) => transaction(statement),
  VariableSetStmt: (statement) => set(statement),
  LockStmt: (statement) => ({ kind: "lock", relations: (statement.relations ?? []).map((node) => relationName(read(node).RangeVar)) }),
};

/** What a statement's tree means in the words of the model; whatever has no translation is harmless by name, or opaque with a reason. */
export function statementBody(node: Node, text: StatementText): StatementBody {
  const name = nameOf(node);
  const translated = translate(node, text);
  if (translated !== null) return translated;
  if (HARMLESS.has(name)) return { kind: "other", name };
  return { kind: "opaque", name, reason: OPAQUE[name] ?? `driftgate does not know what ${name} does to tables, types and publications` };
}

function translate(node: Node, text: StatementText): StatementBody | null {
  const [entry] = Object.entries(node);
  if (entry === undefined) return null;
  const [name, statement] = entry;
  // The table pairs each name with the function for its node; TypeScript cannot follow a pair through a lookup.
  const translator = translators[name as NodeName] as ((statement: unknown, text: StatementText) => StatementBody) | undefined;
  return translator === undefined ? null : translator(statement, text);
}

function createSchema(statement: NonNullable<NodeRecord["CreateSchemaStmt"]>): StatementBody {
  if ((statement.schemaElts ?? []).length > 0) {
    const reason = "CREATE SCHEMA with its tables inside is not followed; make them in statements of their own";
    return { kind: "opaque", name: "CreateSchemaStmt", reason };
  }
  // CREATE SCHEMA AUTHORIZATION someone: named after the role.
  const name = statement.schemaname ?? statement.authrole?.rolename ?? "";
  return { kind: "create-schema", name, ifNotExists: statement.if_not_exists === true };
}

function optionText(options: readonly Node[] | undefined, name: string): string | null {
  const option = (options ?? []).map((node) => read(node).DefElem).find((element) => element?.defname === name);
  return option === undefined ? null : constantText(option.arg);
}
