import type { Statement } from "../../model/statement.ts";
import type { Server } from "./engine.ts";
import { hypertableEffect } from "./partitioning-extensions.ts";
import { remedy } from "./remedies.ts";
import type { Remedy } from "./remedies.ts";
import type { Failure, Run, Skipped } from "./run.ts";
import { baselineId } from "./session.ts";

/** A block may catch the error of an extension that is not there, and go on without: what can be loaded must be there before. */
export function hiddenExtensions({ kind, sql }: Statement): readonly string[] {
  if (kind === "create-extension") return [];
  return [...sql.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)/gi)].map((match) => match[1] ?? "");
}

/** What to do about a statement that failed. The server is outside a transaction block. */
export async function findRemedy(run: Run, statement: Statement, failure: Failure, server: Server): Promise<Remedy> {
  if (failure.kind === "ended") {
    return { kind: "skip", code: "sql-limit", reason: `it ${failure.ended.reason} in the catalog engine, so what it does is not known` };
  }
  const { session, migration } = run;
  const circumstances = { tool: migration.tool, isPast: migration.state === "baseline" || session.arePast || !session.hasHistory };
  const found = await remedy(server, circumstances, statement, failure.error, session.missing);
  if (found.kind === "refuse" && run.migration.id === baselineId) {
    return {
      kind: "skip",
      code: "sql-refused",
      reason: `PostgreSQL refuses it: ${failure.error.message} (${failure.error.code}): ${excerpt(statement.sql)}`,
    };
  }
  if (found.kind !== "autocommit") return found;
  return run.wrapped && mayLeaveTransaction(run) ? found : { kind: "refuse" };
}

const excerpt = (sql: string): string => (sql.length > 120 ? `${sql.slice(0, 120)}…` : sql).replaceAll(/\s+/g, " ");

/** Applied migrations did get through; Flyway looks for such statements itself; a lone statement is not wrapped by a simple query. */
function mayLeaveTransaction(run: Run): boolean {
  const { state, tool } = run.migration;
  return state === "baseline" || run.session.arePast || tool === "flyway" || tool === "plain" || run.statements.length === 1;
}

/** Notes what is to be done when the statement is come to again. */
export function applyRemedy(run: Run, statement: Statement, at: number, found: Exclude<Remedy, { kind: "refuse" }>): void {
  if (found.kind === "autocommit") run.wrapped = false;
  else if (found.kind === "instead") run.instead.set(at, found.script);
  else if (found.kind === "ignore") run.skipped.set(at, { reason: "", harmless: true });
  else if (found.kind === "skip") {
    tellSkipped(run, statement, at, found.code, { reason: found.reason, harmless: false });
    run.session.missing.skipped += 1;
  }
}

export function tellSkipped(run: Run, { span }: Statement, at: number, code: string, skipped: Skipped): void {
  run.skipped.set(at, skipped);
  run.session.problems.push({ code, reason: `This statement was left out: ${skipped.reason}.`, span, migration: run.migration.id });
}

/** What a statement that did run means for the stream, and no catalog shows. */
export function tellEffect({ session, migration, told }: Run, { kind, sql, span }: Statement, at: number): void {
  if (told.has(at) || (kind !== "select" && kind !== "do" && kind !== "create-table")) return;
  const reason = hypertableEffect(sql);
  if (reason === null) return;
  told.add(at);
  session.problems.push({ code: "hypertable", reason, span, migration: migration.id });
}
