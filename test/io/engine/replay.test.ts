import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diffCatalogs } from "../../../src/catalog/diff.ts";
import { netCauses } from "../../../src/catalog/net-causes.ts";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import type { ReplayResult } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Catalog } from "../../../src/model/catalog.ts";
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

describe("steps", () => {
  test("each pending statement has the catalog before and after it, told by object identity", async () => {
    const pending = migration(
      "2.sql",
      "ALTER TABLE orders RENAME total TO amount; COMMENT ON TABLE orders IS 'x'; ALTER TABLE orders ALTER note SET NOT NULL;",
    );
    const { steps, baseline, catalog, problems } = await replay(engine, parser, [shop, pending]);
    expect(problems).toEqual([]);
    expect(steps.map((step) => diffCatalogs(step.before, step.after).map((change) => change.kind))).toEqual([
      ["column-renamed"],
      [],
      ["column-nullability-changed"],
    ]);
    expect(new Set(steps.map((step) => step.transaction)).size).toBe(1);
    expect(relation(baseline, "orders").columns.map((column) => [column.name, column.type.text, column.default])).toEqual([
      ["id", "bigint", "nextval('public.orders_id_seq'::regclass)"],
      ["total", "numeric(10,2)", "0"],
      ["note", "text", null],
    ]);
    expect(relation(catalog, "orders").columns[1]?.name).toBe("amount");
    expect(netCauses(baseline, steps).map(({ step, change }) => [step, change.kind])).toEqual([
      [0, "column-renamed"],
      [2, "column-nullability-changed"],
    ]);
  });

  test("a statement that changes nothing shares the catalog before it", async () => {
    const { steps } = await replay(engine, parser, [
      shop,
      migration("2.sql", "SELECT 1; INSERT INTO orders (total) VALUES (1); GRANT SELECT ON orders TO reader;"),
    ]);
    for (const step of steps) expect(step.after).toBe(step.before);
    expect(steps.map((step) => step.certainty)).toEqual(["executed", "executed", "executed"]);
  });

  test("DO blocks and functions are executed", async () => {
    const sql = "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN ' || quote_ident('made here') || ' int'; END $$;";
    const { catalog } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(relation(catalog, "orders").columns.at(-1)?.name).toBe("made here");
  });
});

describe("refusals", () => {
  test("PostgreSQL's error stands at its place, and nothing of the transaction stays", async () => {
    const sql = "ALTER TABLE orders ADD a int;\nALTER TABLE orders DROP COLUMN missing;\nALTER TABLE orders ADD b int;";
    const { steps, catalog, baseline, problems } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(catalog).toEqual(baseline);
    expect(steps.map((step) => step.error?.code ?? null)).toEqual([null, "42703", null]);
    expect(steps[1]?.error?.message).toBe('column "missing" of relation "orders" does not exist');
    expect(steps[2]).toMatchObject({ certainty: "unknown" });
    expect(problems.map(({ code, span }) => [code, span?.start.line])).toEqual([["sql-refused", 2]]);
    expect(netCauses(baseline, steps)).toEqual([]);
  });

  test("the server's position is counted in characters, multi-byte text and surrogate pairs before it", async () => {
    const sql = "/* é 😀 */ SELECT 'ü😀', nope FROM orders";
    const { steps } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    const span = steps[0]?.error?.span;
    expect(sql.slice(span?.start.offset, span?.end.offset)).toBe("nope");
  });

  test("what a block executes is refused in PostgreSQL's own words, in a transaction too", async () => {
    const sql = "ALTER TABLE orders ADD x int; DO $$ BEGIN EXECUTE 'ALTER TABLE orders DROP none'; END $$; SELECT 1;";
    const { steps, problems } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(problems.map(({ code }) => code)).toEqual(["sql-refused"]);
    expect(steps[1]?.error).toMatchObject({ code: "42703", message: 'column "none" of relation "orders" does not exist' });
  });

  test("without a transaction what came before stays, and what follows is not reached", async () => {
    const sql = "ALTER TABLE orders ADD a int; SELECT nope(); ALTER TABLE orders ADD b int;";
    const { catalog, steps } = await replay(engine, parser, [shop, migration("2.sql", sql, { transactional: false })]);
    expect(relation(catalog, "orders").columns.map((column) => column.name)).toEqual(["id", "total", "note", "a"]);
    expect(steps.map((step) => step.error?.code ?? null)).toEqual([null, "42883", null]);
    expect(steps[0]?.transaction).not.toBe(steps[1]?.transaction);
  });

  test("a refused applied migration leaves a problem and the history goes on", async () => {
    const broken = applied("2.sql", "CREATE TABLE half (id int); SELECT nope();");
    const { catalog, problems } = await replay(engine, parser, [shop, broken, applied("3.sql", "CREATE TABLE third (id int);")]);
    expect(catalog.relations.map((one) => one.name)).toEqual(["orders", "third"]);
    expect(problems.map(({ code, migration: id }) => [code, id])).toEqual([["sql-refused", "2.sql"]]);
  });

  test("an applied migration that commits half way is gone on with where it stood", async () => {
    const sql =
      "BEGIN; CREATE TABLE first_half (id int); COMMIT; GRANT SELECT ON first_half TO somebody; CREATE TABLE second_half (id int);";
    const { catalog, problems } = await replay(engine, parser, [
      applied("1.sql", sql),
      applied("2.sql", sql.replaceAll("_half", "_other"), { transactional: false }),
    ]);
    expect(problems).toEqual([]);
    expect(catalog.relations.map((one) => one.name)).toEqual(["first_half", "first_other", "second_half", "second_other"]);
  });

  test("a syntax error is told and nothing of that migration runs", async () => {
    const { catalog, baseline, syntaxProblems } = await replay(engine, parser, [
      shop,
      migration("2.sql", "ALTER TABLE orders ADD a int; ALTER TABEL orders ADD b int;"),
    ]);
    expect(catalog).toEqual(baseline);
    expect(syntaxProblems).toHaveLength(1);
  });
});

describe("sessions and transactions", () => {
  test("search_path, roles and temporary tables end with their migration", async () => {
    const first = applied("1.sql", "CREATE SCHEMA a; SET search_path TO a; CREATE TEMP TABLE gone (id int); CREATE TABLE t1 (id int);");
    const { catalog } = await replay(engine, parser, [first, migration("2.sql", "CREATE TABLE t2 (id int); CREATE TABLE gone (id int);")]);
    expect(catalog.relations.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["a.t1", "public.gone", "public.t2"]);
    expect(catalog.searchPath).toEqual(["public"]);
  });

  test("ALTER DATABASE … SET search_path counts from the next migration on", async () => {
    const sql =
      "CREATE SCHEMA app; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO app, public', current_database()); END $$; CREATE TABLE t1 (id int);";
    const { catalog } = await replay(engine, parser, [applied("1.sql", sql), migration("2.sql", "CREATE TABLE t2 (id int);")]);
    expect(catalog.relations.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["app.t2", "public.t1"]);
  });

  test("the user's own search_path is that of every session", async () => {
    const { catalog } = await replay(
      engine,
      parser,
      [applied("1.sql", "CREATE SCHEMA auth"), migration("2.sql", "CREATE TABLE t (id int)")],
      null,
      { searchPath: ["auth", "public"] },
    );
    expect(relation(catalog, "t").schema).toBe("auth");
    expect(catalog.searchPath).toEqual(["auth", "public"]);
  });

  test("a file's own BEGIN and COMMIT are honoured", async () => {
    const sql = "BEGIN; ALTER TABLE orders ADD a int; COMMIT; BEGIN; ALTER TABLE orders ADD b int; ROLLBACK;";
    const { catalog, steps } = await replay(engine, parser, [shop, migration("2.sql", sql)]);
    expect(relation(catalog, "orders").columns.at(-1)?.name).toBe("a");
    const [first, , third, fourth, , last] = steps.map((step) => step.transaction);
    expect([first, fourth]).toEqual([third, last]);
    expect(first).not.toBe(fourth);
  });

  test("CREATE INDEX CONCURRENTLY runs alone, and is refused in a transaction of a tool that wraps", async () => {
    const alone = migration("2.sql", "CREATE UNIQUE INDEX CONCURRENTLY orders_note ON orders (note);");
    const { catalog, problems } = await replay(engine, parser, [shop, alone]);
    expect(problems).toEqual([]);
    expect(relation(catalog, "orders").uniqueIndexes.map((index) => [index.name, index.usableAsIdentity])).toEqual([
      ["orders_note", false],
    ]);
    const wrapped = migration("2.sql", "ALTER TABLE orders ADD a int; CREATE INDEX CONCURRENTLY ON orders (a);", { tool: "goose" });
    expect((await replay(engine, parser, [shop, wrapped])).steps[1]?.error?.code).toBe("25001");
  });

  test("rows that break a constraint at the commit are left out: the real ones are not here", async () => {
    const sql = `CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED); INSERT INTO child VALUES (7);
      COMMENT ON TABLE child IS 'between'; INSERT INTO parent VALUES (8); INSERT INTO parent VALUES (9);`;
    const parent = applied("1.sql", "CREATE TABLE parent (id int PRIMARY KEY);");
    const { catalog, problems } = await replay(engine, parser, [parent, migration("2.sql", sql)]);
    expect(problems).toEqual([]);
    expect(catalog.relations.map((one) => one.name)).toEqual(["child", "parent"]);
  });
});

const tables = ({ relations }: Catalog): readonly string[] => relations.map(({ name }) => name);

/** A pending migration of Drizzle's. */
const inPieces = async (texts: readonly string[]): Promise<ReplayResult> => {
  const parts = { tool: "drizzle", pieces: texts.map((sql) => ({ sql, start: 0, substitutions: [] })) } as const;
  return replay(engine, parser, [shop, migration("2.sql", texts.join(""), parts)]);
};

describe("a COMMIT of the file's own in a transaction of the tool's", () => {
  const text = "CREATE TABLE a (); COMMIT; CREATE TABLE b (); INSERT INTO b DEFAULT VALUES; ROLLBACK; CREATE TABLE c ();";

  test.each([
    ["sqlx", ["a", "c"]],
    ["flyway", ["a", "c"]],
    ["goose", ["a", "b", "c"]],
    ["atlas", ["a", "b", "c"]],
  ] as const)("leaves the rest as %s sends it", async (tool, left) => {
    expect(tables((await replay(engine, parser, [migration("1.sql", text, { tool })])).catalog)).toEqual(left);
    expect(tables((await replay(engine, parser, [applied("1.sql", text, { tool })])).catalog)).toEqual(left);
  });

  test("leaves each later piece a block of its own", async () => {
    const pieces = ["CREATE TABLE a (); COMMIT; CREATE TABLE b ();", "CREATE TABLE c (); ROLLBACK; CREATE TABLE d ();"];
    const parts = { tool: "drizzle", pieces: pieces.map((sql, at) => ({ sql, start: at * 45, substitutions: [] })) } as const;
    expect(tables((await replay(engine, parser, [migration("1.sql", pieces.join(""), parts)])).catalog)).toEqual(["a", "b", "d"]);
  });

  test("leaves a later piece of one statement outside of any block", async () => {
    const pieces = [
      "CREATE TABLE a (id int); COMMIT;",
      "CREATE INDEX CONCURRENTLY i ON a (id);",
      "ALTER TABLE a ADD COLUMN b int; SELECT 1;",
    ];
    const { catalog, problems } = await inPieces(pieces);
    expect(problems).toEqual([]);
    expect(relation(catalog, "a").columns.map(({ name }) => name)).toEqual(["id", "b"]);
    // A COMMIT ends the tool's transaction too where nothing stands before it.
    expect(
      (await inPieces(["COMMIT;", "DROP INDEX CONCURRENTLY IF EXISTS i;", "CREATE INDEX CONCURRENTLY i ON orders (id);"])).problems,
    ).toEqual([]);
    // In one message with others it is refused.
    const refused = await inPieces([pieces[0] ?? "", `${pieces[1]} SELECT 1;`]);
    expect(refused.problems.map(({ reason }) => reason)).toEqual([expect.stringContaining("cannot run inside a transaction block")]);
  });
});

describe("baselines", () => {
  test("a pg_dump text, psql lines and data blanked, one statement failing alone", async () => {
    const dump =
      "\\restrict abc\nSET search_path = '';\nCREATE TABLE public.a (id int);\nCOPY public.a (id) FROM stdin;\n1\n2\n\\.\nSELECT nope();\nCREATE TABLE public.b (id int);\n";
    const { baseline, problems } = await replay(engine, parser, [], dump);
    expect(baseline.relations.map((one) => one.name)).toEqual(["a", "b"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ span: null, migration: "(baseline)" });
  });

  test("a catalog is rebuilt, and pending migrations run on it", async () => {
    const { catalog } = await replay(engine, parser, [shop]);
    const again = await replay(engine, parser, [migration("2.sql", "ALTER TABLE orders DROP note")], catalog);
    expect(again.problems).toEqual([]);
    expect(relation(again.baseline, "orders").columns.map((column) => column.default)).toEqual(
      relation(catalog, "orders").columns.map((column) => column.default),
    );
    expect(relation(again.catalog, "orders").columns.map((column) => column.name)).toEqual(["id", "total"]);
  });

  test("applied migrations run before pending ones, whatever their order", async () => {
    const early = migration("0.sql", "ALTER TABLE orders ADD early int");
    expect((await replay(engine, parser, [early, shop])).problems).toEqual([]);
  });
});

describe("a lone file", () => {
  test("is executed where it made the types and schemas itself that it drops", async () => {
    const sql =
      "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE TABLE t (id int, m app.mood); DROP TYPE IF EXISTS app.mood CASCADE; DROP SCHEMA IF EXISTS app;";
    const { steps, catalog } = await replay(engine, parser, [migration("1.sql", sql)]);
    expect(steps.map(({ certainty }) => certainty)).toEqual(["executed", "executed", "executed", "executed", "executed"]);
    expect(relation(catalog, "t").columns.map(({ name }) => name)).toEqual(["id"]);
    const lone = await replay(engine, parser, [migration("1.sql", "CREATE TABLE t (id int); DROP SCHEMA IF EXISTS app CASCADE;")]);
    expect(lone.steps.map(({ certainty }) => certainty)).toEqual(["assumed", "assumed"]);
  });

  test("speaks for itself about tables that nobody knows", async () => {
    const { steps, baseline } = await replay(engine, parser, [
      { id: "lone.sql", sql: "ALTER TABLE orders RENAME COLUMN total TO amount;" },
    ]);
    expect(steps.map((step) => [step.certainty, step.error])).toEqual([["assumed", null]]);
    expect(netCauses(baseline, steps).map(({ change }) => change.kind)).toEqual(["column-renamed"]);
  });

  test("IF EXISTS is no reason to believe that a table is not there", async () => {
    const { steps, baseline } = await replay(engine, parser, [{ id: "lone.sql", sql: "DROP TABLE IF EXISTS orders;" }]);
    expect(netCauses(baseline, steps).map(({ change }) => change.kind)).toEqual(["relation-dropped"]);
  });

  test("the engine none executes nothing", async () => {
    const none = await openEngine({ engine: "none" });
    const { steps, baseline } = await replay(none, parser, [shop, migration("2.sql", "ALTER TABLE orders DROP note")]);
    expect(steps.map((step) => step.certainty)).toEqual(["assumed"]);
    expect(netCauses(baseline, steps).map(({ change }) => change.kind)).toEqual(["column-dropped"]);
  });
});

describe("saved states", () => {
  test("the state after the applied migrations is taken up again, also when the history has grown", async () => {
    const folder = await mkdtemp(join(tmpdir(), "driftgate-test-"));
    try {
      const own = await openEngine({ cacheDir: folder });
      const states = async (): Promise<number> => (await readdir(folder)).filter((name) => !name.startsWith("empty-")).length;
      const refused = applied("2.sql", "SELECT nope();");
      const cold = await replay(own, parser, [shop, refused, migration("3.sql", "ALTER TABLE orders ADD a int")]);
      expect(await states()).toBe(1);
      const warm = await replay(own, parser, [shop, refused, migration("3.sql", "ALTER TABLE orders ADD a int")]);
      expect(await states()).toBe(1);
      expect(warm.catalog).toEqual(cold.catalog);
      expect(warm.problems).toEqual(cold.problems);
      const grown = await replay(own, parser, [
        shop,
        refused,
        applied("3.sql", "ALTER TABLE orders ADD a int"),
        migration("4.sql", "ALTER TABLE orders ADD b int"),
      ]);
      expect(await states()).toBe(2);
      expect(relation(grown.catalog, "orders").columns.map((column) => column.name)).toEqual(["id", "total", "note", "a", "b"]);
      const changed = await replay(own, parser, [
        { ...shop, pieces: [{ sql: "CREATE TABLE other (id int)", start: 0, substitutions: [] }] },
      ]);
      expect(changed.catalog.relations.map((one) => one.name)).toEqual(["other"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a damaged state counts as none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "driftgate-test-"));
    try {
      const own = await openEngine({ cacheDir: folder });
      const first = await replay(own, parser, [shop]);
      for (const name of await readdir(folder)) await writeFile(join(folder, name), "damaged");
      expect((await replay(own, parser, [shop])).catalog).toEqual(first.catalog);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test("an engine there is none of is named", async () => {
  await expect(openEngine({ engine: "oracle" })).rejects.toThrow(/there is no engine "oracle"/);
});
