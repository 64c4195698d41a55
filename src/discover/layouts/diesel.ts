import type { Layout } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, joinPath, plainDialect, wholeFile } from "../layout.ts";
import { compareDigits, compareText } from "../version.ts";

const folderFile = /^[^/]+\/up\.sql$/;
/** As Hasura's console wrote them before it made folders. */
const loneFile = /^\d+_[^/]+\.up\.sql$/;

/**
 * Diesel: `<version>_<name>/up.sql` in the order of the version with its dashes removed; down.sql is the reverse. One transaction each unless
 * metadata.toml says `run_in_transaction = false` (diesel_migrations: FileBasedMigrations, TomlMetadata). Hasura's CLI has the same folders, and
 * files beside them, in the order of the numbers (hasura/graphql-engine: cli/migrate/source/migrations.go).
 */
export const diesel: Layout = {
  tool: "diesel",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => /(?:^|\/)\d[^/]*\/up\.sql$/.test(source.path), 2),
  read(root, sources) {
    const metadata = new Map(
      sources.filter((source) => baseName(source.path) === "metadata.toml").map((source) => [source.path, source.text]),
    );
    return sources
      .filter((source) => folderFile.test(belowRoot(root, source.path)) || loneFile.test(belowRoot(root, source.path)))
      .map((source) => {
        const isLone = loneFile.test(belowRoot(root, source.path));
        const folder = folderOf(source.path);
        const version = (baseName(isLone ? source.path : folder).split("_")[0] ?? "").replaceAll("-", "");
        const settings = metadata.get(joinPath(folder, "metadata.toml")) ?? "";
        const transactional = !/^\s*run_in_transaction\s*=\s*false\b/m.test(settings);
        return wholeFile(root, source, { key: version, transactional });
      })
      .sort((a, b) => compareKeys(a.key, b.key) || compareText(a.path, b.path));
  },
};

/** Dates of different lengths compare as text; a history of counted numbers that Diesel would take as text never ran. */
const compareKeys = (a: string, b: string): number =>
  /^\d+$/.test(a) && /^\d+$/.test(b) && Math.min(a.length, b.length) < 8 ? compareDigits(a, b) : compareText(a, b);
