import { catalogQuery } from "../../catalog/query.ts";
import { toCatalog } from "../../catalog/to-catalog.ts";
import type { CatalogRow } from "../../catalog/to-catalog.ts";
import type { Catalog } from "../../model/catalog.ts";
import type { Statement } from "../../model/statement.ts";
import type { Server } from "./engine.ts";

/** A catalog and the transaction from which on later changes are to be looked for. */
export interface Reading {
  readonly catalog: Catalog;
  readonly xid: number;
}

/** How much of the catalog a statement may have changed. */
export type Reach = "nothing" | "written" | "all";

export async function readCatalog(
  server: Server,
  previous: Reading | null,
  reach: Exclude<Reach, "nothing">,
  inTransaction: boolean,
): Promise<Reading> {
  const since = reach === "written" && previous !== null ? previous.xid : null;
  const version = Number.parseInt(server.version, 10);
  const text = await server.query(catalogQuery({ version, inTransaction, since }));
  // A cast: the query builds exactly this form.
  const row = JSON.parse(text ?? "null") as CatalogRow;
  return { catalog: toCatalog(row, previous?.catalog ?? null), xid: row.xid };
}

/**
 * What must be read after a statement ran. "written": only rows were added or updated, and nothing was renamed whose name stands in other
 * objects' expressions.
 */
export function reachOf(statement: Statement): Reach {
  switch (statement.kind) {
    case "create-table":
    case "dml":
    case "select":
    case "truncate":
    case "copy":
      return "written";
    case "create-index":
      return statement.unique ? "written" : "nothing";
    case "alter-table":
      return alterReach(statement);
    case "set":
      return statement.name === "search_path" ? "written" : "nothing";
    case "transaction":
      return statement.action === "rollback" || statement.action === "rollback-to" || statement.action === "commit" ? "all" : "nothing";
    case "create-view":
    case "create-role":
    case "lock":
    case "subscription":
    case "function":
    case "create-sequence":
    case "other":
      return "nothing";
    case "alter-sequence":
    case "rename":
    case "set-schema":
    case "drop":
    case "create-type":
    case "create-domain":
    case "alter-domain":
    case "alter-enum":
    case "publication":
    case "create-schema":
    case "create-extension":
    case "do":
    case "call":
    case "opaque":
      return "all";
    default:
      return statement satisfies never;
  }
}

function alterReach(statement: Extract<Statement, { readonly kind: "alter-table" }>): Reach {
  if (statement.relationKind === "view" || statement.relationKind === "index" || statement.relationKind === "materialized-view")
    return "nothing";
  const removing = statement.commands.some((command) => command.kind === "drop-constraint" || command.kind === "drop-column");
  return removing || statement.relationKind === "sequence" || statement.relationKind === "type" ? "all" : "written";
}
