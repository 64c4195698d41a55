import type { Source } from "../../model/migration.ts";
import { baseName, folderOf } from "../layout.ts";

const named = /^(\d+)[_-][^.]+\.(postgres(?:ql)?|pg|cockroach|mysql|mariadb|sqlite3?|mssql)(?:\.autocommit)?(?:\.(?:up|down))?\.sql$/;
const version = /^(\d+)[_-].*\.sql$/;

/** Whether the file's name says which database it is for: `20201110_name.postgres.up.sql` (gobuffalo/pop: migration_info.go). */
export const namesDatabase = (path: string): boolean => named.test(baseName(path));

/** Without the files of other databases, and without those of all databases where PostgreSQL has one of its own for the same version. */
export function forPostgres(sources: readonly Source[]): readonly Source[] {
  const own = new Set(sources.filter(({ path }) => databaseOf(path) === "postgres").map(({ path }) => versionIn(path)));
  return sources.filter(({ path }) => {
    const database = databaseOf(path);
    return database === "postgres" || (database === null && !own.has(versionIn(path)));
  });
}

function databaseOf(path: string): "postgres" | "other" | null {
  const name = named.exec(baseName(path))?.[2];
  if (name === undefined) return null;
  return name === "pg" || name.startsWith("postgres") ? "postgres" : "other";
}

/** Up and down are apart: only files that go the same way stand for each other. */
const versionIn = (path: string): string =>
  `${folderOf(path)}/${version.exec(baseName(path))?.[1] ?? baseName(path)}/${path.includes(".down.") ? "down" : "up"}`;
