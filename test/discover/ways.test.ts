import { expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { Discovery } from "../../src/discover/discover.ts";

const found = (files: Readonly<Record<string, string>>): Discovery =>
  discover(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    { tool: null, root: null, pending: { kind: "all" }, placeholders: {} },
  );
const ids = (discovery: Discovery): readonly string[] => discovery.migrations.map(({ id }) => id);
const sent = (text: string): readonly string[] =>
  (found({ "db/1.sql": text }).migrations[0]?.pieces ?? []).map(({ sql }) => sql.trim()).filter((sql) => sql !== "");

test.each([
  ["Play", "# --- !Ups\nCREATE TABLE t (a int);\n\n# --- !Downs\nDROP TABLE t;"],
  ["Play, the other way round", "--- !Downs\nDROP TABLE t;\n--- !Ups\nCREATE TABLE t (a int);"],
  ["MyBatis Migrations", "CREATE TABLE t (a int);\n-- //@UNDO\nDROP TABLE t;"],
  ["dbdeploy", "CREATE TABLE t (a int);\n\n--//@UNDO\n\nDROP TABLE t;"],
  ["shmig", "-- Migration: t\n-- ====  UP  ====\nCREATE TABLE t (a int);\n-- ==== DOWN ====\nDROP TABLE t;"],
  ["micrate", "-- +micrate Up\nCREATE TABLE t (a int);\n-- +micrate Down\nDROP TABLE t;"],
  ["bare words", "-- up\nCREATE TABLE t (a int);\n-- down\nDROP TABLE t;"],
  ["words with marks around them", "/* ---- UP ---- */\nCREATE TABLE t (a int);\n/* ---- DOWN ---- */\nDROP TABLE t;"],
  ["a word for migration", "-- migration: up\nCREATE TABLE t (a int);\n-- Migration Down:\nDROP TABLE t;"],
  ["only the way back", "CREATE TABLE t (a int);\n\n-- Rollback:\nDROP TABLE t;"],
])("of the two ways in one file only the way forward is sent: %s", (_, text) => {
  expect(sent(text)).toEqual([expect.stringMatching(/CREATE TABLE t \(a int\);$/)]);
});

test("sql-migrate sends what stands under each of its marks", () => {
  const text = "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n-- +migrate Up notransaction\nSELECT 3;\n";
  const { tool, migrations } = found({ "db/1.sql": text });
  expect([tool, migrations[0]?.transactional, migrations[0]?.pieces.map(({ sql }) => sql.trim())]).toEqual([
    "sql-migrate",
    false,
    ["SELECT 1;", "SELECT 3;"],
  ]);
});

test("words that are not alone in their line are remarks", () => {
  const text =
    "-- Scale up the sums\nALTER TABLE t ADD a int;\n-- written down here\nALTER TABLE t ADD b int;\n-- up\nALTER TABLE t ADD c int;";
  expect(sent(text)).toEqual([text]);
});

test("Play commits each statement, and takes two semicolons for one that ends none", () => {
  const text = "# --- !Ups\nCREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL;; END $$;\n# --- !Downs\nDROP FUNCTION f;";
  const [migration] = found({ "conf/evolutions/default/1.sql": text }).migrations;
  expect(migration).toMatchObject({ transactional: false, pieces: [{ sql: expect.stringContaining("BEGIN NULL; END") }] });
  expect(migration?.pieces).toHaveLength(1);
});

test("files that are the way back by their names are no migrations", () => {
  const text = "ALTER TABLE t ADD a int;";
  const names = [
    "001.do.sql",
    "001.undo.sql",
    "002.do.name.sql",
    "002.undo.name.sql",
    "003-name-up.sql",
    "003-name-down.sql",
    "4_name.sql",
  ];
  const more = ["4_name_rollback.sql", "down/5_name.sql", "rollback_dbs/6_name.sql", "up.sql", "down.sql", "rollback_4.sql"];
  expect(ids(found(Object.fromEntries([...names, ...more].map((name) => [`db/mine/${name}`, text]))))).toEqual([
    "001.do.sql",
    "002.do.name.sql",
    "003-name-up.sql",
    "4_name.sql",
  ]);
  // Where nothing goes forward under the same number, the word is what the migration is about.
  expect(ids(found({ "db/1_a.sql": text, "db/2_fix_rollback.sql": text }))).toEqual(["1_a.sql", "2_fix_rollback.sql"]);
});

test("beside numbered files others are no migrations, but for what makes the tables that those change", () => {
  const files = {
    "db/1_a.sql": "CREATE TABLE t (a int); ALTER TABLE base ADD a int;",
    "db/2_b.sql": "ALTER TABLE t ADD b int;",
    "db/schema.sql": "CREATE TABLE public.t (a int, b int);",
    "db/tables.sql": 'CREATE TABLE IF NOT EXISTS "base" (id int);',
    "db/scratch.sql": "CREATE TABLE elsewhere (id int);",
    "db/queries/all.sql": "SELECT * FROM t;",
  };
  expect(ids(found(files))).toEqual(["tables.sql", "1_a.sql", "2_b.sql"]);
});

test("yuniql: versions with words behind them, in order, and what it runs around them", () => {
  const names = ["v0.2/01-b.sql", "v0.10-later/01-c.sql", "v0.2/_test/01-t.sql", "_post/01-p.sql", "_erase/1-e.sql", "_init/01-i.sql"];
  const discovery = found(Object.fromEntries(names.map((name) => [`Migration/${name}`, "SELECT 1;"])));
  expect({ root: discovery.root, ids: ids(discovery) }).toEqual({
    root: "Migration",
    ids: ["_init/01-i.sql", "v0.2/01-b.sql", "v0.10-later/01-c.sql", "_post/01-p.sql"],
  });
  expect(discovery.migrations.map(({ repeatable }) => repeatable)).toEqual([false, false, false, true]);
});
