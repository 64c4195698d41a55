import type { Source } from "../model/migration.ts";
import type { Layout } from "./layout.ts";
import { isBelow, isSql } from "./layout.ts";
import { forPostgres } from "./layouts/database-files.ts";

interface Folder {
  readonly root: string;
  readonly layout: Pick<Layout, "tool" | "isCode" | "read">;
}

const postgres = /postgres|pgsql|psql|(?<![a-z])pgx?(?![a-z])/i;
const otherDatabase =
  /sqlite|mysql|mariadb|mssql|sqlserver|clickhouse|cassandra|cockroach|spanner|snowflake|bigquery|duckdb|tidb|(?<![a-z])(?:oracle|h2|hsqldb|db2|crdb|libsql|d1)(?![a-z\d])/i;
const forTests =
  /(?<![a-z])(?:tests?|testdata|testing|fixtures?|examples?|samples?|demos?|stubs?|mocks?|spec|e2e|vendor|node_modules|local|dev|seeds?|backups?|archived?|legacy|deprecated)(?![a-z])/i;

const forMigrations = /(?:^|[/._-])(?:migrat(?:e|ions?)|evolutions?|changelogs?|upgrades?)(?:$|[/._-])/i;

/** What PostgreSQL's parser takes in no CREATE TABLE: MySQL's, SQLite's, ClickHouse's and SQL Server's own clauses. */
const otherSyntax =
  /\bauto_?increment\b|\)\s*engine\s*=|^[ \t]*engine\s*=\s*\w*mergetree|\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?[`[]|^[ \t]*pragma\s+\w|\)\s*(?:strict|without\s+rowid)\s*[;,]|\bnvarchar\s*\(/im;

const ofOtherDatabase = (folder: Folder, sources: readonly Source[]): boolean => {
  const named = lastDatabase(folder.root);
  return named === "other" || (named === null && isWrittenForOther(textsOf(folder, sources)));
};

/** One such clause in a long history may stand in a string or be a leftover: of the files that make tables one in five must have it. */
function isWrittenForOther(texts: readonly string[]): boolean {
  const making = texts.filter((text) => /\bcreate\s+table\b/i.test(text));
  const other = making.filter((text) => otherSyntax.test(withoutComments(text)));
  return other.length > 0 && other.length * 5 >= making.length;
}

/** The database that the innermost folder with one in its name is for: `mysql-persistence/migration_postgres` is for PostgreSQL. */
function lastDatabase(root: string): "postgres" | "other" | null {
  const name = root.split("/").findLast((part) => postgres.test(part) || otherDatabase.test(part));
  if (name === undefined) return null;
  return postgres.test(name) ? "postgres" : "other";
}

/** Some scripts beside or around a history of a known tool are no history; a longer one than that may well be. */
function outweighs(known: Folder, plain: Folder, sources: readonly Source[]): boolean {
  if (known.layout.tool === "plain") return false;
  const isOwn = ({ path }: Source): boolean => isBelow(known.root, path);
  const scripts = filesOf(plain, sources).filter((source) => !isOwn(source));
  return readBy(known, sources) >= scripts.length;
}

/** Program code has no SQL to count. */
const readBy = (folder: Folder, sources: readonly Source[]): number =>
  folder.layout.isCode === true
    ? folder.layout.read(
        folder.root,
        sources.filter(({ path }) => isBelow(folder.root, path)),
      ).length
    : filesOf(folder, sources).length;

const filesOf = ({ root }: Folder, sources: readonly Source[]): readonly Source[] =>
  forPostgres(sources.filter(({ path }) => isSql(path) && isBelow(root, path)));

const textsOf = (folder: Folder, sources: readonly Source[]): readonly string[] => filesOf(folder, sources).map(({ text }) => text);

const withoutComments = (text: string): string => text.replaceAll(/--[^\n]*/g, "");

/**
 * The folders that may be meant when nobody names one, where some are more likely than others: not those of another database, by the
 * folder's name or its SQL; not those of tests and examples; not numbered files of no known tool beside a known tool's that has as many; those named
 * for migrations; not those inside another of the same tool. A hint that would leave none is not followed; more than one may be left.
 */
export function likely<T extends Folder>(folders: readonly T[], sources: readonly Source[]): readonly T[] {
  const hints: readonly ((folder: T) => boolean)[] = [
    (folder) => !ofOtherDatabase(folder, sources),
    ({ root }) => !forTests.test(root),
    (folder) => folder.layout.tool !== "plain" || !folders.some((other) => outweighs(other, folder, sources)),
    ({ root }) => forMigrations.test(root),
    (folder) => !folders.some((other) => other.layout.tool === folder.layout.tool && isBelow(other.root, folder.root) && other !== folder),
  ];
  return hints.reduce<readonly T[]>((left, hint) => {
    if (left.length < 2) return left;
    const kept = left.filter(hint);
    return kept.length > 0 ? kept : left;
  }, folders);
}
