import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogReader } from "../../../src/io/engine/catalog-reader.ts";
import type { Reading } from "../../../src/io/engine/catalog-reader.ts";
import type { Engine, Server } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";

let engine: Engine;
let server: Server;
let reader: CatalogReader;
/** Reads all each time; one for all tests, as each prepares a query of its own under a name of its own. */
let whole: CatalogReader;

beforeAll(async () => {
  engine = await openEngine();
  const started = await engine.start(null);
  if (started === null) throw new Error("no server");
  server = started;
  [reader, whole] = [new CatalogReader(server), new CatalogReader(server)];
});

afterAll(async () => {
  await server.close();
  await engine.close();
});

const before = `CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'ok');
CREATE TYPE s.pair AS (a int, b text);
CREATE DOMAIN s.positive AS int CONSTRAINT above CHECK (VALUE > 0) CONSTRAINT below CHECK (VALUE < 100);
CREATE SEQUENCE s.numbers;
CREATE FUNCTION s.next() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE s.plain (id bigint CONSTRAINT plain_key PRIMARY KEY, n bigint DEFAULT nextval('s.numbers'), m s.mood DEFAULT 'ok', p s.pair,
  d s.positive, f int DEFAULT s.next(), g int GENERATED ALWAYS AS ((p).a) STORED, w tstzrange, CONSTRAINT n_once UNIQUE (n));
CREATE TABLE s.row_of (id int PRIMARY KEY, r s.plain);
CREATE TABLE s.parent (id int PRIMARY KEY, at date) PARTITION BY RANGE (id);
CREATE TABLE s.child PARTITION OF s.parent FOR VALUES FROM (1) TO (10);
CREATE TABLE s.empty_parent ();
CREATE TABLE s.heir (x int) INHERITS (s.empty_parent);
CREATE PUBLICATION pub FOR TABLE s.plain (id, n) WHERE (n > 1);`;

// Each in turn, on what those before it left; all of them hidden from the statement's words by a DO block.
const hidden = [
  "ALTER TABLE s.plain DROP CONSTRAINT n_once",
  "ALTER TABLE s.plain DROP CONSTRAINT plain_key",
  "ALTER TABLE s.plain ADD CONSTRAINT plain_key PRIMARY KEY (id)",
  "ALTER INDEX s.plain_key RENAME TO key_of_plain",
  "ALTER TABLE s.plain REPLICA IDENTITY USING INDEX key_of_plain",
  "ALTER SEQUENCE s.numbers RENAME TO figures",
  "ALTER FUNCTION s.next() RENAME TO follow",
  "CREATE OR REPLACE FUNCTION s.follow() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'",
  "ALTER TYPE s.mood RENAME TO temper",
  "ALTER TYPE s.temper RENAME VALUE 'sad' TO 'blue'",
  "ALTER TYPE s.temper RENAME VALUE 'ok' TO 'fine'",
  "ALTER TYPE s.temper ADD VALUE 'glad' BEFORE 'fine'",
  "ALTER TYPE s.pair RENAME ATTRIBUTE a TO first CASCADE",
  "ALTER DOMAIN s.positive DROP CONSTRAINT below",
  "ALTER DOMAIN s.positive SET DEFAULT 7",
  "ALTER TABLE s.plain RENAME TO flat",
  "ALTER TABLE s.flat RENAME COLUMN n TO number",
  "ALTER SCHEMA s RENAME TO t",
  "ALTER TABLE t.heir NO INHERIT t.empty_parent",
  "ALTER TABLE t.parent DETACH PARTITION t.child",
  "DROP TABLE t.row_of",
  "ALTER TABLE t.flat ALTER COLUMN f DROP DEFAULT, DROP COLUMN w",
  "ALTER TABLE t.flat ALTER COLUMN f TYPE bigint USING f",
  "CREATE TABLE t.made AS SELECT 1 AS one; ALTER TABLE t.made RENAME one TO two",
  "DROP TABLE t.child",
  "DROP PUBLICATION pub",
  "DROP TABLE t.flat; DROP TYPE t.temper",
];

async function run(...scripts: readonly string[]): Promise<void> {
  const results = await server.run(scripts);
  expect(results.map(({ error }) => error)).toEqual(scripts.map(() => null));
}

async function expectAll(reading: Reading, inTransaction: boolean): Promise<void> {
  const { catalog } = await whole.read(null, "all", inTransaction);
  expect(reading.catalog).toEqual(catalog);
}

const cleanup = "DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA IF EXISTS t CASCADE; DROP PUBLICATION IF EXISTS pub";

test.each(["before", "during", "without"])(
  "what was written, removed or renamed is seen without its words: made %s the transaction",
  async (when) => {
    const together = when !== "without";
    const make = async (): Promise<void> => run(...before.split(/(?<=;)\n(?! )/));
    await run("ROLLBACK", cleanup);
    if (when !== "during") await make();
    let reading = await reader.read(null, "all", false);
    if (together) await run("BEGIN");
    if (when === "during") await make();
    reading = await reader.read(reading, "changes", together);
    for (const sql of hidden) {
      await run(`DO $do$ BEGIN ${sql}; END $do$`);
      const earlier = reading;
      reading = await reader.read(reading, "changes", together);
      await expectAll(reading, together);
      if (!sql.includes("REPLACE FUNCTION")) expect(reading.catalog, sql).not.toBe(earlier.catalog);
    }
    if (together) await run("COMMIT");
    const last = await reader.read(reading, "changes", false);
    expect(last.catalog).toBe(reading.catalog);
  },
);

test("what a command wrote whose later change was rolled back inside it is seen", async () => {
  await run("ROLLBACK", cleanup, before, "BEGIN", "ALTER TABLE s.heir ADD COLUMN first int", "ALTER TABLE s.heir ADD COLUMN second int");
  let reading = await reader.read(null, "all", true);
  for (const sql of [
    "CREATE TABLE s.late (id int)",
    "ALTER TABLE s.plain ADD COLUMN late int",
    "ALTER TABLE s.heir ALTER COLUMN first SET NOT NULL",
  ]) {
    const undone =
      "ALTER TABLE s.plain RENAME COLUMN f TO g2; ALTER TABLE s.heir DROP COLUMN first; ALTER TABLE IF EXISTS s.late ADD COLUMN x int; DROP TYPE s.pair CASCADE";
    await run(`DO $do$ BEGIN ${sql}; BEGIN ${undone}; RAISE 'undo'; EXCEPTION WHEN raise_exception THEN NULL; END; END $do$`);
    const earlier = reading;
    reading = await reader.read(reading, "changes", true);
    await expectAll(reading, true);
    expect(reading.catalog, sql).not.toBe(earlier.catalog);
  }
  await run("SAVEPOINT a", "ALTER TABLE s.heir ADD COLUMN third int", "RELEASE SAVEPOINT a", "ALTER TABLE s.heir ADD COLUMN fourth int");
  await expectAll(await reader.read(reading, "changes", true), true);
  await run("COMMIT");
});

test("a rolled back savepoint is read whole", async () => {
  await run("ROLLBACK", cleanup, before, "BEGIN", "SAVEPOINT a", "ALTER TABLE s.plain ADD COLUMN extra int");
  const start = await reader.read(null, "all", true);
  await run("ROLLBACK TO SAVEPOINT a");
  await expectAll(await reader.read(start, "all", true), true);
  await run("ROLLBACK");
});

test.each(["DEALLOCATE ALL", "DISCARD ALL"])("%s does not keep it from reading", async (sql) => {
  await run("ROLLBACK", cleanup, before);
  const start = await reader.read(null, "all", false);
  await run(sql);
  expect((await reader.read(start, "changes", false)).catalog).toBe(start.catalog);
  if (sql === "DISCARD ALL") return;
  await run("BEGIN", "CREATE TABLE s.late (id int)", sql);
  const after = await reader.read(start, "changes", true);
  expect(after.catalog.relations.map(({ name }) => name)).toContain("late");
  await run("ROLLBACK");
});

test.each([
  ["a label of an enum", "DELETE FROM pg_enum WHERE enumlabel = 'sad'"],
  ["a default", "DELETE FROM pg_attrdef WHERE adrelid = 's.plain'::regclass AND adnum = 2"],
  ["one put together", "DO $do$ BEGIN EXECUTE 'DELETE FROM pg_' || 'attrdef WHERE adnum = 2'; END $do$"],
])("what is deleted from the catalog's own tables is seen: %s", async (_, sql) => {
  await run("ROLLBACK", cleanup, before);
  const wary = new CatalogReader(server);
  const start = await wary.read(null, "all", false);
  expect(wary.heed("ALTER TABLE s.plain ADD x int; CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW EXECUTE FUNCTION f()")).toBe(false);
  expect(wary.heed(sql)).toBe(true);
  // Nothing could drop these tables afterwards.
  await run("BEGIN", sql);
  const after = await wary.read(start, "changes", true);
  await expectAll(after, true);
  expect(after.catalog).not.toBe(start.catalog);
  await run("ROLLBACK");
});

test("another query under its name is not believed", async () => {
  await run("ROLLBACK", cleanup, before);
  const start = await reader.read(null, "all", false);
  const names = await server.query("SELECT name FROM pg_prepared_statements");
  for (const name of names.values)
    await run(`DEALLOCATE "${name}"`, `PREPARE "${name}" (int8, int8, oid[], int8, bool) AS SELECT '{"complete": true}'::text`);
  await run("CREATE TABLE s.late (id int)");
  await expectAll(await reader.read(start, "changes", false), false);
});
