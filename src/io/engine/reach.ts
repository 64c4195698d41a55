import type { Statement } from "../../model/statement.ts";

/** How much of the catalog must be read after a statement ran: "changes" what was written since the last reading. */
export type Reach = "nothing" | "changes" | "all";

/** "all" is for what takes written rows back, and for what surely renames something whose name stands in other objects' texts. */
export function reachOf(statement: Statement): Reach {
  switch (statement.kind) {
    case "create-table":
    case "dml":
    case "select":
    case "truncate":
    case "copy":
      return "changes";
    case "create-index":
      return statement.unique ? "changes" : "nothing";
    case "alter-table":
      return alterReach(statement);
    case "set":
      return statement.name === "search_path" ? "changes" : "nothing";
    case "transaction":
      if (statement.action === "rollback" || statement.action === "rollback-to") return "all";
      return statement.action === "commit" ? "changes" : "nothing";
    case "create-view":
    case "create-role":
    case "lock":
    case "subscription":
    case "function":
    case "create-sequence":
    case "other":
      return "nothing";
    case "rename":
    case "set-schema":
    case "opaque":
      return "all";
    case "alter-sequence":
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
      return "changes";
    default:
      return statement satisfies never;
  }
}

function alterReach(statement: Extract<Statement, { readonly kind: "alter-table" }>): Reach {
  if (statement.relationKind === "view" || statement.relationKind === "index" || statement.relationKind === "materialized-view")
    return "nothing";
  return statement.relationKind === "type" ? "all" : "changes";
}
