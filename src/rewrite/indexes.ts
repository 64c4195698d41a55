import type { UniqueIndex } from "../model/catalog.ts";
import type { FileDraft, Hazard, RecipeContext } from "./draft.ts";
import { ident, objectName } from "../model/sql-name.ts";

/** Unique indexes whose key has the column and which a plain CREATE INDEX can repeat. */
function indexesWith({ before }: Hazard, column: string): readonly UniqueIndex[] {
  return before.uniqueIndexes.filter(({ columns, partial, expressions }) => columns.includes(column) && !partial && !expressions);
}

/** Indexes for those who look rows up by the second column while both live; they go with it. The old column's index keeps the values unique. */
export function lookupIndexes(hazard: Hazard, old: string, twin: string, autocommit: boolean): readonly FileDraft[] {
  return indexesWith(hazard, old).map(({ columns }) => {
    const names = columns.map((column) => (column === old ? twin : column));
    const name = objectName(hazard.before.name, ...names, "idx");
    return createIndex(hazard, { name, names, unique: false, autocommit });
  });
}

export interface Replacement {
  readonly file: FileDraft;
  /** Gives it the old index's name and standing, once the old column is gone. */
  readonly finish: string;
}

/** The unique indexes of a column that is dropped in the end, built on its twin; none of them may be partial or on expressions. */
export function replacementIndexes(hazard: Hazard, old: string, twin: string, { autocommit, tool }: RecipeContext): readonly Replacement[] {
  return indexesWith(hazard, old).map((index) => {
    const names = index.columns.map((column) => (column === old ? twin : column));
    const name = objectName(hazard.before.name, ...names, "uniq");
    // PostgreSQL names constraints …_key and indexes …_idx by itself (ChooseIndexName); Prisma names plain indexes …_key.
    const finish =
      /_key\d*$/.test(index.name) && tool !== "prisma"
        ? `ALTER TABLE ${hazard.table} ADD CONSTRAINT ${ident(index.name)} UNIQUE USING INDEX ${ident(name)}`
        : `ALTER INDEX ${hazard.prefix}${ident(name)} RENAME TO ${ident(index.name)}`;
    return { finish, file: createIndex(hazard, { name, names, unique: true, autocommit }) };
  });
}

interface NewIndex {
  readonly name: string;
  readonly names: readonly string[];
  readonly unique: boolean;
  readonly autocommit: boolean;
}

function createIndex({ table, before }: Hazard, { name, names, unique, autocommit }: NewIndex): FileDraft {
  // PostgreSQL builds no index concurrently on a partitioned table.
  const concurrently = autocommit && before.kind === "table";
  const statement = `CREATE ${unique ? "UNIQUE " : ""}INDEX ${concurrently ? "CONCURRENTLY " : ""}${ident(name)} ON ${table} (${names.map(ident).join(", ")})`;
  return { name: `index_${name}`, statements: [statement], autocommit: concurrently };
}
