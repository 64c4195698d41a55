import type { Catalog } from "../../model/catalog.ts";
import type { Migration } from "../../model/migration.ts";
import type { Statement } from "../../model/statement.ts";
import type { Step } from "../../model/step.ts";
import { bySchemaAndName } from "../to-catalog.ts";
import { apply, assume } from "./assume.ts";
import { Draft } from "./draft.ts";

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
  const known = applyAll(start, applied);
  const baseline = inventsTables ? withInvented(known, pending) : known;
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

function applyAll(start: Catalog, migrations: readonly ParsedMigration[]): Catalog {
  const draft = new Draft(start, false);
  for (const { statements } of migrations) for (const statement of statements) apply(draft, statement);
  return draft.after();
}

/**
 * The catalog with every table and column that the statements use and do not make themselves, so that what they do to one is seen as a
 * change and not as a creation.
 */
function withInvented(start: Catalog, migrations: readonly ParsedMigration[]): Catalog {
  const draft = new Draft(start, true);
  for (const { statements } of migrations) for (const statement of statements) apply(draft, statement);
  const { inventedRelations } = draft;
  if (inventedRelations.size === 0) return start;
  return { ...start, relations: [...start.relations, ...inventedRelations.values()].toSorted(bySchemaAndName) };
}
