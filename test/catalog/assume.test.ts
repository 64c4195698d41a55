import { beforeAll, describe, expect, it } from "vitest";
import { assume } from "../../src/catalog/assume/assume.ts";
import type { Assumption } from "../../src/catalog/assume/assume.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog, Relation } from "../../src/model/catalog.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import { cpuMs } from "../support/cpu-time.ts";

const empty: Catalog = { relations: [], types: [], publications: [], searchPath: ["public"] };
const whole = { inventsTables: false };
let parser: Parser;
beforeAll(async () => {
  parser = await createParser();
});

/** Every statement in turn, on a catalog that is known to be whole. */
function run(sql: string, from: Catalog = empty): Catalog {
  let catalog = from;
  const { statements, problems } = parseMigration(parser, { id: "a.sql", sql });
  expect(problems).toEqual([]);
  for (const statement of statements) {
    const result = assume(catalog, statement, whole);
    expect([statement.sql, result.certainty, result.reason]).toEqual([statement.sql, "assumed", expect.any(String)]);
    catalog = result.catalog;
  }
  return catalog;
}

function one(sql: string, from: Catalog = empty, inventsTables = true): Assumption {
  const [statement] = parseMigration(parser, { id: "a.sql", sql }).statements;
  if (statement === undefined) throw new Error(`no statement in ${sql}`);
  return assume(from, statement, { inventsTables });
}

function table(catalog: Catalog, name: string): Relation {
  const relation = catalog.relations.find((candidate) => candidate.name === name);
  if (relation === undefined) throw new Error(`no table ${name}`);
  return relation;
}

const columnsOf = (relation: Relation): readonly string[] =>
  relation.columns.map((column) =>
    [column.position, column.name, column.type.text, column.notNull ? "not null" : "", column.default ?? ""].join("|"),
  );

const base =
  "CREATE TABLE orders (id bigserial PRIMARY KEY, name varchar(40) NOT NULL DEFAULT 'new', total numeric(10,2) UNIQUE, at timestamptz DEFAULT now());";

describe("tables", () => {
  it("are made as PostgreSQL would make them", () => {
    const catalog = run(base);
    const orders = table(catalog, "orders");
    expect(columnsOf(orders)).toEqual([
      "1|id|bigint|not null|nextval('public.orders_id_seq'::regclass)",
      "2|name|character varying(40)|not null|'new'::character varying",
      "3|total|numeric(10,2)||",
      "4|at|timestamp with time zone||now()",
    ]);
    expect(orders.columns.map((column) => [column.type.oid, column.type.modifier, column.storage])).toEqual([
      [20, -1, "plain"],
      [1043, 44, "extended"],
      [1700, 655_366, "main"],
      [1184, -1, "plain"],
    ]);
    expect(orders.oid).toBeLessThan(0);
    expect(orders.primaryKey).toEqual({ name: "orders_pkey", columns: ["id"] });
    expect(orders.uniqueIndexes.map((index) => [index.name, index.columns, index.usableAsIdentity])).toEqual([
      ["orders_total_key", ["total"], false],
    ]);
    expect(catalog.types.map((type) => type.name)).toEqual(["int8", "numeric", "timestamptz", "varchar"]);
  });

  it("take many sub-commands at once, and never reuse a column number or an oid", () => {
    const catalog = run(
      `${base} ALTER TABLE orders DROP COLUMN at, ADD COLUMN at date, ALTER name TYPE text, ALTER name DROP NOT NULL, ALTER total SET NOT NULL, ALTER total SET DEFAULT -1;
       ALTER TABLE orders DROP at; ALTER TABLE orders ADD note text[] DEFAULT '{}';`,
    );
    const orders = table(catalog, "orders");
    expect(columnsOf(orders)).toEqual([
      "1|id|bigint|not null|nextval('public.orders_id_seq'::regclass)",
      "2|name|text||'new'::character varying",
      "3|total|numeric(10,2)|not null|'-1'::integer",
      "6|note|text[]||'{}'::text[]",
    ]);
    expect(orders.uniqueIndexes[0]?.usableAsIdentity).toBe(true);
    const again = run("DROP TABLE orders; CREATE TABLE orders (id int);", catalog);
    expect(table(again, "orders").oid).toBeLessThan(orders.oid);
  });

  it("keep their identity when they, their columns, keys, types and schemas are renamed", () => {
    const made = run(`CREATE TYPE mood AS ENUM ('sad', 'ok'); ${base} ALTER TABLE orders ADD feeling mood DEFAULT 'ok', ADD moods mood[];
      CREATE PUBLICATION p FOR TABLE orders (id, name);`);
    const catalog = run(
      `ALTER TABLE orders RENAME name TO title; ALTER TABLE orders RENAME TO sales; ALTER INDEX orders_pkey RENAME TO sales_key;
       ALTER TYPE mood RENAME TO feeling; ALTER TYPE feeling RENAME VALUE 'sad' TO 'blue'; ALTER TYPE feeling ADD VALUE 'fine' BEFORE 'ok';
       ALTER TABLE sales SET SCHEMA shop;`,
      made,
    );
    const sales = table(catalog, "sales");
    expect([sales.oid, sales.schema, sales.primaryKey]).toEqual([
      table(made, "orders").oid,
      "shop",
      { name: "sales_key", columns: ["id"] },
    ]);
    expect(sales.columns.map((column) => [column.position, column.name, column.type.text])).toEqual([
      [1, "id", "bigint"],
      [2, "title", "character varying(40)"],
      [3, "total", "numeric(10,2)"],
      [4, "at", "timestamp with time zone"],
      [5, "feeling", "public.feeling"],
      [6, "moods", "public.feeling[]"],
    ]);
    const [before, after] = [made, catalog].map((state) => state.types.find((type) => type.kind === "enum"));
    expect(after?.labels.map((entry) => entry.label)).toEqual(["blue", "fine", "ok"]);
    expect(after?.labels[0]?.oid).toBe(before?.labels[0]?.oid);
    expect(catalog.publications[0]?.tables).toEqual([{ schema: "shop", name: "sales", columns: ["id", "title"], where: null }]);
  });

  it("pass changes on to partitions, which go with them", () => {
    const made = run(
      `CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
       CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
       ALTER TABLE events ADD note text; ALTER TABLE events RENAME id TO key; ALTER TABLE events RENAME TO log;`,
    );
    const part = table(made, "events_1");
    expect(part.columns.map((column) => column.name)).toEqual(["key", "at", "note"]);
    expect(part.primaryKey).toEqual({ name: "events_1_pkey", columns: ["key", "at"] });
    expect(part.partitionOf).toEqual({ schema: "public", name: "log", bound: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" });
    expect(run("DROP TABLE log", made).relations).toEqual([]);
  });

  it("lose what CASCADE and dropped types take away", () => {
    const made =
      run(`CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id int, m mood, n int, UNIQUE (n)); ALTER TABLE t ALTER n SET NOT NULL;
      ALTER TABLE t REPLICA IDENTITY USING INDEX t_n_key;`);
    expect(table(made, "t").replicaIdentity).toEqual({ index: "t_n_key" });
    expect(table(run("DROP TYPE mood CASCADE", made), "t").columns.map((column) => column.name)).toEqual(["id", "n"]);
    const bare = table(run("ALTER TABLE t DROP n", made), "t");
    expect([bare.uniqueIndexes, bare.replicaIdentity]).toEqual([[], "nothing"]);
  });

  it("copy others with LIKE and INHERITS", () => {
    const catalog = run(
      `${base} CREATE TABLE a (LIKE orders); CREATE TABLE b (LIKE orders INCLUDING ALL, extra int); CREATE TABLE c (x int) INHERITS (a);`,
    );
    expect(table(catalog, "a").columns.map((column) => column.default)).toEqual([null, null, null, null]);
    expect([table(catalog, "b").columns.length, table(catalog, "b").primaryKey?.name]).toEqual([5, "b_pkey"]);
    expect(table(catalog, "c").inherits).toEqual([{ schema: "public", name: "a" }]);
  });

  it("follow the search path, and leave temporary ones out", () => {
    const catalog = run(`SET search_path TO shop, public; ${base} CREATE TEMP TABLE x (a int);`);
    expect(catalog.relations.map((relation) => `${relation.schema}.${relation.name}`)).toEqual(["shop.orders"]);
  });

  it("share everything that a statement leaves alone", () => {
    const catalog = run(`${base} CREATE TABLE other (a int);`);
    const next = run("ALTER TABLE orders ADD b int", catalog);
    expect(table(next, "other")).toBe(table(catalog, "other"));
    expect(
      run(
        "CREATE INDEX ON orders (name); COMMENT ON TABLE orders IS 'x'; DROP TABLE IF EXISTS nothing; UPDATE orders SET name = 'x'",
        catalog,
      ),
    ).toBe(catalog);
  });
});

describe("a table that is not known", () => {
  it.each([
    ["ALTER TABLE t DROP COLUMN a", ["a|unknown|"], []],
    ["ALTER TABLE t RENAME a TO b", ["a|unknown|"], ["b|unknown|"]],
    ["ALTER TABLE t ALTER a TYPE bigint", ["a|unknown|"], ["a|bigint|"]],
    ["ALTER TABLE t ALTER a SET NOT NULL", ["a|unknown|"], ["a|unknown|not null"]],
    ["ALTER TABLE t ALTER a DROP NOT NULL", ["a|unknown|not null"], ["a|unknown|"]],
    ["ALTER TABLE t ADD a int NOT NULL", [], ["a|integer|not null"]],
  ])("is invented with what is named: %s", (sql, before, after) => {
    const result = one(sql);
    const show = (catalog: Catalog): readonly string[] =>
      table(catalog, "t").columns.map((column) => [column.name, column.type.text, column.notNull ? "not null" : ""].join("|"));
    expect([show(result.before), show(result.catalog)]).toEqual([before, after]);
    expect(table(result.before, "t").oid).toBe(table(result.catalog, "t").oid);
    expect([result.certainty, result.reason]).toEqual(["assumed", expect.stringContaining("table t is not known")]);
  });

  it("is invented to be dropped, renamed and moved", () => {
    expect(one("DROP TABLE s.t").before.relations.map((relation) => relation.schema)).toEqual(["s"]);
    expect(one("DROP TABLE s.t").catalog.relations).toEqual([]);
    expect(one("ALTER TABLE t RENAME TO u").catalog.relations.map((relation) => relation.name)).toEqual(["u"]);
  });

  it("makes the step unknown where the history is known to be whole, but for IF EXISTS", () => {
    const result = one("ALTER TABLE t DROP COLUMN a", empty, false);
    expect([result.certainty, result.reason, result.catalog]).toEqual(["unknown", "table t is not known", empty]);
    expect(one("ALTER TABLE IF EXISTS t DROP COLUMN a", empty, false).certainty).toBe("assumed");
    expect(one("DROP TABLE IF EXISTS t", empty, false).certainty).toBe("assumed");
  });
});

it.each([
  "DO $$ BEGIN EXECUTE 'x'; END $$",
  "DO $$ BEGIN ALTER TABLE t ADD a int; END $$",
  "CALL p()",
  "SELECT create_hypertable('t', 'at')",
  "EXECUTE plan",
  "ROLLBACK",
  "CREATE TABLE t AS SELECT 1 AS a",
  "ALTER TABLE t ADD a citext",
  "ALTER TYPE mood ADD VALUE 'x'",
  "DROP EXTENSION citext CASCADE",
  "ALTER TABLE t DROP CONSTRAINT something",
  "ALTER PUBLICATION p DROP TABLE t",
])("does not know what %s does, and says why", (sql) => {
  const result = one(sql);
  expect(result.certainty).toBe("unknown");
  expect(result.reason).not.toBe("");
});

describe("publications", () => {
  it("follow CREATE, ADD, DROP, SET and their options", () => {
    const made = run(
      `${base} CREATE TABLE b (x int, y int); CREATE PUBLICATION p FOR TABLE orders, TABLES IN SCHEMA s WITH (publish = 'insert, update');`,
    );
    expect(made.publications[0]).toMatchObject({
      name: "p",
      allTables: false,
      publish: ["insert", "update"],
      viaRoot: false,
      schemas: ["s"],
    });
    const added = run(
      "ALTER PUBLICATION p ADD TABLE b (x) WHERE (x > 1); ALTER PUBLICATION p DROP TABLE orders; ALTER PUBLICATION p SET (publish_via_partition_root)",
      made,
    );
    expect(added.publications[0]).toMatchObject({
      tables: [{ schema: "public", name: "b", columns: ["x"], where: "(x > 1)" }],
      viaRoot: true,
    });
    expect(run("DROP TABLE b", added).publications[0]?.tables).toEqual([]);
    expect(run("ALTER PUBLICATION p RENAME TO q; DROP PUBLICATION q", added).publications).toEqual([]);
  });
});

describe("defaults", () => {
  it.each([
    ["int DEFAULT 0", "0"],
    ["bigint DEFAULT 9999999999", "'9999999999'::bigint"],
    ["numeric DEFAULT -1.5", "'-1.5'::numeric"],
    ["boolean DEFAULT 'yes'", "true"],
    ["text DEFAULT NULL", null],
    ["varchar(3) DEFAULT NULL", "NULL::character varying"],
    ["char(3) DEFAULT 'abc'", "'abc'::bpchar"],
    ["jsonb DEFAULT '{}'::jsonb", "'{}'::jsonb"],
    ["timestamptz DEFAULT current_timestamp", "CURRENT_TIMESTAMP"],
    ["uuid DEFAULT gen_random_uuid ()", "gen_random_uuid()"],
    ["text[] DEFAULT ARRAY['a', 'b']::text[]", "ARRAY['a'::text, 'b'::text]"],
    ["int DEFAULT nextval('q')", "nextval('public.q'::regclass)"],
    ["text DEFAULT upper('a') || 'b'", "upper('a') || 'b'"],
  ])("%s", (definition, text) => {
    expect(table(run(`CREATE TABLE t (a ${definition})`), "t").columns[0]?.default).toBe(text);
  });
});

it("applies 10,000 statements to 1,000 tables in no time", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `t${i}`);
  let catalog = run(names.map((name) => `CREATE TABLE ${name} (id int);`).join("\n"));
  const sql = Array.from({ length: 10_000 }, (_, i) => `ALTER TABLE t${i % 1000} ADD c${i} int;`).join("\n");
  const { statements } = parseMigration(parser, { id: "a.sql", sql });
  const time = cpuMs(() => {
    for (const statement of statements) catalog = assume(catalog, statement, whole).catalog;
  });
  expect(time).toBeLessThan(5000);
  expect(table(catalog, "t0").columns).toHaveLength(11);
});
