import { UserError } from "../../errors.ts";
import type { Migration } from "../../model/migration.ts";
import { spanOf } from "../../model/position.ts";
import type { Statement } from "../../model/statement.ts";
import type { ServerError, Step } from "../../model/step.ts";
import type { Reading } from "./catalog-reader.ts";
import type { Ended, RawError, ScriptResult } from "./engine.ts";
import { reachOf } from "./reach.ts";
import type { Reach } from "./reach.ts";
import { remedy } from "./remedies.ts";
import type { Remedy } from "./remedies.ts";
import { baselineId, currentCatalog } from "./session.ts";
import type { Session } from "./session.ts";

/** Why a statement is not executed. */
interface Skipped {
  readonly reason: string;
  /** Nothing the stream sees depends on it. */
  readonly harmless: boolean;
}

/** Of one run of one migration. */
interface Run {
  readonly session: Session;
  readonly migration: Migration;
  readonly statements: readonly Statement[];
  /** Read the catalog after each statement and keep steps. */
  readonly observe: boolean;
  readonly steps: Step[];
  readonly skipped: Map<number, Skipped>;
  /** Scripts that run in place of statements. */
  readonly instead: Map<number, string>;
  wrapped: boolean;
  open: boolean;
  /** Something ran since the catalog was last read. */
  unread: boolean;
  /** Where the current transaction began: statement, number of steps, catalog. */
  start: { readonly at: number; readonly steps: number; readonly reading: Reading | null };
}

const maxRetries = 200;
/** Statements on rows that go to the server at once. */
const maxRows = 1000;

/**
 * Runs a migration statement by statement under its tool's transaction rules; the session's server is outside a transaction before and
 * after. `from` is the first statement to run, where those before it are committed already. What the engine lacks is made good or left out, and the transaction begins again. Adds steps (when observing) and problems.
 */
export async function runMigration(session: Session, migration: Migration, observe: boolean, from = 0): Promise<"done" | "refused"> {
  const { statements, problems } = session.parse(migration);
  for (const problem of problems) session.syntaxProblems.push(problem);
  // PostgreSQL parses the whole text before it runs any of it.
  if (problems.length > 0) return "refused";
  const start = { at: from, steps: 0, reading: session.reading };
  const run: Run = {
    session,
    migration,
    statements,
    observe,
    steps: [],
    skipped: new Map(),
    instead: new Map(),
    wrapped: migration.transactional,
    open: false,
    unread: false,
    start,
  };
  const outcome = await runAll(run, from);
  await readEnd(run);
  // Not as arguments of one call: there may be hundreds of thousands.
  for (const step of run.steps) session.steps.push(step);
  return outcome;
}

/** @throws UserError ENGINE_FAILED where a statement left PostgreSQL's own catalog so that it cannot be read. */
async function readAfter(
  run: Run,
  statement: Statement | undefined,
  before: Reading | null,
  reach: Exclude<Reach, "nothing">,
): Promise<Reading> {
  run.unread = false;
  try {
    return await run.session.reader.read(before, reach, run.open);
  } catch (cause) {
    const { path, start } = statement?.span ?? { path: run.migration.path, start: { line: 1, column: 1 } };
    const message = `${path}:${start.line}:${start.column}: after this statement PostgreSQL's own catalog cannot be read any more, so nothing behind it can be checked. Take it out, or say what it does as plain SQL.`;
    throw new UserError("ENGINE_FAILED", message, { cause });
  }
}

/** Triggers, event triggers and functions change what no statement names: the catalog at the end counts for the last statement that ran. */
async function readEnd(run: Run): Promise<void> {
  const { session, steps, observe } = run;
  const index = steps.findLastIndex(({ certainty, error }) => certainty === "executed" && error === null);
  const last = steps[index];
  if (!observe || last === undefined || run.open || !run.unread) return;
  session.reading = await readAfter(run, last.statement, session.reading, "changes");
  const { catalog } = session.reading;
  for (let at = index; at < steps.length; at += 1) {
    const step = steps[at];
    if (step !== undefined) steps[at] = { ...step, before: at === index ? step.before : catalog, after: catalog };
  }
}

async function runAll(run: Run, from: number): Promise<"done" | "refused"> {
  let retries = 0;
  for (let at = from; at <= run.statements.length;) {
    const { ran, failure } = await runNext(run, at);
    at += ran;
    if (failure === null) continue;
    // A deferred constraint fails at the end of the transaction: the last statement stands for it.
    const index = Math.min(at, run.statements.length - 1);
    const guilty = run.statements[index];
    if (guilty === undefined) return "done";
    retries += 1;
    const found = retries > maxRetries ? ({ kind: "refuse" } as const) : await findRemedy(run, guilty, failure);
    if (found.kind === "refuse") {
      refuse(run, guilty, index, failure);
      return "refused";
    }
    applyRemedy(run, guilty, index, found);
    at = rewind(run);
  }
  return "done";
}

/** How far it came: statements that ran, and what stopped the one behind them. */
interface Progress {
  readonly ran: number;
  readonly failure: Failure | null;
}

async function runNext(run: Run, at: number): Promise<Progress> {
  const rows = rowStatements(run, at);
  if (rows.length > 1) return runRows(run, rows, at);
  const statement = run.statements[at];
  const failure = statement === undefined ? await commit(run) : await runStatement(run, statement, at);
  return { ran: failure === null ? 1 : 0, failure };
}

/** Statements on rows from here on that can be sent together: inside a transaction, or each in its own. */
function rowStatements({ statements, skipped, wrapped, open }: Run, at: number): readonly Statement[] {
  if (wrapped && !open) return [];
  let end = at;
  while (end - at < maxRows && statements[end]?.kind === "dml" && !skipped.has(end)) end += 1;
  return statements.slice(at, end);
}

/**
 * A data migration may have any number of statements on rows, and hardly any of them changes the catalog (a trigger would have to). So they
 * go together and the catalog is read once; a change that is found then is told of the last.
 */
async function runRows(run: Run, rows: readonly Statement[], at: number): Promise<Progress> {
  const { session } = run;
  const before = session.reading;
  run.unread = true;
  const results = await session.server.run(rows.map(({ sql }) => sql));
  const ran = results.filter(({ error, ended }) => error === null && ended === null).length;
  const last = results.at(-1);
  const failed = ran < rows.length && last !== undefined ? await failureOf(run, last) : null;
  if (!run.open) run.start = { at: at + ran, steps: run.steps.length + ran, reading: before };
  if (run.observe && ran > 0 && (failed === null || !run.open)) session.reading = await readAfter(run, rows[ran - 1], before, "changes");
  const after = session.reading;
  for (const [index, statement] of rows.slice(0, ran).entries()) {
    if (!run.open) session.transaction += 1;
    session.reading = index === ran - 1 ? after : before;
    addStep(run, statement, before, null);
  }
  session.reading = after;
  if (!run.open) run.start = { ...run.start, reading: after };
  return { ran, failure: failed };
}

async function failureOf({ session }: Run, last: ScriptResult): Promise<Failure | null> {
  if (last.ended !== null) return { kind: "ended", ended: last.ended };
  if (last.error === null) return null;
  if (last.transaction !== "idle") await session.server.run(["ROLLBACK"]);
  return { kind: "error", error: last.error };
}

type Failure = { readonly kind: "error"; readonly error: RawError } | { readonly kind: "ended"; readonly ended: Ended };

async function runStatement(run: Run, statement: Statement, at: number): Promise<Failure | null> {
  const { session } = run;
  if (!run.open) {
    run.start = { at, steps: run.steps.length, reading: session.reading };
    session.transaction += 1;
  }
  const skipped = run.skipped.get(at) ?? standsOutside(statement);
  if (skipped !== null) {
    if (!skipped.harmless && !run.skipped.has(at)) {
      applyRemedy(run, statement, at, { kind: "skip", code: "sql-not-executed", reason: skipped.reason });
    }
    addStep(run, statement, session.reading, skipped.harmless ? null : skipped.reason);
    return null;
  }
  const begins = statement.kind === "transaction" && statement.action === "begin";
  run.unread = true;
  const sql = run.instead.get(at) ?? statement.sql;
  const results = await session.server.run(run.wrapped && !run.open && !begins ? ["BEGIN", sql] : [sql]);
  const last = results.at(-1);
  if (last === undefined) throw new Error("the server gave no result");
  const failure = await failureOf(run, last);
  if (failure !== null) return failure;
  run.open = last.transaction !== "idle";
  const before = session.reading;
  const reach = run.observe ? reachOf(statement) : "nothing";
  if (reach !== "nothing") session.reading = await readAfter(run, statement, before, reach);
  addStep(run, statement, before, null);
  return null;
}

/** What concerns the cluster and not the database's tables is not run at all. */
function standsOutside(statement: Statement): Skipped | null {
  const outside = [
    "CreatedbStmt",
    "DropdbStmt",
    "AlterSystemStmt",
    "CreateTableSpaceStmt",
    "DropTableSpaceStmt",
    "AlterDatabaseStmt",
    "NotifyStmt",
    "ListenStmt",
  ];
  if (statement.kind === "function" && statement.name.schema === "pg_catalog") {
    return { reason: "it changes one of PostgreSQL's own functions, which the reading of the catalog stands on", harmless: false };
  }
  if (statement.kind === "subscription") return { reason: "", harmless: true };
  return (statement.kind === "other" || statement.kind === "opaque") && outside.includes(statement.name)
    ? { reason: "", harmless: true }
    : null;
}

async function commit(run: Run): Promise<Failure | null> {
  if (!run.open) return null;
  run.unread = true;
  const [result] = await run.session.server.run(["COMMIT"]);
  if (result?.ended) return { kind: "ended", ended: result.ended };
  if (result?.error) return { kind: "error", error: result.error };
  run.open = false;
  return null;
}

async function findRemedy(run: Run, statement: Statement, failure: Failure): Promise<Remedy> {
  if (failure.kind === "ended")
    return { kind: "skip", code: "sql-limit", reason: `it ${failure.ended.reason} in the catalog engine, so what it does is not known` };
  const found = await remedy(run.session.server, statement, failure.error, run.session.missing);
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
  return state === "baseline" || tool === "flyway" || tool === "plain" || run.statements.length === 1;
}

function applyRemedy(run: Run, statement: Statement, at: number, found: Exclude<Remedy, { kind: "refuse" }>): void {
  if (found.kind === "autocommit") run.wrapped = false;
  else if (found.kind === "instead") run.instead.set(at, found.script);
  else if (found.kind === "ignore") run.skipped.set(at, { reason: "", harmless: true });
  else if (found.kind === "skip") {
    run.skipped.set(at, { reason: found.reason, harmless: false });
    run.session.missing.skipped += 1;
    run.session.problems.push({
      code: found.code,
      reason: `This statement was left out: ${found.reason}.`,
      span: statement.span,
      migration: run.migration.id,
    });
  }
}

/** Back to the beginning of the transaction that was rolled back. */
function rewind(run: Run): number {
  run.steps.length = run.start.steps;
  run.session.reading = run.start.reading;
  run.open = false;
  return run.start.at;
}

function refuse(run: Run, statement: Statement, at: number, failure: Failure): void {
  const { session, migration } = run;
  const before = session.reading;
  session.reading = run.start.reading;
  run.open = false;
  if (failure.kind === "ended") return;
  const error = toServerError(migration, statement, failure.error);
  const reason = `PostgreSQL refuses this statement: ${error.message} (${error.code}).`;
  session.problems.push({ code: "sql-refused", reason, span: error.span, migration: migration.id });
  // What failed at the commit has its step already.
  run.steps.length = Math.min(run.steps.length, at);
  addStep(run, statement, before, reason, error);
  for (const rest of run.statements.slice(at + 1))
    addStep(run, rest, session.reading, "It is not reached: PostgreSQL refuses an earlier statement of this migration.");
}

function toServerError(migration: Migration, statement: Statement, error: RawError): ServerError {
  const { code, message, detail, hint, offset } = error;
  const start = migration.pieces[statement.piece]?.sql.indexOf(statement.sql) ?? -1;
  const span = offset === null || start < 0 ? statement.span : atOffset(migration, statement, offset);
  return { code, message, detail, hint, span };
}

/** From the place that the server names to the end of that word. */
function atOffset(migration: Migration, statement: Statement, offset: number): ServerError["span"] {
  const piece = migration.pieces[statement.piece];
  if (piece === undefined || piece.substitutions.length > 0) return statement.span;
  const start = statement.span.start.offset - piece.start + offset;
  const word = /^[\w.]+|^"[^"]*"|^./.exec(statement.sql.slice(offset))?.[0] ?? "";
  return word === "" ? statement.span : spanOf(migration, statement.piece, start, start + word.length);
}

function addStep(run: Run, statement: Statement, before: Reading | null, reason: string | null, error: ServerError | null = null): void {
  if (!run.observe) return;
  const after = currentCatalog(run.session);
  const certainty = reason === null || error !== null ? "executed" : "unknown";
  run.steps.push({
    migration: run.migration.id,
    statement,
    before: before?.catalog ?? after,
    after,
    transaction: run.session.transaction,
    error,
    certainty,
    reason: certainty === "executed" ? null : reason,
  });
}
