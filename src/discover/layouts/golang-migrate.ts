import type { Layout } from "../layout.ts";
import { baseName, foldersWith, plainDialect } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { readNumbered } from "./numbered.ts";

const marker = /^\s*(?:--[^\n]*\n\s*)*?--\s*(?:NO_TRANSACTION|morph:nontransactional|x-no-tx\S*)[ \t]*(?:\r?\n|$)/i;
const file = /^(\d+)_.+\.up\.\w+$/;

/**
 * golang-migrate: `<number>_<name>.up.sql` in numeric order; `.down.sql` is the reverse. The file is sent as one query, which PostgreSQL
 * runs as one implicit transaction (migrate's database/postgres: Run). Runners that took over the naming allow a marker in the first
 * lines: `-- NO_TRANSACTION` (Concourse), `-- morph:nontransactional` (Mattermost), `x-no-tx` (`-- x-no-tx-wrap`). Folders with Fizz files or
 * pop's templates are pop's, and taken as plain.
 */
export const golangMigrate: Layout = {
  tool: "golang-migrate",
  dialect: plainDialect,
  roots(sources) {
    const pop = new Set(foldersWith(sources, (source) => source.path.endsWith(".fizz") || /\{\{[^}]*\.Options\b/.test(source.text)));
    return foldersWith(sources, (source) => /^\d+_.+\.up\.sql$/.test(baseName(source.path))).filter((folder) => !pop.has(folder));
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
