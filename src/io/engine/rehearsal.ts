import type { Statement } from "../../model/statement.ts";
import { applyRemedy, findRemedy, hiddenExtensions } from "./apply-remedy.ts";
import type { RawError, Server } from "./engine.ts";
import { standsOutside } from "./outside.ts";
import type { Remedy } from "./remedies.ts";
import type { Run } from "./run.ts";
import { endsBlock, mustBegin } from "./tool-transaction.ts";

/** Remedies that need the server outside of the transaction; each makes the rehearsal begin again. */
const maxRestarts = 200;

const savepoint = "SAVEPOINT driftgate_statement";
const release = "RELEASE SAVEPOINT driftgate_statement";
const undo = "ROLLBACK TO SAVEPOINT driftgate_statement";

/**
 * Goes through a transaction only to find all that the engine lacks for it, and rolls it back: what failed is undone by a savepoint and left
 * out, so that a dump of thousands of statements is not run again from its beginning for each missing one. Stops where the transaction ends
 * or PostgreSQL refuses something; the run that follows tells. The server is outside a transaction block before and after.
 * @param from first statement of the transaction
 * @param reached statements before this one get through
 */
export async function rehearse(run: Run, from: number, reached: number): Promise<void> {
  const start = firstInside(run, from);
  if (start === null) return;
  let good = reached;
  for (let restarts = 0; restarts < maxRestarts; restarts += 1) {
    const stopped = await goThrough(run, start, good);
    await run.session.server.run(["ROLLBACK"]);
    if (stopped === null) return;
    const found = await findRemedy(run, stopped.statement, { kind: "error", error: stopped.error }, run.session.server);
    if (found.kind === "refuse" || found.kind === "autocommit") return;
    applyRemedy(run, stopped.statement, stopped.at, found);
    good = stopped.at;
  }
}

/** Behind the file's own BEGIN, where there is one; null outside of a transaction. */
function firstInside(run: Run, from: number): number | null {
  const first = run.statements[from];
  if (first === undefined) return null;
  if (first.kind === "transaction") return first.action === "begin" ? from + 1 : null;
  return mustBegin(run, first) ? from : null;
}

interface Stop {
  readonly at: number;
  readonly statement: Statement;
  readonly error: RawError;
}

/** Null at the end of the transaction, or where nothing more can be learnt; else what needs the server to be made good. */
async function goThrough(run: Run, from: number, good: number): Promise<Stop | null> {
  const { server } = run.session;
  const prefix = run.statements.slice(from, good).flatMap((_, index) => textOf(run, from + index) ?? []);
  const started = await server.run(["BEGIN", ...prefix]);
  if (started.length < prefix.length + 1 || started.some(({ error, ended }) => error !== null || ended !== null)) return null;
  for (let at = good; at < run.statements.length;) {
    const statement = run.statements[at];
    if (statement === undefined || statement.kind === "transaction" || endsBlock({ ...run, open: true }, at)) return null;
    const error = await attempt(run, statement, at);
    if (error === "ended") return null;
    if (error === null) at += 1;
    else {
      const found = await withoutServer(run, statement, error);
      if (found === null) return { at, statement, error };
      if (found.kind !== "skip" && found.kind !== "ignore" && found.kind !== "instead") return null;
      applyRemedy(run, statement, at, found);
    }
  }
  return null;
}

/** What is sent for a statement; null for one that is left out. */
function textOf({ statements, migration, skipped, instead }: Run, at: number): string | null {
  const statement = statements[at];
  if (statement === undefined || skipped.has(at) || standsOutside(statement, migration) !== null) return null;
  return instead.get(at) ?? statement.sql;
}

/** Its error, undone; "ended" where the server is not in the transaction any more. */
async function attempt(run: Run, statement: Statement, at: number): Promise<RawError | "ended" | null> {
  const { server } = run.session;
  const sql = textOf(run, at);
  if (sql === null) return null;
  for (const name of hiddenExtensions(statement)) await server.provideExtension(name);
  // SET TRANSACTION may not stand in a subtransaction; no SET is worth a savepoint.
  const results = await server.run(statement.kind === "set" ? [sql] : [savepoint, sql, release]);
  const last = results.at(-1);
  if (last === undefined || last.ended !== null || last.transaction === "idle") return "ended";
  if (last.error === null) return null;
  if (statement.kind === "set") return "ended";
  await server.run([undo, release]);
  return last.error;
}

class ServerNeeded extends Error {
  override readonly name = "ServerNeeded";
}

function refuse(): never {
  throw new ServerNeeded();
}

/** The remedy, where it is found without the server, which stands in the transaction; null where it needs it. */
async function withoutServer(run: Run, statement: Statement, error: RawError): Promise<Remedy | null> {
  const absent: Server = {
    version: run.session.server.version,
    run: refuse,
    query: refuse,
    provideExtension: refuse,
    save: refuse,
    close: refuse,
  };
  try {
    return await findRemedy(run, statement, { kind: "error", error }, absent);
  } catch (cause) {
    if (cause instanceof ServerNeeded) return null;
    throw cause;
  }
}
