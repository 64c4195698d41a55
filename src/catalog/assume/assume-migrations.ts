import type { Catalog, Relation } from "../../model/catalog.ts";
import type { Migration } from "../../model/migration.ts";
import type { Statement } from "../../model/statement.ts";
import type { Step } from "../../model/step.ts";
import { bySchemaAndName } from "../to-catalog.ts";
import { assume } from "./assume.ts";

/** A migration with what its parser found. */
export interface ParsedMigration {
  readonly migration: Migration;
  readonly statements: readonly Statement[];
}

/** As a replay on a server gives it, read from the statements alone. */
export interface AssumedReplay {
  /** Before the first pending migration, with the tables that had to be invented. */
  readonly baseline: Catalog;
  readonly catalog: Catalog;
  readonly steps: readonly Step[];
}

/**
 * Applies migrations to a catalog from their text alone. Where there is no history, a table that nobody knows is invented with the columns
 * that the pending statements name; with one, a statement on an unknown table is unknown.
 * @param start the catalog before the first of `migrations`
 */
export function assumeMigrations(start: Catalog, migrations: readonly ParsedMigration[]): AssumedReplay {
  const applied = migrations.filter(({ migration }) => migration.state === "baseline");
  const pending = migrations.filter(({ migration }) => migration.state === "pending");
  const inventsTables = applied.length === 0 && start.relations.length === 0;
  const known = applied.reduce((catalog, { statements }) => applyAll(catalog, statements), start);
  const statements = pending.flatMap((one) => one.statements);
  const baseline = inventsTables ? withInvented(known, statements) : known;
  const steps: Step[] = [];
  let transaction = 0;
  let catalog = baseline;
  for (const one of pending) {
    transaction += 1;
    for (const statement of one.statements) {
      if (!one.migration.transactional) transaction += 1;
      const { before, catalog: after, certainty, reason } = assume(catalog, statement, { inventsTables });
      steps.push({ migration: one.migration.id, statement, before, after, transaction, error: null, certainty, reason });
      catalog = after;
    }
  }
  return { baseline, catalog, steps };
}

const applyAll = (catalog: Catalog, statements: readonly Statement[]): Catalog =>
  statements.reduce((current, statement) => assume(current, statement, { inventsTables: false }).catalog, catalog);

/**
 * The catalog with every table and column that the statements use and do not make themselves, so that what they do to one is seen as a
 * change and not as a creation.
 */
function withInvented(start: Catalog, statements: readonly Statement[]): Catalog {
  const invented = new Map<number, Relation>();
  let current = start;
  for (const statement of statements) {
    const { before, catalog } = assume(current, statement, { inventsTables: true });
    if (before !== current) note(invented, current, before);
    current = catalog;
  }
  if (invented.size === 0) return start;
  return { ...start, relations: [...start.relations, ...invented.values()].toSorted(bySchemaAndName) };
}

/** What `before` has beyond `current`: a whole relation, or more columns of one. */
function note(invented: Map<number, Relation>, current: Catalog, before: Catalog): void {
  const known = new Map(current.relations.map((relation) => [relation.oid, relation]));
  for (const relation of before.relations) {
    const seen = known.get(relation.oid);
    if (seen === relation) continue;
    const first = invented.get(relation.oid);
    if (seen === undefined || first === undefined) {
      invented.set(relation.oid, relation);
      continue;
    }
    const added = relation.columns.filter(({ position }) => !seen.columns.some((column) => column.position === position));
    invented.set(relation.oid, { ...first, columns: [...first.columns, ...added] });
  }
}
