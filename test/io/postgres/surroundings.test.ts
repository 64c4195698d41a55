import { afterAll, beforeAll, expect, test } from "vitest";
import { restore } from "../../../src/catalog/restore.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import { Database } from "../../../src/io/postgres/database.ts";
import { readLiveCatalog } from "../../../src/io/postgres/live-catalog.ts";
import { readSurroundings } from "../../../src/io/postgres/surroundings.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { TestServer } from "../../support/postgres.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

const made = `CREATE SCHEMA app;
CREATE TYPE app.money AS (units bigint, code text);
CREATE FUNCTION app.plus(a app.money, b app.money) RETURNS app.money LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION app.amount(a app.money) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a.units';
CREATE FUNCTION app.done(a app.money) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a.code';
CREATE AGGREGATE app.total(app.money) (SFUNC = app.plus, STYPE = app.money, FINALFUNC = app.done, INITCOND = '(0,x)');
CREATE AGGREGATE app.rows(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE OPERATOR app.|+| (FUNCTION = app.plus, LEFTARG = app.money, RIGHTARG = app.money, COMMUTATOR = OPERATOR(app.|+|));
CREATE CAST (app.money AS bigint) WITH FUNCTION app.amount(app.money) AS ASSIGNMENT;
CREATE COLLATION app.sorted (provider = icu, locale = 'de-u-co-phonebk');
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = pg_catalog.german);
CREATE OPERATOR CLASS app.by_text FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 bttextcmp(text, text);
CREATE TABLE app.orders (id bigint PRIMARY KEY, price app.money, name text COLLATE app.sorted);
CREATE VIEW app.totals AS SELECT app.total(price), app.rows(*) FROM app.orders;
CREATE INDEX found ON app.orders USING gin (to_tsvector('app.words', name));
CREATE FUNCTION app.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
  IF tg_tag = 'CREATE TABLE' THEN EXECUTE 'ALTER TABLE app.orders ADD COLUMN watched int'; END IF; END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.watch();
CREATE EVENT TRIGGER off ON ddl_command_start EXECUTE FUNCTION app.watch();
ALTER EVENT TRIGGER off DISABLE;`;

test("aggregates, operators, casts, collations and event triggers come back, and what does not is named", async () => {
  const client = await server.connect();
  await client.query(made);
  const database = await Database.open(server.url());
  const [catalog, surroundings] = [await readLiveCatalog(database), await readSurroundings(database)];
  await database.close();
  expect(surroundings.eventTriggers?.map(({ title }) => title)).toEqual(["event trigger watch"]);
  const [engine, parser] = await Promise.all([openEngine(), createParser()]);
  const sql = `CREATE VIEW app.sums AS SELECT app.total(price) AS t, (price OPERATOR(app.|+|) price)::bigint AS n FROM app.orders GROUP BY price;
CREATE MATERIALIZED VIEW app.kept AS SELECT id FROM app.orders ORDER BY name COLLATE app.sorted;
CREATE INDEX again ON app.orders USING gin (to_tsvector('app.words', name));
CREATE TABLE app.fresh (id int PRIMARY KEY);`;
  const result = await replay(engine, parser, [{ id: "2.sql", sql }], restore(catalog, surroundings));
  await engine.close();
  expect(result.problems.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("driftgate could not rebuild: operator class app.by_text"),
  ]);
  expect(result.steps.map(({ error, certainty }) => [error, certainty])).toEqual(Array.from({ length: 4 }, () => [null, "executed"]));
  const orders = result.catalog.relations.find(({ name }) => name === "orders");
  expect(orders?.columns.map(({ name }) => name)).toEqual(["id", "price", "name", "watched"]);
});
