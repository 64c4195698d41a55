import type { Catalog, Relation } from "../model/catalog.ts";
import type { PastState } from "../model/past-state.ts";
import { apply } from "./assume/assume.ts";
import type { ParsedMigration } from "./assume/assume-migrations.ts";
import { Draft } from "./assume/draft.ts";
import { emptyCatalog } from "./to-catalog.ts";

/**
 * How tables were before each applied migration that changed them or a type, newest first. Read from the statements alone, as no server keeps what was in
 * between: a state may be wrong or missing, so that only one that equals something known is to be believed. A table of which the texts do not come to what
 * it is today has none: a change of it was not understood.
 * @param applied in the order of their execution
 * @param relations as they are after the last one
 */
export function pastStates(applied: readonly ParsedMigration[], relations: readonly Relation[]): readonly PastState[] {
  const last = applied.reduce(after, emptyCatalog);
  // Made-up oids, by that of the baseline.
  const wanted = new Map(
    relations.flatMap((relation) => {
      const { oid, schema, name } = relation;
      const known = last.relations.find((one) => one.schema === schema && one.name === name);
      return known === undefined || columnsOf(known) !== columnsOf(relation) ? [] : [[known.oid, oid] as const];
    }),
  );
  const states: PastState[] = [];
  let catalog = emptyCatalog;
  for (const one of applied) {
    const before = catalog;
    catalog = after(before, one);
    const now = new Set(catalog.relations);
    for (const relation of before.relations) {
      const oid = wanted.get(relation.oid);
      if (oid === undefined || (now.has(relation) && before.types === catalog.types)) continue;
      states.push({ path: one.migration.path, relation: oid, catalog: { ...before, relations: [{ ...relation, oid }] } });
    }
  }
  return states.toReversed();
}

/** Names, types and NOT NULL. Left out is what PostgreSQL writes otherwise than the statements: defaults, and the schemas of types. */
const columnsOf = ({ columns }: Relation): string =>
  JSON.stringify(columns.map(({ name, type, notNull }) => [name, type.text.replace(/^(?:"[^"]+"|[^".\s]+)\./, ""), notNull]));

function after(catalog: Catalog, { statements }: ParsedMigration): Catalog {
  const draft = new Draft(catalog, false);
  for (const statement of statements) apply(draft, statement);
  return draft.after();
}
