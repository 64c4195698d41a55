import { baseName } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { answer, clashes, failed, isTrue, refused, skipped } from "./history.ts";
import type { HistoryNote, HistoryReader } from "./history.ts";
import { withoutEffect } from "./missing-effect.ts";

const digitsOf = (path: string): string => (/^\d+/.exec(baseName(path))?.[0] ?? "0").replace(/^0+(?=\d)/, "");
const versionOf = (draft: Draft): string => digitsOf(draft.path);

/**
 * golang-migrate: one row, the version reached, and whether it is dirty; below the mark nothing is ever run, above it everything
 * (migrate: migrate.go, readUp, and its ErrDirty).
 */
export const golangMigrateHistory: HistoryReader = ({ drafts, rows, table, sources }) => {
  const [row] = rows;
  const version = row?.["version"] ?? null;
  const notes: HistoryNote[] = [...clashes(drafts, versionOf, "golang-migrate")];
  const isDirty = isTrue(row?.["dirty"]);
  // No version: `force -1`, or a first migration that was taken back.
  if (version === null || version.startsWith("-")) {
    const dirty = failed(
      null,
      table.title,
      `the last run failed before any version (dirty in ${table.title}); golang-migrate stops until "force VERSION" is run`,
      true,
    );
    return answer(drafts, isDirty ? [...notes, dirty] : notes);
  }
  const at = drafts.find((draft) => versionOf(draft) === version) ?? null;
  // A version is known to the source where it has a file for either direction.
  const hasFile = at !== null || sources.some(({ path }) => /\.down\.\w+$/.test(path) && digitsOf(path) === version);
  if (isDirty) {
    const detail = `the last run failed in version ${version} (dirty in ${table.title}); golang-migrate stops until "force VERSION" is run`;
    notes.push(failed(at, at?.id ?? version, detail, true));
  } else if (!hasFile) {
    notes.push(refused(null, version, `golang-migrate stops: ${table.title} is at version ${version}, and there is no such file`));
  }
  const pending = drafts.filter((draft) => {
    const order = compareDigits(versionOf(draft), version);
    return order > 0 || (isDirty && order === 0);
  });
  // The table has no more than the mark; what lies below it was run, unless the database has nothing of it.
  const open = new Set(pending);
  const below = drafts.filter((draft) => !open.has(draft));
  const lost = table.catalog === undefined ? new Map<Draft, string>() : withoutEffect(below, table.catalog);
  const late = [...lost].map(([draft, what]) =>
    skipped(
      draft,
      `its version is below ${version}, which is already applied, and the database has ${what}, which it makes; golang-migrate never runs a version below the current one`,
    ),
  );
  return answer(pending, [...notes, ...late]);
};

/** tern: one row, the number reached; numbers begin at 1 and have no gap (tern: migrate/migrate.go, FindMigrations). */
export const ternHistory: HistoryReader = ({ drafts, rows }) => {
  const reached = rows[0]?.["version"] ?? "0";
  const wrong = drafts.find((draft, index) => versionOf(draft) !== String(index + 1));
  const expected = wrong === undefined ? 0 : drafts.indexOf(wrong) + 1;
  const notes: HistoryNote[] = [];
  if (wrong !== undefined)
    notes.push(
      refused(wrong, wrong.id, `tern stops: numbers must begin at 1 and have no gap, and number ${expected} is missing or there twice`),
    );
  else if (compareDigits(reached, String(drafts.length)) > 0)
    notes.push(refused(null, reached, `tern stops: the database is at number ${reached}, and there are ${drafts.length} files`));
  return answer(
    drafts.filter((draft) => compareDigits(versionOf(draft), reached) > 0),
    notes,
  );
};

/**
 * Drizzle: only what is newer (`when` of the journal) than the newest row's created_at is run, in one transaction; nothing else is compared
 * (drizzle-orm: src/pg-core/dialect.ts, migrate).
 */
export const drizzleHistory: HistoryReader = ({ drafts, rows }) => {
  const times = rows.map((row) => Number(row["created_at"] ?? 0));
  const newest = times.reduce((a, b) => Math.max(a, b), -1);
  const isNewer = (draft: Draft): boolean => draft.time === null || draft.time > newest;
  const lost = drafts.filter((draft) => !isNewer(draft) && draft.time !== null && !times.includes(draft.time));
  const unreadable = drafts.filter((draft) => draft.sections.length === 0 && draft.text === "");
  return answer(drafts.filter(isNewer), [
    ...lost.map((draft) =>
      skipped(draft, "Drizzle passes without a word over what is not newer in the journal than the last applied migration"),
    ),
    ...unreadable.map((draft) => refused(draft, draft.id, "Drizzle stops: the journal lists it, and there is no such file")),
  ]);
};
