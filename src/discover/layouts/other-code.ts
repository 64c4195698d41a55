import type { Layout } from "../layout.ts";
import { byName, ofCode } from "./program-code.ts";

/** Tools that have no name here, and whose migrations are programs: what they are called, and what is in them. All run them by name. */
const styles: readonly { readonly file: RegExp; readonly mark: RegExp }[] = [
  // db-migrate; what reads its SQL from files beside it is told by those (db-migrate: lib/skeleton.js, lib/template.js).
  {
    file: /^\d+-.+\.[cm]?[jt]s$/,
    mark: /^(?![\s\S]*["']sqls["'])[\s\S]*\bdb\.(?:runSql|createTable|addColumn|removeColumn|renameColumn|changeColumn|addIndex|dropTable)\(/,
  },
  // SeaORM (sea-orm-migration: src/migrator.rs).
  { file: /^m\d{6,}_\w+\.rs$/, mark: /\bMigrationTrait\b/ },
  // Laravel, Phinx, Doctrine.
  { file: /^\d{4}_\d\d_\d\d_\d{6}_\w+\.php$/, mark: /\bextends\s+Migration\b/ },
  { file: /^(?:\d{14}_\w+|Version\d+)\.php$/, mark: /\bextends\s+\w*AbstractMigration\b|\bextends\s+Migration\b/ },
  // Ecto, Entity Framework Core.
  { file: /^\d{14}_\w+\.exs$/, mark: /\buse\s+Ecto\.Migration\b/ },
  { file: /^\d{14}_\w+\.cs$/, mark: /:\s*Migration\b/ },
];

/** Listed, and read where they do nothing but send texts that stand in them. */
export const otherCode: readonly Layout[] = styles.map(({ file, mark }) =>
  ofCode({ tool: "plain", file, mark, compare: byName, wraps: true }),
);
