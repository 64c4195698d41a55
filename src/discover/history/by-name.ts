import { baseName, folderOf } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { answer, clashes, indexed, isTrue, late, refused } from "./history.ts";
import type { HistoryInput, HistoryNote, HistoryReader, HistoryRow } from "./history.ts";

/** How a tool that keeps one row for each applied migration tells them, and what it does when rows and files disagree. */
interface NameStyle {
  /** For the user. */
  readonly tool: string;
  readonly rowKey: (row: HistoryRow) => string | null;
  readonly draftKey: (draft: Draft) => string;
  /** A file that sorts before an applied one: the tool stops, or runs it after what is applied. */
  readonly whenLate: "runs" | "stops";
  /** A row without a file. */
  readonly whenMissing: "ignores" | "stops";
  /** Two files with one key. */
  readonly whenDouble: "runs" | "stops";
  /** Whether files that come late can be told by the position of the applied ones. */
  readonly locked?: (rows: readonly HistoryRow[]) => boolean;
}

function byName(style: NameStyle): HistoryReader {
  return (input) => {
    const applied = new Set(input.rows.flatMap((row) => style.rowKey(row) ?? []));
    const isApplied = (draft: Draft): boolean => applied.has(style.draftKey(draft));
    const pending = input.drafts.filter((draft) => !isApplied(draft));
    return answer(pending, [
      ...(style.whenDouble === "stops" ? clashes(input.drafts, style.draftKey, style.tool) : []),
      ...lateNotes(input, style, isApplied),
      ...missingNotes(input, style, applied),
      ...lockNotes(input, style),
    ]);
  };
}

function lateNotes(
  { drafts, options }: HistoryInput,
  { tool, whenLate }: NameStyle,
  isApplied: (draft: Draft) => boolean,
): readonly HistoryNote[] {
  const last = drafts.findLastIndex(isApplied);
  const stops = whenLate === "stops" && !options.outOfOrder;
  const after = drafts[last]?.id ?? "";
  const does = stops ? `${tool} stops` : `${tool} runs it after what is applied; new databases get the other order`;
  return drafts
    .slice(0, Math.max(last, 0))
    .filter((draft) => !isApplied(draft))
    .map((draft) => late(draft, `it sorts before ${after}, which is already applied; ${does}`, stops));
}

function missingNotes({ drafts, options }: HistoryInput, style: NameStyle, applied: ReadonlySet<string>): readonly HistoryNote[] {
  if (style.whenMissing === "ignores" || options.ignoreMissing) return [];
  const known = indexed(drafts, style.draftKey);
  return [...applied]
    .filter((key) => !known.has(key))
    .map((key) => refused(null, key, `${style.tool} stops: it was applied, and there is no such file any more`));
}

function lockNotes({ table }: HistoryInput, { tool, locked }: NameStyle): readonly HistoryNote[] {
  if (locked?.(table.locks) !== true) return [];
  return [refused(null, table.title, `${tool} stops or waits: its lock was left behind, or another run is under way`)];
}

const lockedBy =
  (column: string) =>
  (rows: readonly HistoryRow[]): boolean =>
    rows.some((row) => isTrue(row[column]));

const extensionless = (draft: Draft): string => baseName(draft.path).replace(/\.[^.]+$/, "");
const fileName = (draft: Draft): string => baseName(draft.path);
const leadingDigits = (draft: Draft): string => (/^\d+/.exec(baseName(draft.path))?.[0] ?? "").replace(/^0+(?=\d)/, "");
const plainDigits = (text: string | null | undefined): string | null => text?.replace(/^0+(?=\d)/, "") ?? null;
const column =
  (name: string) =>
  (row: HistoryRow): string | null =>
    row[name] ?? null;

/** dbmate: schema_migrations(version), digits as text (dbmate: pkg/dbmate/db.go, FindMigrations). */
export const dbmateHistory = byName({
  tool: "dbmate",
  rowKey: (row) => plainDigits(row["version"]),
  draftKey: leadingDigits,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** ActiveRecord: schema_migrations(version) (activerecord: lib/active_record/migration.rb, Migrator). */
export const railsHistory = byName({
  tool: "Rails",
  rowKey: (row) => plainDigits(row["version"]),
  draftKey: leadingDigits,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "stops",
});

/** Supabase CLI: supabase_migrations.schema_migrations(version) (supabase/cli: pkg/migration/list.go, FindPendingMigrations). */
export const supabaseHistory = byName({
  tool: "the Supabase CLI",
  rowKey: (row) => plainDigits(row["version"]),
  draftKey: leadingDigits,
  whenLate: "stops",
  whenMissing: "stops",
  whenDouble: "runs",
});

/** Diesel: the folder's name up to the first underscore, hyphens dropped (diesel_migrations: file_based_migrations.rs). */
export const dieselHistory = byName({
  tool: "Diesel",
  rowKey: column("version"),
  draftKey: (draft) => (baseName(folderOf(draft.path)).split("_")[0] ?? "").replaceAll("-", ""),
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** sql-migrate: gorp_migrations(id), the file's whole name (rubenv/sql-migrate: migrate.go, PlanMigration). */
export const sqlMigrateHistory = byName({
  tool: "sql-migrate",
  rowKey: column("id"),
  draftKey: fileName,
  whenLate: "runs",
  whenMissing: "stops",
  whenDouble: "runs",
});

/** Knex: knex_migrations(name) and a lock row (knex: lib/migrations/migrate/Migrator.js, validateMigrationList). */
export const knexHistory = byName({
  tool: "Knex",
  rowKey: column("name"),
  draftKey: fileName,
  whenLate: "runs",
  whenMissing: "stops",
  whenDouble: "runs",
  locked: lockedBy("is_locked"),
});

/** Sequelize: "SequelizeMeta"(name) (umzug: SequelizeStorage). */
export const sequelizeHistory = byName({
  tool: "Sequelize",
  rowKey: column("name"),
  draftKey: fileName,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** Kysely: kysely_migration(name) and a lock row (kysely: src/migration/migrator.ts, ensureMigrationsInOrder). */
export const kyselyHistory = byName({
  tool: "Kysely",
  rowKey: column("name"),
  draftKey: extensionless,
  whenLate: "stops",
  whenMissing: "stops",
  whenDouble: "runs",
  locked: lockedBy("is_locked"),
});

/** MikroORM: mikro_orm_migrations(name), the file's name without its extension (@mikro-orm/migrations: MigrationStorage). */
export const mikroOrmHistory = byName({
  tool: "MikroORM",
  rowKey: (row) => row["name"]?.replace(/\.[jt]s$/, "") ?? null,
  draftKey: extensionless,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** yoyo: _yoyo_migration(migration_id) (yoyo: backends/base.py, get_applied_migration_hashes). */
export const yoyoHistory = byName({
  tool: "yoyo",
  rowKey: column("migration_id"),
  draftKey: extensionless,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** TypeORM: migrations(name): the class's `name` property, else the class's name (typeorm: src/migration/MigrationExecutor.ts). */
export const typeormHistory = byName({
  tool: "TypeORM",
  rowKey: column("name"),
  draftKey: (draft) =>
    /(?:^|[{;])\s*(?:public\s+|readonly\s+|static\s+)*name\s*(?::\s*string\s*)?=\s*["'`]([^"'`]+)["'`]/m.exec(draft.text)?.[1] ??
    /\bclass\s+(\w+)/.exec(draft.text)?.[1] ??
    extensionless(draft),
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

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
});

/**
 * node-pg-migrate: pgmigrations(name), file names without extension; the names that were run must be the first files, in order
 * (node-pg-migrate: src/runner.ts, checkOrder).
 */
export const nodePgMigrateHistory: HistoryReader = (input) => {
  const found = nodePgMigrate(input);
  if (input.options.outOfOrder) return found;
  const run = input.rows.map((row) => row["name"] ?? "");
  const wrong = run.findIndex(
    (name, index) => index < input.drafts.length && input.drafts[index] !== undefined && extensionless(input.drafts[index]) !== name,
  );
  const misplaced = wrong === -1 ? undefined : input.drafts[wrong];
  if (misplaced === undefined || found.notes.some(({ stops }) => stops)) return found;
  const detail = `node-pg-migrate stops: it checks the order, and ${run[wrong] ?? ""} was run at this place`;
  return { ...found, notes: [...found.notes, refused(misplaced, misplaced.id, detail)] };
};

const nodePgMigrate = byName({
  tool: "node-pg-migrate",
  rowKey: column("name"),
  draftKey: extensionless,
  whenLate: "stops",
  whenMissing: "ignores",
  whenDouble: "runs",
});
