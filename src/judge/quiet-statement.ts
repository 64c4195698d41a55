import type { Statement } from "../model/statement.ts";

/** Statements on the server, its databases and roles: they change no table, and yet a connector may lose its connection or its slot by them. */
const ofServer: ReadonlySet<string> = new Set([
  "AlterDatabaseSetStmt",
  "AlterDatabaseStmt",
  "AlterRoleSetStmt",
  "AlterRoleStmt",
  "AlterSystemStmt",
  "DropRoleStmt",
  "DropdbStmt",
]);

const quietDrops: ReadonlySet<string> = new Set(["view", "materialized-view", "function"]);

/**
 * Whether a statement by itself changes no table, no type, no publication and nothing that a connector stands on: COMMENT, GRANT, a view, an index that is not
 * unique, rows without a function called. What cannot be told from its text is not quiet.
 */
export function isQuiet(statement: Statement): boolean {
  switch (statement.kind) {
    case "other":
      return !ofServer.has(statement.name);
    case "create-index":
      return !statement.unique;
    case "select":
    case "dml":
      return statement.functions.length === 0;
    case "drop":
      return quietDrops.has(statement.object) && !statement.cascade;
    case "copy":
      return statement.target !== "program";
    case "create-view":
    case "create-schema":
    case "create-sequence":
    case "alter-sequence":
    case "create-role":
    case "function":
    case "transaction":
    case "set":
    case "lock":
      return true;
    default:
      return false;
  }
}
