import type { Catalog, Relation } from "../../../src/model/catalog.ts";
import { plainMigration } from "../../../src/model/migration.ts";
import type { Migration } from "../../../src/model/migration.ts";

/** An applied or pending migration of one piece, as plain numbered files are. */
export function migration(id: string, sql: string, parts: Partial<Migration> = {}): Migration {
  return plainMigration(id, sql, { path: `migrations/${id}`, order: Number.parseInt(id, 10) || 0, ...parts });
}

export const applied = (id: string, sql: string, parts: Partial<Migration> = {}): Migration =>
  migration(id, sql, { state: "baseline", ...parts });

export function relation(catalog: Catalog, name: string): Relation {
  const found = catalog.relations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no relation ${name} among ${catalog.relations.map((one) => one.name).join(", ")}`);
  return found;
}
