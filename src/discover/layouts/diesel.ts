import type { Layout } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, joinPath, plainDialect, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";

/**
 * Diesel: `<version>_<name>/up.sql` in the order of the version with its dashes removed; down.sql is the reverse. One transaction each unless
 * metadata.toml says `run_in_transaction = false` (diesel_migrations: FileBasedMigrations, TomlMetadata).
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
      .filter((source) => /^[^/]+\/up\.sql$/.test(belowRoot(root, source.path)))
      .map((source) => {
        const folder = folderOf(source.path);
        const version = (baseName(folder).split("_")[0] ?? "").replaceAll("-", "");
        const settings = metadata.get(joinPath(folder, "metadata.toml")) ?? "";
        const transactional = !/^\s*run_in_transaction\s*=\s*false\b/m.test(settings);
        return wholeFile(root, source, { key: version, transactional });
      })
      .sort((a, b) => compareText(a.key, b.key) || compareText(a.path, b.path));
  },
};
