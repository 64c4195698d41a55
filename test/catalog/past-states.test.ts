import { beforeAll, describe, expect, test } from "vitest";
import { aboutTables } from "../../src/catalog/about-tables.ts";
import { pastStates } from "../../src/catalog/past-states.ts";
import { assumeMigrations } from "../../src/catalog/assume/assume-migrations.ts";
import { emptyCatalog } from "../../src/catalog/to-catalog.ts";
import { createParser } from "../../src/io/parsers.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import type { Parser } from "../../src/parse/parser.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await createParser();
});

const migration = (text: string, order: number): Migration =>
  plainMigration(String(order), text, { path: `V${order}.sql`, order, state: "baseline" });

/** Each state of the table as path and columns, newest first. */
function statesOf(name: string, ...texts: readonly string[]): readonly string[] {
  const applied = texts.map(migration).map((one) => ({ migration: one, statements: parseMigration(parser, one).statements }));
  const now = assumeMigrations(emptyCatalog, applied).catalog.relations.filter((relation) => relation.name === name);
  // The baseline's own oids are others.
  const states = pastStates(
    applied,
    now.map((relation) => ({ ...relation, oid: 16_384 })),
  );
  return states.map(({ path, relation, catalog: { relations } }) => {
    expect([relation, ...relations.map(({ oid }) => oid)]).toEqual([16_384, 16_384]);
    return `${path}: ${relations.map((one) => `${one.name}(${one.columns.map((column) => column.name).join()})`).join()}`;
  });
}

describe("earlier states of a table", () => {
  test("one for each migration that changed it, newest first, under its name of then", () => {
    expect(
      statesOf(
        "orders",
        "CREATE TABLE o (id int PRIMARY KEY);",
        "CREATE TABLE others (id int);",
        "ALTER TABLE o ADD COLUMN a text, ADD COLUMN b text;",
        "ALTER TABLE o RENAME TO orders; ALTER TABLE orders DROP COLUMN a;",
        "ALTER TABLE others ADD COLUMN c int;",
      ),
    ).toEqual(["V3.sql: o(id,a,b)", "V2.sql: o(id)"]);
  });

  test("a table that was dropped and made again has no state before that", () => {
    expect(
      statesOf("t", "CREATE TABLE t (id int);", "DROP TABLE t; CREATE TABLE t (id int, a int);", "ALTER TABLE t ADD COLUMN b int;"),
    ).toEqual(["V2.sql: t(id,a)"]);
  });

  test("a type counts as part of each table", () => {
    const made = "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id int, m mood);";
    expect(statesOf("t", made, "ALTER TYPE mood ADD VALUE 'b';")).toEqual(["V1.sql: t(id,m)"]);
  });

  test("a table of which a change was not understood has none", () => {
    const applied = ["CREATE TABLE t (id int);", "ALTER TABLE t ADD COLUMN a int;"]
      .map(migration)
      .map((one) => ({ migration: one, statements: parseMigration(parser, one).statements }));
    const [told] = assumeMigrations(emptyCatalog, applied).catalog.relations;
    if (told === undefined) throw new Error("there is no table");
    expect(pastStates(applied, [told])).toHaveLength(1);
    // As if a function had added it.
    const added = told.columns.slice(-1).map((column) => ({ ...column, name: "b", position: 3 }));
    expect(pastStates(applied, [{ ...told, columns: [...told.columns, ...added] }])).toEqual([]);
  });

  test("a table that the texts do not know has none", () => {
    expect(statesOf("t", "CREATE TABLE others (id int);", "ALTER TABLE others ADD COLUMN a int;")).toEqual([]);
  });
});

test("of a long history only what may concern the tables is read", () => {
  const texts = [
    "CREATE TABLE old_orders (id int)",
    "CREATE TABLE items (id int)",
    "CREATE TYPE mood AS ENUM ('a')",
    'ALTER TABLE ONLY shop."old_orders" RENAME TO Orders',
    "ALTER TABLE items ADD COLUMN a int",
    "SET search_path = shop",
    "ALTER TABLE orders ALTER COLUMN a TYPE text",
  ];
  const read = aboutTables(texts.map(migration), ["orders"]);
  expect(read.map(({ order }) => order)).toEqual([0, 2, 3, 5, 6]);
});
