import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { MigrationTool } from "../../../src/model/migration.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { openEmptied } from "../../support/emptied-engine.ts";
import { applied, migration, relation } from "./support.ts";

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEmptied();
  parser = await createParser();
});

afterAll(() => engine.close());

const shop = applied("1_shop.sql", "CREATE TABLE orders (id bigserial PRIMARY KEY, total numeric(10,2) NOT NULL DEFAULT 0, note text);");

const keyOf = (table: string): string =>
  `ALTER TABLE ${table} ADD FOREIGN KEY (id) REFERENCES public.realm (id); ALTER TABLE orders ADD x int;`;

describe("what the server lacks", () => {
  test("roles are made", async () => {
    const sql = 'ALTER TABLE orders OWNER TO shop_owner; CREATE POLICY p ON orders TO "Web User" USING (true);';
    expect((await replay(engine, parser, [shop, migration("2.sql", sql)])).problems).toEqual([]);
  });

  test("bundled extensions are loaded on demand", async () => {
    const sql =
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; CREATE EXTENSION citext; CREATE TABLE users (id uuid DEFAULT uuid_generate_v4(), email citext);';
    const { catalog, problems } = await replay(engine, parser, [migration("1.sql", sql)]);
    expect(problems).toEqual([]);
    expect(relation(catalog, "users").columns.map((column) => [column.type.text, column.default])).toEqual([
      ["uuid", "public.uuid_generate_v4()"],
      ["public.citext", null],
    ]);
    expect(catalog.types.find((type) => type.name === "citext")?.extension).toBe("citext");
  });

  test("extensions that PGlite bundles under another name are loaded too", async () => {
    const sql =
      "CREATE EXTENSION moddatetime; CREATE TABLE t (id int, at timestamptz); CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION moddatetime(at); INSERT INTO t VALUES (1); UPDATE t SET id = 2;";
    expect((await replay(engine, parser, [migration("1.sql", sql)])).problems).toEqual([]);
  });

  test("what an extension brings that somebody made outside is there for applied migrations", async () => {
    const sql = `CREATE TABLE docs (id uuid DEFAULT extensions.uuid_generate_v4(), h hstore, shape geometry(Point,4326), e vector(3)[]);
      CREATE INDEX ON docs USING gin ((id::text) gin_trgm_ops);
      ALTER TABLE docs ADD EXCLUDE USING gist (id WITH =, tstzrange(now(), now()) WITH &&);`;
    const run = async (state: "baseline" | "pending") => replay(engine, parser, [shop, migration("2.sql", sql, { state })]);
    const { catalog, problems } = await run("baseline");
    expect(problems.filter(({ reason }) => !reason.includes("IMMUTABLE"))).toEqual([]);
    expect(relation(catalog, "docs").columns.map(({ type, default: value }) => value ?? type.text)).toEqual([
      "extensions.uuid_generate_v4()",
      "public.hstore",
      "public.geometry",
      "public.vector(3)[]",
    ]);
    const check = applied("3.sql", "SELECT * FROM plpgsql_check_function('f()'); ALTER TABLE orders ADD z int;");
    expect((await replay(engine, parser, [shop, check])).problems).toEqual([]);
    // A new one that uses it without making it is refused, as far as is known.
    expect((await run("pending")).steps[0]?.error?.message).toBe('type "hstore" does not exist');
  });

  test("collations that the system brings stand in for each other", async () => {
    const sql =
      'ALTER TABLE orders ALTER note TYPE text COLLATE "nb-NO-x-icu", ADD b text COLLATE "de_DE.utf8", ADD c text COLLATE "mine";';
    const { steps } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(steps.at(-1)?.error?.message).toBe('collation "mine" for encoding "UTF8" does not exist');
  });

  test("pgvector is loaded from its package", async () => {
    const sql =
      "CREATE EXTENSION vector; CREATE TABLE docs (id int, e vector(1536), h halfvec(3) DEFAULT '[1,2,3]'); CREATE INDEX ON docs USING hnsw (e vector_cosine_ops);";
    const { catalog, problems } = await replay(engine, parser, [migration("1.sql", sql)]);
    expect(problems).toEqual([]);
    expect(relation(catalog, "docs").columns[1]?.type).toMatchObject({ text: "public.vector(1536)", modifier: 1536 });
    expect(catalog.types.find((type) => type.name === "vector")?.extension).toBe("vector");
  });

  test("an extension that a block makes, and would do without, is loaded too", async () => {
    const sql =
      "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS vector; CREATE TABLE docs (e vector(3)); EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no'; END $$;";
    for (const second of [migration("2.sql", sql), applied("2.sql", sql)]) {
      const { catalog, problems } = await replay(engine, parser, [shop, second]);
      expect(problems).toEqual([]);
      expect(relation(catalog, "docs").columns[0]?.type.text).toBe("public.vector(3)");
    }
  });

  test.each<readonly [MigrationTool, string, string]>([
    ["golang-migrate", "ALTER TABLE schema_migrations ADD COLUMN data_version int;", "schema_migrations"],
    ["sqlx", "DELETE FROM public._sqlx_migrations WHERE version = 1;", "_sqlx_migrations"],
    [
      "diesel",
      "CREATE INDEX ON __diesel_schema_migrations (run_on); ALTER TABLE orders ADD COLUMN paid boolean;",
      "__diesel_schema_migrations",
    ],
    ["dbmate", "ALTER TABLE schema_migrations RENAME TO old;", "old"],
  ])("%s's own table is there before its first migration", async (tool, sql, name) => {
    const pending = { ...migration("2.sql", sql), tool };
    const { baseline, catalog, steps, problems } = await replay(engine, parser, [shop, pending]);
    expect(problems).toEqual([]);
    expect(relation(catalog, name).columns.length).toBeGreaterThan(0);
    // The migration changes it at most: it did not make it.
    expect(baseline.relations.map((table) => table.name)).toEqual(["orders"]);
    expect(steps[0]?.before.relations).toHaveLength(2);
  });

  test("a schema that an applied migration found is made, and for a history that is all pending", async () => {
    const [first, second] = ["CREATE TABLE auth.users (id int DEFAULT length('a'));", "ALTER TABLE auth.users ADD x int;"] as const;
    for (const migrations of [
      [applied("1.sql", first), migration("2.sql", second)],
      [migration("1.sql", first), migration("2.sql", second)],
    ]) {
      const { catalog, problems, steps } = await replay(engine, parser, migrations);
      expect(problems).toEqual([]);
      expect(steps.map(({ certainty }) => certainty)).not.toContain("assumed");
      expect(relation(catalog, "users").columns.map((column) => [column.name, column.default])).toEqual([
        ["id", "length('a'::text)"],
        ["x", null],
      ]);
    }
    const { problems } = await replay(engine, parser, [shop, migration("2.sql", "CREATE TABLE auth.users (id int);")]);
    expect(problems).toMatchObject([
      { code: "sql-refused", reason: 'PostgreSQL refuses this statement: schema "auth" does not exist (3F000).' },
    ]);
  });

  test("a transaction that an applied migration leaves open is ended by its tool", async () => {
    const open = "BEGIN; CREATE TABLE first (id int);";
    const behind = "ALTER TABLE orders ADD COLUMN paid boolean; COMMIT; BEGIN; CREATE TABLE second (id int);";
    const history = [shop, applied("2.sql", open), applied("3.sql", behind), applied("4.sql", "DROP TABLE missing;")];
    const { baseline } = await replay(engine, parser, history);
    expect(baseline.relations.map(({ name }) => name)).toEqual(["first", "orders", "second"]);
  });

  test("the role that the session is may lose what it has, in the text", async () => {
    const { problems } = await replay(engine, parser, [shop, migration("2.sql", "ALTER ROLE postgres NOSUPERUSER CREATEDB;")]);
    expect(problems).toEqual([]);
  });

  test("a foreign key of an applied migration to another product's table is left out", async () => {
    const { baseline, problems } = await replay(engine, parser, [shop, applied("2.sql", keyOf("orders"))]);
    expect(problems).toEqual([]);
    expect(relation(baseline, "orders").columns.map((column) => column.name)).toContain("x");
    expect((await replay(engine, parser, [shop, migration("2.sql", keyOf("orders"))])).problems).toMatchObject([{ code: "sql-refused" }]);
    expect((await replay(engine, parser, [shop, applied("2.sql", keyOf("realm"))])).problems).toMatchObject([{ code: "sql-refused" }]);
  });

  test("another tool's table is a missing table", async () => {
    const pending = { ...migration("2.sql", "ALTER TABLE schema_migrations ADD COLUMN x int;"), tool: "sqlx" as const };
    expect((await replay(engine, parser, [shop, pending])).problems.map(({ code }) => code)).toEqual(["sql-refused"]);
  });

  test("a block with a COMMIT of its own runs alone, as in a message of its own", async () => {
    const sql = "DO $$ BEGIN ALTER TABLE orders ADD COLUMN paid boolean; COMMIT; END $$;";
    const { catalog, problems } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(problems).toEqual([]);
    expect(relation(catalog, "orders").columns.map((column) => column.name)).toContain("paid");
  });

  test.each([
    [
      "postgis",
      "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA gis; CREATE TABLE t (g gis.geometry(Point, 4326) NOT NULL, b gis.box2d); CREATE INDEX ON t USING gist (g)",
      ["gis.geometry", "gis.box2d"],
    ],
    ["pg_uuidv7", "CREATE EXTENSION pg_uuidv7; CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid_generate_v7())", ["uuid"]],
    ["pgx_ulid", "CREATE EXTENSION ulid; CREATE TABLE t (id ulid PRIMARY KEY DEFAULT gen_ulid())", ["public.ulid"]],
    ["ip4r", "CREATE EXTENSION ip4r; CREATE TABLE t (r ip4r, a ipaddress)", ["public.ip4r", "public.ipaddress"]],
    ["pg_cron", "CREATE EXTENSION pg_cron; SELECT cron.schedule('nightly', '0 3 * * *', 'VACUUM'); CREATE TABLE t (id int)", ["integer"]],
    [
      "postgres_fdw",
      "CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE far (id int) SERVER other; CREATE TABLE t (id int)",
      ["integer"],
    ],
    ["plv8", "CREATE EXTENSION plv8; CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS 'return 1'; CREATE TABLE t (id int)", ["integer"]],
  ])("%s is stood in for", async (_name, sql, types) => {
    const { catalog, problems } = await replay(engine, parser, [migration("0.sql", "CREATE SCHEMA gis"), migration("1.sql", sql)]);
    expect(problems).toEqual([]);
    expect(relation(catalog, "t").columns.map(({ type }) => type.text)).toEqual(types);
  });

  test("a type of an extension in a schema of its own leaves the session's search_path alone", async () => {
    const sql =
      "CREATE SCHEMA gis; CREATE SCHEMA app; SET search_path = app; CREATE EXTENSION postgis SCHEMA gis; CREATE TABLE t (g gis.geometry)";
    const { catalog } = await replay(engine, parser, [migration("1.sql", sql)]);
    expect(catalog.relations.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["app.t"]);
  });

  test("an unknown extension is the smallest unknown: the rest of the history runs", async () => {
    const history = [
      applied(
        "1.sql",
        "CREATE EXTENSION acme; CREATE TABLE points (at timestamptz); SELECT acme_partition('points'); CREATE TABLE other (id int);",
      ),
    ];
    const { catalog, problems } = await replay(engine, parser, history);
    expect(catalog.relations.map((one) => one.name)).toEqual(["other", "points"]);
    expect(problems.map((problem) => problem.code)).toEqual(["extension-missing", "sql-not-executed"]);
  });

  test("what is about other databases and settings is left alone", async () => {
    const sql = `CREATE DATABASE other; ALTER SYSTEM SET work_mem = '1MB'; ALTER DATABASE shop SET TABLESPACE fast;
      CREATE SUBSCRIPTION s CONNECTION 'host=db.example.org' PUBLICATION p; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s;
      ALTER DATABASE shop SET timezone TO 'UTC'; COMMENT ON DATABASE shop IS 'ours'; GRANT CONNECT ON DATABASE shop TO reader;`;
    const { steps, problems } = await replay(engine, parser, [
      shop,
      migration("2.sql", sql, { transactional: false }),
      migration("3.sql", "CREATE TABLE t (id int)"),
    ]);
    expect(problems).toEqual([]);
    expect(steps.at(-1)?.after.relations.map((one) => one.name)).toEqual(["orders", "t"]);
  });

  test.each([
    ["ALTER SYSTEM SET wal_level = 'replica'", /changes wal_level of the server/],
    ["ALTER SYSTEM RESET ALL", /changes settings of the server/],
    ["DROP DATABASE shop", /drops a database/],
    ["ALTER DATABASE shop RENAME TO store", /renames the database "shop"/],
    ["ALTER DATABASE shop ALLOW_CONNECTIONS false", /limits who may connect/],
    ["ALTER DATABASE shop SET search_path TO sales", /search_path of a database/],
    ["ALTER SUBSCRIPTION s SET (slot_name = 'dbz')", /takes a replication slot/],
    ["SELECT pg_drop_replication_slot('dbz')", /the replication slot "dbz", which only the real server has/],
  ])("%s is unknown when pending, and over when applied", async (sql, reason) => {
    const pending = await replay(engine, parser, [shop, migration("2.sql", sql, { transactional: false })]);
    expect(pending.problems).toMatchObject([
      { code: "sql-not-executed", reason: expect.stringMatching(reason) as string, migration: "2.sql" },
    ]);
    expect(pending.steps).toMatchObject([{ certainty: "unknown", error: null }]);
    if (/search_path|slot\(/.test(sql)) return;
    expect((await replay(engine, parser, [shop, applied("2.sql", sql, { transactional: false })])).problems).toEqual([]);
  });

  test("an opaque gap is a problem at its place, an ignorable one none", async () => {
    const gap = {
      span: { path: "migrations/2.sql", start: { offset: 0, line: 1, column: 1 }, end: { offset: 6, line: 1, column: 7 } },
      reason: "\\gexec runs what a query builds",
    };
    const gapped = migration("2.sql", "SELECT 1", {
      gaps: [
        { ...gap, effect: "opaque" },
        { ...gap, reason: "\\echo", effect: "ignorable" },
      ],
    });
    expect((await replay(engine, parser, [shop, gapped])).problems).toEqual([
      { code: "migration-opaque", reason: gap.reason, span: gap.span, migration: "2.sql" },
    ]);
  });
});
