import { aboutTables } from "../catalog/about-tables.ts";
import { pastStates } from "../catalog/past-states.ts";
import { drifting } from "../compare/drifting.ts";
import { createParser } from "../io/parsers.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Migration } from "../model/migration.ts";
import type { PastState } from "../model/past-state.ts";
import type { Subject } from "../model/subject.ts";
import { parseMigration } from "../parse/parse-migration.ts";
import type { Projected } from "../pipeline.ts";

/** Earlier states of the tables of which the registry has another schema than they give; the history is read only if there are any. */
export async function loadPast(
  migrations: readonly Migration[],
  baseline: Catalog,
  { before }: Projected,
  subjects: readonly Subject[],
): Promise<readonly PastState[]> {
  const oids = drifting(before, subjects);
  const applied = migrations.filter(({ state }) => state === "baseline").toSorted((a, b) => a.order - b.order);
  if (oids.size === 0 || applied.length === 0) return [];
  const relations = baseline.relations.filter(({ oid }) => oids.has(oid));
  const read = aboutTables(
    applied,
    relations.map(({ name }) => name),
  );
  const parser = await createParser();
  const parsed = read.map((migration) => ({ migration, statements: parseMigration(parser, migration).statements }));
  return pastStates(parsed, relations);
}
