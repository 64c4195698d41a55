import { UserError } from "../errors.ts";
import type { ReplayResult } from "../io/engine/replay.ts";
import { baselineId } from "../io/engine/session.ts";
import type { Migration } from "../model/migration.ts";
import type { Unknown } from "../model/report.ts";
import type { SyntaxProblem } from "../model/statement.ts";

/**
 * A state before that is no SQL cannot be compared with. `file` is the given baseline, if any. Where parts of an applied migration are not
 * known anyway (a placeholder without a value, a command of psql's), that is told as an unknown, and what the rest of it reads like is no
 * problem of its own; what is only too much for the parser is unknown too. The result has neither among its syntax problems.
 *
 * @throws UserError BASELINE_FAILED at the first problem in a given baseline, or in an applied migration that is SQL as it stands.
 */
export function refuseBrokenBaseline(file: string, migrations: readonly Migration[], result: ReplayResult): ReplayResult {
  const kept: SyntaxProblem[] = [];
  const unknown: Unknown[] = [];
  for (const problem of result.syntaxProblems) {
    const { span, message } = problem;
    if (span.path === baselineId) throw broken(file, problem, "The baseline must be the SQL that pg_dump writes.");
    const migration = migrationAt(migrations, problem);
    if (migration === undefined || migration.state === "pending") kept.push(problem);
    else if (parsersLimit.test(message))
      unknown.push({ code: "sql-limit", reason: `In an applied migration: ${message}.`, span, migration: migration.id });
    else if (!migration.gaps.some(({ effect }) => effect === "opaque")) throw broken(span.path, problem, advice);
  }
  return { ...result, syntaxProblems: kept, problems: [...unknown, ...result.problems] };
}

/** Words of the parser's limits (io/parsers.ts, parse/parse-migration.ts), which are not PostgreSQL's. */
const parsersLimit = /\bto be parsed\b|\btakes too long to read\b/;

const advice =
  "The migration counts as applied, so other text than this reached the database: give the values of its placeholders (migrations.placeholders in driftgate.yml), or the state before the pending migrations instead of the files (--baseline dump.sql).";

function broken(file: string, { span, message }: SyntaxProblem, what: string): UserError {
  return new UserError("BASELINE_FAILED", `${file}:${span.start.line}:${span.start.column}: ${message}. ${what}`);
}

/** Liquibase has many migrations in one file: it is in the one whose text begins last before it. */
function migrationAt(migrations: readonly Migration[], { span }: SyntaxProblem): Migration | undefined {
  const starts = migrations
    .filter(({ path }) => path === span.path)
    .flatMap((migration) => migration.pieces.map(({ start }) => ({ migration, start })))
    .filter(({ start }) => start <= span.start.offset);
  return starts.toSorted((a, b) => b.start - a.start)[0]?.migration;
}
