import type { CreateFunctionStmt, DoStmt, Node, TransactionStmt, VariableSetStmt } from "@pgsql/types";
import type { StatementBody } from "../model/statement.ts";
import type { StatementText } from "./statement-text.ts";
import { constantText, qualify, read, strings } from "./tree.ts";

/** Value of an option: a string, or a list of strings (`AS 'obj_file', 'link_symbol'`), of which the first. */
function option(options: readonly Node[] | undefined, name: string): string | null {
  for (const node of options ?? []) {
    const element = read(node).DefElem;
    if (element?.defname !== name) continue;
    const list = read(element.arg).List;
    return list === undefined ? constantText(element.arg) : constantText(list.items?.[0]);
  }
  return null;
}

export function createFunction(text: StatementText, statement: CreateFunctionStmt): StatementBody {
  const body = option(statement.options, "as");
  const inline = statement.sql_body === undefined ? null : text.sql.slice(text.start, text.end);
  const language = option(statement.options, "language")?.toLowerCase() ?? (inline === null ? null : "sql");
  return { kind: "function", name: qualify(strings(statement.funcname)), language, body: body ?? inline };
}

/** DO; its body counts as dynamic when it is not PL/pgSQL, cannot be read, or builds statements at run time. */
export function doBlock(text: StatementText, statement: DoStmt): StatementBody {
  const language = option(statement.args, "language")?.toLowerCase() ?? "plpgsql";
  const body = option(statement.args, "as") ?? "";
  return { kind: "do", language, body, dynamic: language !== "plpgsql" || text.isDynamic() };
}

type Action = Extract<StatementBody, { kind: "transaction" }>["action"];

const ACTIONS: { readonly [kind in NonNullable<TransactionStmt["kind"]>]?: Action } = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_COMMIT: "commit",
  TRANS_STMT_ROLLBACK: "rollback",
  TRANS_STMT_SAVEPOINT: "savepoint",
  TRANS_STMT_RELEASE: "release",
  TRANS_STMT_ROLLBACK_TO: "rollback-to",
};

export function transaction(statement: TransactionStmt): StatementBody {
  const action = statement.kind === undefined ? undefined : ACTIONS[statement.kind];
  if (action !== undefined) return { kind: "transaction", action };
  const reason = "a prepared transaction is committed or rolled back apart from this migration, so its effect cannot be placed";
  return { kind: "opaque", name: "TransactionStmt", reason };
}

/** SET and RESET; no values mean the default. */
export function set(statement: VariableSetStmt): StatementBody {
  const all = statement.kind === "VAR_RESET_ALL";
  return {
    kind: "set",
    name: all ? "all" : (statement.name ?? "").toLowerCase(),
    local: statement.is_local === true,
    values: (statement.args ?? []).map((node) => constantText(node) ?? ""),
  };
}
