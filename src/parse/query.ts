import type {
  CopyStmt,
  DeleteStmt,
  ExplainStmt,
  IndexStmt,
  InsertStmt,
  MergeStmt,
  Node,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from "@pgsql/types";
import type { StatementBody } from "../model/statement.ts";
import { createTableFromQuery } from "./create-table.ts";
import { constantText, functionsIn, read, relationName } from "./tree.ts";

type Dml = InsertStmt | UpdateStmt | DeleteStmt | MergeStmt;

export function dml(command: "insert" | "update" | "delete" | "merge", statement: Dml): StatementBody {
  return { kind: "dml", command, relation: relationName(statement.relation), functions: functionsIn(statement) };
}

export function select(statement: SelectStmt): StatementBody {
  const into = leftmost(statement).intoClause;
  if (into !== undefined) return createTableFromQuery(into, false);
  return writingPart(statement.withClause, statement) ?? { kind: "select", functions: functionsIn(statement) };
}

/** SELECT … INTO … UNION … puts the INTO on the leftmost query. */
function leftmost(statement: SelectStmt): SelectStmt {
  let query = statement;
  while (query.larg !== undefined) query = query.larg;
  return query;
}

/** WITH x AS (DELETE …) SELECT … writes like the first statement of its WITH. */
function writingPart(clause: WithClause | undefined, whole: SelectStmt): StatementBody | null {
  for (const node of clause?.ctes ?? []) {
    const part = dmlOf(read(node).CommonTableExpr?.ctequery);
    if (part !== null) return { ...part, functions: functionsIn(whole) };
  }
  return null;
}

function dmlOf(node: Node | undefined): Extract<StatementBody, { kind: "dml" }> | null {
  const { InsertStmt, UpdateStmt, DeleteStmt, MergeStmt } = read(node);
  const relation = relationName((InsertStmt ?? UpdateStmt ?? DeleteStmt ?? MergeStmt)?.relation);
  if (InsertStmt !== undefined) return { kind: "dml", command: "insert", relation, functions: [] };
  if (UpdateStmt !== undefined) return { kind: "dml", command: "update", relation, functions: [] };
  if (DeleteStmt !== undefined) return { kind: "dml", command: "delete", relation, functions: [] };
  return MergeStmt === undefined ? null : { kind: "dml", command: "merge", relation, functions: [] };
}

/** The statement that EXPLAIN ANALYZE runs; null when it only plans. */
export function explained(statement: ExplainStmt): Node | null {
  const runs = (statement.options ?? []).some((node) => {
    const option = read(node).DefElem;
    return option?.defname === "analyze" && !/^(?:false|off|0)$/i.test(constantText(option.arg) ?? "");
  });
  return runs ? (statement.query ?? null) : null;
}

export function copy(statement: CopyStmt): StatementBody {
  const direction = statement.is_from === true ? "from" : "to";
  const relation = statement.relation === undefined ? null : relationName(statement.relation);
  return { kind: "copy", relation, direction, target: copyTarget(statement) };
}

function copyTarget(statement: CopyStmt): "stdin" | "stdout" | "file" | "program" {
  if (statement.is_program === true) return "program";
  if (statement.filename !== undefined) return "file";
  return statement.is_from === true ? "stdin" : "stdout";
}

export function createIndex(statement: IndexStmt): StatementBody {
  return {
    kind: "create-index",
    name: statement.idxname ?? null,
    relation: relationName(statement.relation),
    unique: statement.unique === true,
    concurrently: statement.concurrent === true,
    columns: (statement.indexParams ?? []).map((node) => read(node).IndexElem?.name ?? ""),
    ifNotExists: statement.if_not_exists === true,
    partial: statement.whereClause !== undefined,
  };
}
