import { UserError } from "../../errors.ts";
import type { Migration } from "../../model/migration.ts";
import type { Statement } from "../../model/statement.ts";
import type { Reading } from "./catalog-reader.ts";
import type { ScriptResult } from "./engine.ts";
import { standsOutside } from "./outside.ts";
import { applyRemedy, findRemedy, hiddenExtensions, tellEffect, tellSkipped } from "./apply-remedy.ts";
import { reachOf } from "./reach.ts";
import type { Reach } from "./reach.ts";
import type { Remedy } from "./remedies.ts";
import { rehearse } from "./rehearsal.ts";
import { endsBlock, mustBegin } from "./tool-transaction.ts";
import { abandon, addStep, refuse } from "./run.ts";
import type { Failure, Run } from "./run.ts";
import type { Session } from "./session.ts";

const maxRetries = 200;
/** Ends of the server in one migration; each takes up to the limit of a statement. */
const maxEnds = 10;
/** Statements from which on it is worth while to look for all that a transaction lacks before it is run again. */
const longRewind = 30;
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
    told: new Set(),
    wrapped: migration.transactional,
    open: false,
    endedIn: null,
    unread: false,
    wary: false,
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
  if (!observe || last === undefined || run.open || !(run.unread || run.wary)) return;
  session.reading = await readAfter(run, last.statement, session.reading, "changes");
  const { catalog } = session.reading;
  for (let at = index; at < steps.length; at += 1) {
    const step = steps[at];
    if (step !== undefined) steps[at] = { ...step, before: at === index ? step.before : catalog, after: catalog };
  }
}

async function runAll(run: Run, from: number): Promise<"done" | "refused"> {
  let retries = 0;
  let ends = 0;
  for (let at = from; at <= run.statements.length;) {
    const { ran, failure } = await runNext(run, at);
    at += ran;
    if (failure === null) continue;
    // A deferred constraint fails at the end of the transaction: the last statement stands for it.
    const index = Math.min(at, run.statements.length - 1);
    const guilty = run.statements[index];
    if (guilty === undefined) return "done";
    retries += 1;
    ends += failure.kind === "ended" ? 1 : 0;
    const spent = retries > maxRetries || ends > maxEnds;
    if (run.skipped.has(index) && !spent && leaveOutRows(run, failure)) {
      at = rewind(run);
      continue;
    }
    const found = spent || run.skipped.has(index) ? refusal : await findRemedy(run, guilty, failure, run.session.server);
    if (found.kind === "refuse") {
      if (failure.kind === "error") refuse(run, guilty, index, failure.error);
      else abandon(run, guilty, failure.ended);
      return "refused";
    }
    applyRemedy(run, guilty, index, found);
    const reached = at;
    at = rewind(run);
    if (reached - at >= longRewind) await rehearse(run, at, reached);
    if (found.kind === "prepared" && run.observe) {
      run.session.reading = await readAfter(run, undefined, run.session.reading, "changes");
      run.start = { ...run.start, reading: run.session.reading };
    }
  }
  return "done";
}

const refusal: Remedy = { kind: "refuse" };

/** A commit that fails on rows says nothing of which: those of the whole transaction are left out. True when there were any. */
function leaveOutRows({ statements, skipped, start }: Run, failure: Failure): boolean {
  if (failure.kind !== "error" || !/^2[23]/.test(failure.error.code)) return false;
  const rows = [...statements.keys()].slice(start.at).filter((at) => statements[at]?.kind === "dml" && !skipped.has(at));
  for (const at of rows) skipped.set(at, { reason: "", harmless: true });
  return rows.length > 0;
}

/** How far it came: statements that ran, and what stopped the one behind them. */
interface Progress {
  readonly ran: number;
  readonly failure: Failure | null;
}

async function runNext(run: Run, at: number): Promise<Progress> {
  if (endsBlock(run, at)) {
    const failure = await commit(run);
    if (failure !== null) return { ran: 0, failure };
  }
  const rows = rowStatements(run, at);
  if (rows.length > 1) return runRows(run, rows, at);
  const statement = run.statements[at];
  const failure = statement === undefined ? await commit(run) : await runStatement(run, statement, at);
  return { ran: failure === null ? 1 : 0, failure };
}

/** Statements on rows from here on that can be sent together: inside a transaction, or each in its own. */
function rowStatements(run: Run, at: number): readonly Statement[] {
  const { statements, skipped } = run;
  const first = statements[at];
  if (first === undefined || mustBegin(run, first)) return [];
  let end = at;
  while (end - at < maxRows && statements[end]?.kind === "dml" && !skipped.has(end) && statements[end]?.piece === first.piece) end += 1;
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
  run.wary ||= rows.some(({ sql }) => session.reader.heed(sql));
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

async function runStatement(run: Run, statement: Statement, at: number): Promise<Failure | null> {
  const { session } = run;
  if (!run.open) {
    run.start = { at, steps: run.steps.length, reading: session.reading };
    session.transaction += 1;
  }
  const skipped = run.skipped.get(at) ?? standsOutside(statement, run.migration);
  if (skipped !== null) {
    if (!skipped.harmless && !run.skipped.has(at)) tellSkipped(run, statement, at, "sql-not-executed", skipped);
    addStep(run, statement, session.reading, skipped.harmless ? null : skipped.reason);
    return null;
  }
  run.unread = true;
  const begins = mustBegin(run, statement);
  const wasOpen = run.open || begins;
  const sql = run.instead.get(at) ?? statement.sql;
  run.wary ||= session.reader.heed(sql);
  for (const name of hiddenExtensions(statement)) await session.server.provideExtension(name);
  const results = await session.server.run(begins ? ["BEGIN", sql] : [sql]);
  const last = results.at(-1);
  if (last === undefined) throw new Error("the server gave no result");
  const failure = await failureOf(run, last);
  if (failure !== null) return failure;
  run.open = last.transaction !== "idle";
  if (wasOpen && !run.open) run.endedIn ??= statement.piece;
  const before = session.reading;
  const reach = run.observe ? reachOf(statement) : "nothing";
  if (reach !== "nothing") session.reading = await readAfter(run, statement, before, reach);
  addStep(run, statement, before, null);
  tellEffect(run, statement, at);
  return null;
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

/** Back to the beginning of the transaction that was rolled back. */
function rewind(run: Run): number {
  run.steps.length = run.start.steps;
  run.session.reading = run.start.reading;
  run.open = false;
  return run.start.at;
}
