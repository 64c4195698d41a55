import type { Migration } from "../../model/migration.ts";
import { runMigration } from "./run-migration.ts";
import { behindCommit } from "./tool-transaction.ts";
import type { ScriptResult } from "./engine.ts";
import { resetScripts } from "./session.ts";
import type { Session } from "./session.ts";

/** Scripts of one migration in a batch. */
interface Unit {
  readonly migration: Migration;
  readonly scripts: readonly string[];
}

/** Migrations sent in one go. */
const batchSize = 64;

/** Statements that are not sent to the engine, or only after a look at their tree. */
const needsCare = /\b(?:create|drop|alter)\s+(?:database|tablespace|subscription|system)\b/i;
/** Told of as a statement. */
const makesHypertable = /\bcreate_hypertable\b|\b(?:timescaledb|tsdb)\.hypertable\b/i;
/** A block that makes an extension may go on without it: runStatement sees to it that it is there. */
const hiddenExtension = /\bdo\b[^;]*\$[\s\S]*\bcreate\s+extension\b/i;
/** The file begins a transaction by itself; the tool's own COMMIT behind it ends one that it leaves open. */
const beginsItself = /\b(?:begin(?:\s+(?:work|transaction)\b[^;]*)?|start\s+transaction\b[^;]*);/i;
const foreignEncoding = /\b(?:client_encoding\s*(?:=|to\b)|set\s+names\b)\s*'?(?!utf-?8|unicode|sql_ascii|default)\w/i;

/**
 * Runs applied migrations at full speed, many in one message and each as its tool sends it; one that the server refuses is run again
 * statement by statement, where what the engine lacks can be made good.
 */
export async function runBaseline(session: Session, migrations: readonly Migration[]): Promise<void> {
  for (let at = 0; at < migrations.length;) {
    const { units, careful } = nextBatch(session, migrations, at);
    at += units.length;
    const failed = await runBatch(session, units);
    if (failed !== null) {
      at -= units.length - failed.index - 1;
      const unit = units[failed.index];
      if (unit !== undefined) await runAlone(session, unit.migration, firstOpenStatement(session, unit, failed.results));
    } else if (careful !== undefined) {
      at += 1;
      await runAlone(session, careful, 0);
    }
  }
}

/** Migrations from `from` that can go together, and the one after them when it needs care. */
function nextBatch(
  session: Session,
  migrations: readonly Migration[],
  from: number,
): { readonly units: readonly Unit[]; readonly careful: Migration | undefined } {
  const units: Unit[] = [];
  for (const migration of migrations.slice(from, from + batchSize)) {
    const scripts = fastScripts(session, migration);
    if (scripts === null) return { units, careful: migration };
    units.push({ migration, scripts });
  }
  return { units, careful: undefined };
}

/** The text takes back what it did behind a COMMIT, and its tool does not send it in one go. */
const cutsItself = ({ tool, transactional }: Migration, sql: string): boolean =>
  transactional && behindCommit(tool) === "alone" && /\bcommit\b/i.test(sql) && /\brollback\b/i.test(sql);

/** Null when the migration must be run with care. */
function fastScripts(session: Session, migration: Migration): readonly string[] | null {
  const pieces = migration.pieces.map((piece) => piece.sql);
  if (
    pieces.some(
      (sql) =>
        needsCare.test(sql) ||
        makesHypertable.test(sql) ||
        hiddenExtension.test(sql) ||
        foreignEncoding.test(sql) ||
        cutsItself(migration, sql),
    )
  )
    return null;
  const reset = resetScripts(session, pieces.join("\n"));
  const end = pieces.some((sql) => beginsItself.test(sql)) ? ["COMMIT"] : [];
  if (migration.transactional) return [...(pieces.length === 1 ? [...pieces, ...end] : ["BEGIN", ...pieces, "COMMIT"]), ...reset];
  const { statements, problems } = session.parse(migration);
  return problems.length > 0 ? null : [...statements.map((statement) => statement.sql), ...reset];
}

interface FailedUnit {
  readonly index: number;
  /** Results of its scripts, the failed one last. */
  readonly results: readonly ScriptResult[];
}

/** The unit that failed, with nothing of its open transaction left; null when all went well. */
async function runBatch(session: Session, units: readonly Unit[]): Promise<FailedUnit | null> {
  const scripts = units.flatMap((unit) => unit.scripts);
  if (scripts.length === 0) return null;
  const results = await session.server.run(scripts);
  const last = results.at(-1);
  if (last === undefined || isFine(last)) return null;
  if (last.transaction !== "idle") await session.server.run(["ROLLBACK"]);
  let sent = 0;
  for (const [index, unit] of units.entries()) {
    if (results.length <= sent + unit.scripts.length) return { index, results: results.slice(sent) };
    sent += unit.scripts.length;
  }
  return null;
}

/** First statement of a failed unit that is not committed. */
function firstOpenStatement(session: Session, { migration }: Unit, results: readonly ScriptResult[]): number {
  if (!migration.transactional) return results.slice(0, -1).findLastIndex((result) => result.transaction === "idle") + 1;
  const completed = migration.pieces.length === 1 && results.length === 1 ? (results[0]?.completed ?? 0) : 0;
  const { statements } = session.parse(migration);
  return statements.slice(0, completed).findLastIndex((statement) => statement.kind === "transaction" && statement.action === "commit") + 1;
}

const isFine = (result: ScriptResult): boolean => result.error === null && result.ended === null;

async function runAlone(session: Session, migration: Migration, from: number): Promise<void> {
  await runMigration(session, migration, false, from);
  await session.server.run(["DISCARD ALL", ...resetScripts(session, migration.pieces.map((piece) => piece.sql).join("\n"))]);
}
