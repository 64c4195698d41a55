import type { Catalog } from "../../model/catalog.ts";
import type { Statement } from "../../model/statement.ts";
import { alterTable } from "./alter-table.ts";
import { objectName, unknownColumn, withUniqueIndex } from "./columns.ts";
import { createTable } from "./create-table.ts";
import { Draft } from "./draft.ts";
import { drop } from "./drop.ts";
import { publication } from "./publication.ts";
import { rename, setSchema } from "./rename.ts";
import { doBlock, select, set } from "./routine.ts";
import { alterDomain, alterEnum, createDomain, createType } from "./types.ts";

export interface AssumeContext {
  /**
   * Whether a table that the catalog does not know may be invented with what the statement names. True without a history (a lone file);
   * false where the catalog is known to be whole, so that IF EXISTS on a missing table is quiet and anything else on it is unknown.
   */
  readonly inventsTables: boolean;
}

export interface Assumption {
  /** The catalog given, with any table that had to be invented. */
  readonly before: Catalog;
  readonly catalog: Catalog;
  readonly certainty: "assumed" | "unknown";
  /** In words, for the user. */
  readonly reason: string;
}

/** Applies a statement to a catalog from its text alone, without any PostgreSQL. Untouched parts are shared. Objects it makes have negative oids. */
export function assume(catalog: Catalog, statement: Statement, context: AssumeContext = { inventsTables: true }): Assumption {
  const draft = new Draft(catalog, context.inventsTables);
  apply(draft, statement);
  const { doubts, inventions } = draft;
  const notes = [...doubts, ...inventions];
  return {
    before: draft.before(),
    catalog: draft.after(),
    certainty: doubts.length > 0 ? "unknown" : "assumed",
    reason: notes.length > 0 ? notes.join("; ") : "read from the statement, not run on a PostgreSQL",
  };
}

/** As `assume`, on a draft that may take more statements. */
export function apply(draft: Draft, statement: Statement): void {
  switch (statement.kind) {
    case "create-table":
      return createTable(draft, statement);
    case "alter-table":
      return alterTable(draft, statement);
    case "rename":
      return rename(draft, statement);
    case "set-schema":
      return setSchema(draft, statement);
    case "drop":
      return drop(draft, statement);
    case "create-index":
      return createIndex(draft, statement);
    case "create-type":
      return createType(draft, statement);
    case "create-domain":
      return createDomain(draft, statement);
    case "alter-domain":
      return alterDomain(draft, statement);
    case "alter-enum":
      return alterEnum(draft, statement);
    case "publication":
      return publication(draft, statement);
    case "select":
      return select(draft, statement);
    case "do":
      return doBlock(draft, statement);
    case "set":
      return set(draft, statement);
    case "call":
      return draft.doubt(`what procedure ${statement.name.name} does cannot be told from the statement`);
    case "opaque":
      return draft.doubt(statement.reason);
    case "transaction":
      return transaction(draft, statement.action);
    case "truncate":
    case "create-view":
    case "subscription":
    case "create-schema":
    case "create-extension":
    case "create-sequence":
    case "alter-sequence":
    case "create-role":
    case "function":
    case "dml":
    case "copy":
    case "lock":
    case "other":
      return;
    default:
      statement satisfies never;
  }
}

/** What a rollback takes back depends on where the transaction began, which one statement cannot tell. */
function transaction(draft: Draft, action: Extract<Statement, { kind: "transaction" }>["action"]): void {
  if (action === "rollback" || action === "rollback-to") draft.doubt("what is rolled back is not followed without running it");
}

function createIndex(draft: Draft, statement: Extract<Statement, { kind: "create-index" }>): void {
  if (!statement.unique) return;
  const { relation: name, columns, partial } = statement;
  const relation = draft.findOrInvent(
    name,
    columns.filter((column) => column !== "").map((column) => unknownColumn(column)),
  );
  if (relation === null) return;
  const index = statement.name ?? objectName(relation.name, columns.map((column) => (column === "" ? "expr" : column)).join("_"), "idx");
  if (relation.uniqueIndexes.some((other) => other.name === index)) return;
  draft.replace(relation, withUniqueIndex(relation, { name: index, columns, partial, expressions: columns.includes("") }));
}
