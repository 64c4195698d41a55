import type { Migration } from "../../model/migration.ts";
import { spanOf } from "../../model/position.ts";
import type { Statement } from "../../model/statement.ts";
import type { ServerError, Step } from "../../model/step.ts";
import type { Reading } from "./catalog-reader.ts";
import type { Ended, RawError } from "./engine.ts";
import { currentCatalog } from "./session.ts";
import type { Session } from "./session.ts";

/** Why a statement is not executed. */
export interface Skipped {
  readonly reason: string;
  /** Nothing the stream sees depends on it. */
  readonly harmless: boolean;
}

/** Of one run of one migration. */
export interface Run {
  readonly session: Session;
  readonly migration: Migration;
  readonly statements: readonly Statement[];
  /** Read the catalog after each statement and keep steps. */
  readonly observe: boolean;
  readonly steps: Step[];
  readonly skipped: Map<number, Skipped>;
  /** Statements of which was told what they do beside the catalog. */
  readonly told: Set<number>;
  /** Scripts that run in place of statements. */
  readonly instead: Map<number, string>;
  wrapped: boolean;
  open: boolean;
  /** The piece in which the file's own COMMIT or ROLLBACK ended the tool's transaction; null before. */
  endedIn: number | null;
  /** Something ran since the catalog was last read. */
  unread: boolean;
  /** Something ran that may have deleted rows of the catalog's own tables, which no reading after a statement looks for. */
  wary: boolean;
  /** Where the current transaction began: statement, number of steps, catalog. */
  start: { readonly at: number; readonly steps: number; readonly reading: Reading | null };
}

export type Failure = { readonly kind: "error"; readonly error: RawError } | { readonly kind: "ended"; readonly ended: Ended };

/** PostgreSQL refuses the migration: its error at its place, and what follows is not reached. */
export function refuse(run: Run, statement: Statement, at: number, raw: RawError): void {
  const { session, migration } = run;
  const before = session.reading;
  session.reading = run.start.reading;
  run.open = false;
  const error = toServerError(migration, statement, raw);
  const reason = `PostgreSQL refuses this statement: ${error.message} (${error.code}).`;
  session.problems.push({ code: "sql-refused", reason, span: error.span, migration: migration.id });
  // What failed at the commit has its step already.
  run.steps.length = Math.min(run.steps.length, at);
  addStep(run, statement, before, reason, error);
  for (const rest of run.statements.slice(at + 1))
    addStep(run, rest, session.reading, "It is not reached: PostgreSQL refuses an earlier statement of this migration.");
}

/** The engine cannot get through what is not committed of the migration: nothing of that counts as run. */
export function abandon(run: Run, statement: Statement, ended: Ended): void {
  const { session, migration } = run;
  const reason = `The catalog engine cannot get through this migration: a statement of it ${ended.reason}. What it had not committed by then counts as not run, and what that does is not known.`;
  run.steps.length = run.start.steps;
  session.reading = run.start.reading;
  session.missing.skipped += 1;
  run.open = false;
  session.problems.push({ code: "sql-limit", reason, span: statement.span, migration: migration.id });
  for (const rest of run.statements.slice(run.start.at)) addStep(run, rest, session.reading, reason);
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

export function addStep(
  run: Run,
  statement: Statement,
  before: Reading | null,
  reason: string | null,
  error: ServerError | null = null,
): void {
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
