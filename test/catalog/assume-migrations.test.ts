import { expect, test } from "vitest";
import { assumeMigrations } from "../../src/catalog/assume/assume-migrations.ts";
import type { AssumedReplay } from "../../src/catalog/assume/assume-migrations.ts";
import { netCauses } from "../../src/catalog/net-causes.ts";
import { emptyCatalog } from "../../src/catalog/to-catalog.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Migration } from "../../src/model/migration.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";

const parser = await createParser();

function migration(id: string, sql: string, state: Migration["state"], order: number): Migration {
  const pieces = [{ sql, start: 0, substitutions: [] }];
  return { id, tool: "plain", path: id, text: sql, pieces, order, transactional: true, state, gaps: [], repeatable: false };
}

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
