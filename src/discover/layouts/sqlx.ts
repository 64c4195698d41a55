import type { Layout } from "../layout.ts";
import { baseName, folderOf, foldersWith, isBelow, plainDialect } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { readNumbered } from "./numbered.ts";

const file = /^(\d+)_.+(?<!\.down)\.sql$/;
const marker = "-- no-transaction";

/**
 * sqlx: `<version>_<name>.sql` or `.up.sql` in numeric order, one transaction each unless the file begins with `-- no-transaction`
 * (sqlx-core, migrate/source.rs). Looks like golang-migrate and plain files: recognised by that marker, or by a Cargo.toml beside or above
 * the folder.
 */
export const sqlx: Layout = {
  tool: "sqlx",
  dialect: plainDialect,
  roots(sources) {
    const crates = foldersWith(sources, (source) => baseName(source.path) === "Cargo.toml");
    const folders = foldersWith(sources, (source) => file.test(baseName(source.path)));
    const marked = new Set(sources.filter((source) => source.text.startsWith(marker)).map((source) => folderOf(source.path)));
    return folders.filter(
      (folder) =>
        marked.has(folder) || (/migrations?(?:\/(?:postgres(?:ql)?|pg))?$/.test(folder) && crates.some((crate) => isBelow(crate, folder))),
    );
  },
  read: (root, sources) =>
    readNumbered(root, sources, {
      file,
      compare: compareDigits,
      code: false,
      draft: (_, source) => ({ transactional: !source.text.startsWith(marker) }),
    }),
};
