import { expect, test } from "vitest";
import { assumeMigrations } from "../../src/catalog/assume/assume-migrations.ts";
import type { AssumedReplay } from "../../src/catalog/assume/assume-migrations.ts";
import { netCauses } from "../../src/catalog/net-causes.ts";
import { emptyCatalog } from "../../src/catalog/to-catalog.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";

const parser = await createParser();

const migration = (id: string, sql: string, state: Migration["state"], order: number): Migration =>
  plainMigration(id, sql, { state, order });

function run(pending: readonly string[], baseline: readonly string[] = []): AssumedReplay {
  const all = [
    ...baseline.map((sql, index) => migration(`b${index}`, sql, "baseline", index)),
    ...pending.map((sql, index) => migration(`p${index}`, sql, "pending", baseline.length + index)),
  ];
  return assumeMigrations(
    emptyCatalog,
    all.map((one) => ({ migration: one, statements: parseMigration(parser, one).statements })),
  );
}

const kindsOf = ({ baseline, steps }: AssumedReplay): readonly string[] => netCauses(baseline, steps).map(({ change }) => change.kind);

test("what several statements take for granted of an unknown table was there before all of them", () => {
  const result = run(["ALTER TABLE orders RENAME COLUMN a TO b;", "ALTER TABLE orders DROP COLUMN c, ALTER COLUMN d TYPE bigint;"]);
  expect(result.baseline.relations.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
    ["orders", ["a", "c", "d"]],
  ]);
  expect(kindsOf(result).toSorted()).toEqual(["column-dropped", "column-renamed", "column-type-changed"]);
  expect(result.steps.map(({ certainty }) => certainty)).toEqual(["assumed", "assumed"]);
});

test("a table made by the same files is no unknown one", () => {
  const result = run(["CREATE TABLE t (id bigint PRIMARY KEY);", "ALTER TABLE t ADD COLUMN x text;"]);
  expect(result.baseline.relations).toEqual([]);
  expect(kindsOf(result)).toEqual(["relation-created"]);
});

test("a column added and renamed by the files is just added", () => {
  const result = run(["ALTER TABLE t ADD COLUMN x text;", "ALTER TABLE t RENAME COLUMN x TO y;"]);
  expect(kindsOf(result)).toEqual(["column-added"]);
});

test("with a history a table that it did not make is unknown", () => {
  const result = run(["ALTER TABLE nowhere RENAME COLUMN a TO b;"], ["CREATE TABLE t (id bigint PRIMARY KEY);"]);
  expect(result.steps[0]?.certainty).toBe("unknown");
  expect(kindsOf(result)).toEqual([]);
});

test("statements of a transactional migration share a transaction", () => {
  expect(run(["SELECT 1; SELECT 2;", "SELECT 3;"]).steps.map(({ transaction }) => transaction)).toEqual([1, 1, 2]);
});

const columns = (catalog: Catalog): number => catalog.relations.reduce((sum, relation) => sum + relation.columns.length, 0);

test("each of many steps has its own catalog, and what a catalog shows does not change with those after it", () => {
  const create = Array.from({ length: 50 }, (_, i) => `CREATE TABLE t_${i} (id bigint PRIMARY KEY);`).join("\n");
  const alter = Array.from({ length: 200 }, (_, i) => `ALTER TABLE t_${i % 50} ADD COLUMN c_${i} text;`).join("\n");
  const { steps } = run([`${alter}\nDROP TABLE t_7;\nALTER TABLE t_8 RENAME TO z_8;`], [create]);
  for (const [index, { before, after }] of steps.slice(0, 200).toReversed().entries()) {
    expect([columns(before), columns(after)]).toEqual([50 + 199 - index, 50 + 200 - index]);
  }
  expect(steps[200]?.after.relations).toHaveLength(49);
  expect(steps[201]?.after.relations.map(({ name }) => name)).toContain("z_8");
  expect(JSON.parse(JSON.stringify(steps[100]?.after))).toEqual({ ...steps[100]?.after });
  expect(Object.keys(steps[100]?.after ?? {})).toContain("relations");
});
