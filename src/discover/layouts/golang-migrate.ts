import type { Source } from "../../model/migration.ts";
import type { Layout } from "../layout.ts";
import { baseName, folderOf, foldersWith, plainDialect } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { namesDatabase } from "./database-files.ts";
import { readNumbered } from "./numbered.ts";
import { inVersionFolders } from "./version-folders.ts";

const marker = /^\s*(?:--[^\n]*\n\s*)*?--\s*(?:NO_TRANSACTION|morph:nontransactional|x-no-tx\S*)[ \t]*(?:\r?\n|$)/i;
const up = /^\d+_.+\.up\.(?:sql|pgsql|psql)$/;
const file = /^(\d+)_.+\.up\.\w+$/;

/** golang-migrate would leave files without a direction out: where they are as many as those with one, another runner takes both. */
function isMixed(folder: string, sources: readonly Source[]): boolean {
  const names = sources.filter(({ path }) => folderOf(path) === folder).map(({ path }) => baseName(path));
  const bare = names.filter((name) => /^\d+_[^.]+\.(?:sql|pgsql|psql)$/.test(name));
  return bare.length >= names.filter((name) => up.test(name)).length;
}

/**
 * golang-migrate: `<number>_<name>.up.sql` in numeric order, with any ending behind `.up.` (source/parse.go); `.down.sql` is the reverse. The file is sent as one query, which PostgreSQL
 * runs as one implicit transaction (migrate's database/postgres: Run). Runners that took over the naming allow a marker in the first
 * lines: `-- NO_TRANSACTION` (Concourse), `-- morph:nontransactional` (Mattermost), `x-no-tx` (`-- x-no-tx-wrap`). Folders with Fizz files,
 * pop's templates or a database in the files' names are pop's, and taken as plain; so are folders named by versions, side by side.
 */
export const golangMigrate: Layout = {
  tool: "golang-migrate",
  dialect: plainDialect,
  roots(sources) {
    const pop = new Set(
      foldersWith(
        sources,
        (source) => source.path.endsWith(".fizz") || namesDatabase(source.path) || /\{\{[^}]*\.Options\b/.test(source.text),
      ),
    );
    const folders = foldersWith(sources, (source) => up.test(baseName(source.path))).filter(
      (folder) => !pop.has(folder) && !isMixed(folder, sources),
    );
    return folders.filter((folder, index) => inVersionFolders(folders)[index] === folder);
  },
  read: (root, sources) =>
    readNumbered(root, sources, {
      file,
      compare: compareDigits,
      code: true,
      draft: (_, source) => ({
        transactional: !marker.test(source.text.slice(0, 2000)),
      }),
    }),
};
