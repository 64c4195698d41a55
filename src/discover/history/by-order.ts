import { compareDigits, compareText } from "../version.ts";
import { answer, isTrue, refused, skipped } from "./history.ts";
import type { HistoryAnswer, HistoryInput, HistoryReader } from "./history.ts";
import { byName, column, extensionless, fileName, leadingDigits } from "./name-style.ts";

// Tools that know migrations by name or version and hold their order to that of the rows.

/** goose: the newest row of a version counts; version 0 is the row that the table was made with (goose: up.go, UpTo). */
export const gooseHistory: HistoryReader = (input) => {
  const newest = new Map<string, boolean>();
  for (const row of input.rows.toSorted((a, b) => compareDigits(a["id"] ?? "0", b["id"] ?? "0")))
    newest.set(row["version_id"] ?? "", isTrue(row["is_applied"]));
  const rows = input.rows.filter((row) => row["version_id"] !== "0" && newest.get(row["version_id"] ?? "") === true);
  return goose({ ...input, rows });
};

const goose = byName({
  tool: "goose",
  rowKey: column("version_id"),
  draftKey: leadingDigits,
  whenLate: "stops",
  whenMissing: "ignores",
  whenDouble: "stops",
  compare: compareDigits,
});

/**
 * sql-migrate: gorp_migrations(id), the file's whole name. Where rows without a file are let pass and the last one is such a row, nothing behind
 * it is found any more (rubenv/sql-migrate: migrate.go, planMigrationCommon, ToCatchup, ToApply).
 */
export const sqlMigrateHistory: HistoryReader = (input) => {
  const found = sqlMigrate(input);
  const last = input.rows
    .map((row) => row["id"] ?? "")
    .toSorted(byNumberThenName)
    .at(-1);
  if (last === undefined || input.drafts.some((draft) => fileName(draft) === last)) return found;
  const lost = found.pending.filter((draft) => input.options.ignoreMissing && byNumberThenName(fileName(draft), last) > 0);
  const detail = `it sorts behind ${last}, which was applied and has no file; sql-migrate finds nothing behind it and passes over it`;
  const notes = [...found.notes, ...lost.map((draft) => skipped(draft, detail))];
  return answer(
    found.pending.filter((draft) => !lost.includes(draft)),
    notes,
  );
};

const numberOf = (id: string): string | null => /^\d+/.exec(id)?.[0] ?? null;
function byNumberThenName(a: string, b: string): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  if ((left === null) !== (right === null)) return left === null ? 1 : -1;
  return (left === null || right === null ? 0 : compareDigits(left, right)) || compareText(a, b);
}

const sqlMigrate = byName({
  tool: "sql-migrate",
  rowKey: column("id"),
  draftKey: fileName,
  whenLate: "runs",
  whenMissing: "stops",
  whenDouble: "runs",
});

/**
 * Kysely: kysely_migration(name); what was run, in the order of its time, must be the first files. Its lock row means nothing on PostgreSQL,
 * where it takes an advisory lock (kysely: src/migration/migrator.ts, ensureMigrationsInOrder; src/dialect/postgres/postgres-adapter.ts).
 */
export const kyselyHistory: HistoryReader = (input) => {
  const rows = input.rows.toSorted(
    (a, b) => compareText(a["timestamp"] ?? "", b["timestamp"] ?? "") || compareText(a["name"] ?? "", b["name"] ?? ""),
  );
  return inPlace("Kysely", { ...input, rows }, kysely({ ...input, rows }));
};

const kysely = byName({
  tool: "Kysely",
  rowKey: column("name"),
  draftKey: extensionless,
  whenLate: "stops",
  whenMissing: "stops",
  whenDouble: "runs",
});

/**
 * node-pg-migrate: pgmigrations(name), file names without extension; the names that were run, in the order of their time, must be the first
 * files (node-pg-migrate: src/runner.ts, getRunMigrations, checkOrder).
 */
export const nodePgMigrateHistory: HistoryReader = (input) => {
  const rows = input.rows.toSorted(
    (a, b) => compareText(a["run_on"] ?? "", b["run_on"] ?? "") || compareDigits(a["id"] ?? "0", b["id"] ?? "0"),
  );
  return inPlace("node-pg-migrate", { ...input, rows }, nodePgMigrate({ ...input, rows }));
};

/** The rows must be the first files, one by one, unless the tool is told not to look. */
function inPlace(tool: string, { drafts, rows, options }: HistoryInput, found: HistoryAnswer): HistoryAnswer {
  if (options.outOfOrder || found.notes.some(({ stops }) => stops)) return found;
  const run = rows.map((row) => row["name"] ?? "");
  const wrong = drafts.findIndex((draft, index) => index < run.length && extensionless(draft) !== run[index]);
  const misplaced = drafts[wrong];
  if (misplaced === undefined) return found;
  const detail = `${tool} stops: it checks the order, and ${run[wrong] ?? ""} was run at this place`;
  return { ...found, notes: [...found.notes, refused(misplaced, misplaced.id, detail)] };
}

const nodePgMigrate = byName({
  tool: "node-pg-migrate",
  rowKey: column("name"),
  draftKey: extensionless,
  whenLate: "stops",
  whenMissing: "ignores",
  whenDouble: "runs",
});
