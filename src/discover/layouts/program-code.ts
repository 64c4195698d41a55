import type { MigrationTool, Source } from "../../model/migration.ts";
import type { Layout } from "../layout.ts";
import { baseName, folderOf, foldersWith, isCode, plainDialect } from "../layout.ts";
import { compareDigits, compareText } from "../version.ts";
import { programFile } from "./literal-sql.ts";

/** A tool whose migrations are programs: their names and order count, and the SQL of those that only send texts. */
interface CodeStyle {
  readonly tool: MigrationTool;
  /** What only this tool's migrations have in them. */
  readonly mark: RegExp;
  /** Names of its files; other files of the folder are no migrations. */
  readonly file: RegExp;
  readonly compare: (a: Source, b: Source) => number;
  /** Whether it runs a migration in a transaction unless told otherwise. */
  readonly wraps: boolean;
}

export const byName = (a: Source, b: Source): number => compareText(baseName(a.path), baseName(b.path));
const script = /\.(?:[cm]?[jt]s)$/;

export function ofCode({ tool, mark, file, compare, wraps }: CodeStyle): Layout {
  const isMigration = (source: Source): boolean => isCode(source.path) && file.test(baseName(source.path));
  return {
    tool,
    dialect: plainDialect,
    isCode: true,
    roots: (sources) => foldersWith(sources, (source) => isMigration(source) && mark.test(source.text)),
    read: (root, sources) =>
      sources
        .filter((source) => folderOf(source.path) === root && isMigration(source))
        .toSorted(compare)
        .map((source) => programFile(root, source, wraps)),
  };
}

/** Knex: by name as text (knex: lib/migrations/migrate/sources/fs-migrations.js). */
export const knex: Layout = ofCode({
  tool: "knex",
  mark: /\bup\b\s*[=(:][\s\S]*\bknex\b|\bup\b\s*=?\s*(?:async\s*)?\(?\s*knex\b/i,
  file: script,
  compare: byName,
  wraps: true,
});

/** Sequelize CLI and umzug: by name as text. */
export const sequelize: Layout = ofCode({ tool: "sequelize", mark: /\bqueryInterface\b/, file: script, compare: byName, wraps: false });

/** Kysely: by name as text (kysely: src/migration/migrator.ts). */
export const kysely: Layout = ofCode({
  tool: "kysely",
  mark: /["']kysely["'][\s\S]*\bup\b\s*[=(:]/,
  file: script,
  compare: byName,
  wraps: true,
});

/** MikroORM: by name as text. */
export const mikroOrm: Layout = ofCode({ tool: "mikro-orm", mark: /\bextends\s+Migration\b/, file: script, compare: byName, wraps: true });

const stamp = (source: Source): string =>
  /(\d{13})/.exec(/\bclass\s+\w*?(\d{13})\b/.exec(source.text)?.[1] ?? baseName(source.path))?.[1] ?? "0";

/** TypeORM: by the 13 digits at the end of the class's name (typeorm: src/migration/MigrationExecutor.ts, getMigrations). */
export const typeorm: Layout = ofCode({
  tool: "typeorm",
  mark: /\bclass\s+(?:\w*\D)?\d{13}\b/,
  file: script,
  compare: (a, b) => compareDigits(stamp(a), stamp(b)) || byName(a, b),
  wraps: true,
});

const digits = (source: Source): string => /^\d+/.exec(baseName(source.path))?.[0] ?? "0";

/** Rails: `<digits>_<name>.rb` by number (activerecord: lib/active_record/migration.rb). */
export const rails: Layout = ofCode({
  tool: "rails",
  mark: /\bActiveRecord::Migration\b/,
  file: /^\d+_\w+\.rb$/,
  compare: (a, b) => compareDigits(digits(a), digits(b)) || byName(a, b),
  wraps: true,
});
