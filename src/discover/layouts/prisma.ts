import type { Layout } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, plainDialect, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";

/**
 * Prisma Migrate: `<name>/migration.sql` in name order, beside migration_lock.toml. The file goes to the server as one query of several
 * statements, which PostgreSQL runs as one implicit transaction; a single CREATE INDEX CONCURRENTLY therefore works (prisma-engines: raw_cmd).
 */
export const prisma: Layout = {
  tool: "prisma",
  dialect: plainDialect,
  roots(sources) {
    const locked = foldersWith(sources, (source) => baseName(source.path) === "migration_lock.toml");
    const drizzled = new Set(sources.filter((source) => baseName(source.path) === "snapshot.json").map((source) => folderOf(source.path)));
    const shaped = foldersWith(sources, (source) => isMigration(source.path) && !drizzled.has(folderOf(source.path)), 2);
    return [...new Set([...locked, ...shaped])].sort();
  },
  read(root, sources) {
    return sources
      .filter((source) => belowRoot(root, source.path).split("/").length === 2 && baseName(source.path) === "migration.sql")
      .sort((a, b) => compareText(folderOf(a.path), folderOf(b.path)))
      .map((source) => wholeFile(root, source, { key: baseName(folderOf(source.path)) }));
  },
};

const isMigration = (path: string): boolean => /(?:^|\/)\d[^/]*\/migration\.sql$/.test(path);
