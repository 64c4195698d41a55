import { baseName, folderOf } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { indexed, refused } from "./history.ts";
import type { HistoryReader } from "./history.ts";
import { byName, column, extensionless, fileName, leadingDigits, lockedBy, plainDigits } from "./name-style.ts";

/** dbmate: schema_migrations(version), digits as text; with --strict a late file stops it (dbmate: pkg/dbmate/db.go, FindMigrations, Migrate). */
export const dbmateHistory = byName({
  tool: "dbmate",
  rowKey: (row) => plainDigits(row["version"]),
  draftKey: leadingDigits,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
  strict: true,
});

/** ActiveRecord: schema_migrations(version); two files of one class name stop it too (activerecord: lib/active_record/migration.rb, Migrator, validate). */
export const railsHistory: HistoryReader = (input) => {
  const found = rails(input);
  const first = indexed(input.drafts, classOf);
  const doubled = input.drafts.filter((draft) => first.get(classOf(draft)) !== draft);
  const notes = doubled.map((draft) =>
    refused(draft, draft.id, `Rails stops: ${first.get(classOf(draft))?.id ?? ""} has the same name ${classOf(draft)}`),
  );
  return { ...found, notes: [...found.notes, ...notes] };
};

const classOf = ({ path }: Draft): string => /^\d+_(\w+)/.exec(baseName(path))?.[1] ?? path;

const rails = byName({
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

/** MikroORM: mikro_orm_migrations(name), the file's name without its extension (@mikro-orm/migrations: MigrationStorage). */
export const mikroOrmHistory = byName({
  tool: "MikroORM",
  rowKey: (row) => row["name"]?.replace(/\.[jt]s$/, "") ?? null,
  draftKey: extensionless,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
});

/** yoyo: _yoyo_migration(migration_id), and a row of yoyo_lock while it runs (yoyo: backends/base.py, get_applied_migration_hashes, lock). */
export const yoyoHistory = byName({
  tool: "yoyo",
  rowKey: column("migration_id"),
  draftKey: extensionless,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "runs",
  locked: (rows) => rows.length > 0,
});

/**
 * TypeORM: migrations(name): the class's `name` property, else the class's name, which must end in a time of 13 digits and be there once
 * (typeorm: src/migration/MigrationExecutor.ts, getMigrations, checkForDuplicateMigrations).
 */
export const typeormHistory: HistoryReader = (input) => {
  const found = typeorm(input);
  const wrong = input.drafts.filter((draft) => !(Number.parseInt(classNameOf(draft).slice(-13), 10) > 0));
  const notes = wrong.map((draft) =>
    refused(draft, draft.id, `TypeORM stops: the name ${classNameOf(draft)} does not end in a time of 13 digits`),
  );
  return { ...found, notes: [...found.notes, ...notes] };
};

const classNameOf = (draft: Draft): string =>
  /(?:^|[{;])\s*(?:public\s+|readonly\s+|static\s+)*name\s*(?::\s*string\s*)?=\s*["'`]([^"'`]+)["'`]/m.exec(draft.text)?.[1] ??
  /\bclass\s+(\w+)/.exec(draft.text)?.[1] ??
  extensionless(draft);

const typeorm = byName({
  tool: "TypeORM",
  rowKey: column("name"),
  draftKey: classNameOf,
  whenLate: "runs",
  whenMissing: "ignores",
  whenDouble: "stops",
});
