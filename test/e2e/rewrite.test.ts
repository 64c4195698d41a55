import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rewrite } from "../../src/model/report.ts";
import { planRewrites } from "../../src/rewrite/plan.ts";
import { type Fields, type Scenario, alterStatement, renameStatement, rewriteInput, writtenType } from "../rewrite/input.ts";
import { describeSchema, liveCatalog } from "../rewrite/live-catalog.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

interface Case extends Omit<Scenario, "before" | "after"> {
  readonly name: string;
  readonly baseline: string;
  /** Statements of code that knows only the old schema, and of code that knows only the new one, once per time of writing. */
  readonly oldWriter: (time: number) => string;
  readonly newWriter: (time: number) => string;
  /** Rows in the end, of `read`. */
  readonly read: string;
  readonly rows: readonly unknown[];
  /** What the user would do with the rows before the original migration. */
  readonly prepared?: string;
  /** The wanted columns come in another order. */
  readonly otherOrder?: boolean;
}

const int: Fields[string] = { type: "int32", optional: false };
const optional = (schema: Fields[string]): Fields[string] => ({ ...schema, optional: true });
const text: Fields[string] = { type: "string", optional: false };

const baseline = `
  CREATE TABLE item (id integer PRIMARY KEY, state text, label text NOT NULL, qty integer NOT NULL, code text UNIQUE, amount integer DEFAULT 5);
  CREATE INDEX item_state_idx ON item (state);
  CREATE VIEW labels AS SELECT id, label FROM item;
  INSERT INTO item VALUES (1, 'a', 'one', 10, 'c1', 1), (2, NULL, 'two', 20, NULL, NULL);
  INSERT INTO item SELECT n, 'bulk', 'bulk', n, NULL, n FROM generate_series(1000, 13000) AS n;`;
const idFields: Fields = {
  id: int,
  state: optional(text),
  label: text,
  qty: int,
  code: optional(text),
  amount: { ...optional(int), default: 5 },
};

const renamed = (from: string, to: string): Fields =>
  Object.fromEntries(Object.entries(idFields).map(([name, field]) => [name === from ? to : name, field]));

const positionOf = (columns: readonly { readonly name: string; readonly position: number }[], name: string): number =>
  columns.find((column) => column.name === name)?.position ?? 0;

function renameCase(from: string, to: string, quoted = to): Pick<Case, "sql" | "table" | "statement" | "change" | "column" | "fields"> {
  const sql = `ALTER TABLE item RENAME COLUMN ${from} TO ${quoted}`;
  return {
    sql: `${sql};\n`,
    table: "item",
    statement: (place) => renameStatement(place, sql, "item", from, to),
    change: ({ oid, columns }) => ({ relation: oid, kind: "column-renamed", position: positionOf(columns, from), before: from, after: to }),
    column: from,
    fields: { before: idFields, after: renamed(from, to) },
  };
}

const cases: readonly Case[] = [
  {
    name: "rename a nullable column",
    ...renameCase("state", "status"),
    baseline,
    oldWriter: (n) =>
      `INSERT INTO item (id, state, label, qty) VALUES (${n}0, 'old', 'x', 1), (${n}1, NULL, 'x', 1); UPDATE item SET state = 'old${n}' WHERE id = 1`,
    newWriter: (n) =>
      `INSERT INTO item (id, status, label, qty) VALUES (${n}2, 'new', 'x', 1), (${n}3, NULL, 'x', 1); UPDATE item SET status = 'new${n}' WHERE id = 2`,
    read: "SELECT id, status FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, "old2"],
      [2, "new2"],
      [10, "old"],
      [11, null],
      [12, "new"],
      [13, null],
      [20, "old"],
      [21, null],
      [22, "new"],
      [23, null],
    ],
  },
  {
    name: "rename a column that needs quotes, required and without default, at level FULL",
    ...renameCase("label", "Order Name", '"Order Name"'),
    level: "FULL",
    baseline,
    oldWriter: (n) =>
      `INSERT INTO item (id, label, qty) VALUES (${n}0, 'old', 1), (${n}1, '', 1); UPDATE item SET label = 'old${n}' WHERE id = 1`,
    newWriter: (n) =>
      `INSERT INTO item (id, "Order Name", qty) VALUES (${n}2, 'new', 1), (${n}3, '', 1); UPDATE item SET "Order Name" = 'new${n}' WHERE id = 2`,
    read: 'SELECT id, "Order Name" FROM item WHERE id < 1000 ORDER BY id',
    rows: [
      [1, "old2"],
      [2, "new2"],
      [10, "old"],
      [11, ""],
      [12, "new"],
      [13, ""],
      [20, "old"],
      [21, ""],
      [22, "new"],
      [23, ""],
    ],
  },
  {
    name: "rename a nullable column with a default",
    ...renameCase("amount", "price"),
    baseline,
    oldWriter: (n) =>
      `INSERT INTO item (id, label, qty, amount) VALUES (${n}0, 'x', 1, 7), (${n}1, 'x', 1, NULL), (${n}2, 'x', 1, DEFAULT)`,
    newWriter: (n) => `INSERT INTO item (id, label, qty, price) VALUES (${n}3, 'x', 1, 8), (${n}4, 'x', 1, NULL), (${n}5, 'x', 1, DEFAULT)`,
    read: "SELECT id, price FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, 1],
      [2, null],
      [10, 7],
      [11, null],
      [12, 5],
      [13, 8],
      [14, null],
      [15, 5],
      [20, 7],
      [21, null],
      [22, 5],
      [23, 8],
      [24, null],
      [25, 5],
    ],
  },
  {
    name: "rename a unique column",
    ...renameCase("code", "sku"),
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty, code) VALUES (${n}0, 'x', 1, 'o${n}')`,
    newWriter: (n) => `INSERT INTO item (id, label, qty, sku) VALUES (${n}1, 'x', 1, 'n${n}')`,
    read: "SELECT id, sku FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, "c1"],
      [2, null],
      [10, "o1"],
      [11, "n1"],
      [20, "o2"],
      [21, "n2"],
    ],
  },
  {
    name: "drop a required column",
    sql: "ALTER TABLE item\n  DROP COLUMN qty;\n",
    table: "item",
    statement: (place) =>
      alterStatement(place, "ALTER TABLE item\n  DROP COLUMN qty", "item", [
        { kind: "drop-column", column: "qty", ifExists: false, cascade: false, span: place("DROP COLUMN qty") },
      ]),
    change: ({ oid, columns }) => ({ relation: oid, kind: "column-dropped", position: positionOf(columns, "qty") }),
    column: "qty",
    fields: { before: idFields, after: renamed("qty", "-") },
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty) VALUES (${n}0, 'x', 1)`,
    newWriter: (n) => `INSERT INTO item (id, label) VALUES (${n}1, 'x')`,
    read: "SELECT id FROM item WHERE id < 1000 ORDER BY id",
    rows: [[1], [2], [10], [11]],
  },
  {
    name: "change a required integer to numeric",
    sql: "ALTER TABLE item ALTER COLUMN qty TYPE numeric(12,3);\n",
    table: "item",
    statement: (place) =>
      alterStatement(place, "ALTER TABLE item ALTER COLUMN qty TYPE numeric(12,3)", "item", [
        {
          kind: "alter-type",
          column: "qty",
          type: writtenType("numeric(12,3)"),
          using: null,
          span: place("ALTER COLUMN qty TYPE numeric(12,3)"),
        },
      ]),
    change: ({ oid, columns }) => ({ relation: oid, kind: "column-type-changed", position: positionOf(columns, "qty") }),
    column: "qty",
    fields: {
      before: idFields,
      after: { ...idFields, qty: { type: "bytes", optional: false, name: "org.apache.kafka.connect.data.Decimal" } },
    },
    baseline,
    oldWriter: (n) =>
      `INSERT INTO item (id, label, qty) VALUES (${n}0, 'x', 7), (${n}1, 'x', 0); UPDATE item SET qty = qty + 1 WHERE id = 1`,
    newWriter: (n) =>
      `INSERT INTO item (id, label, qty_numeric) VALUES (${n}2, 'x', 7.5), (${n}3, 'x', 0); UPDATE item SET qty_numeric = 2.25 WHERE id = 2; UPDATE item SET label = 'touched' WHERE id = 2`,
    read: "SELECT id, qty FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, "12.000"],
      [2, "2.250"],
      [10, "7.000"],
      [11, "0.000"],
      [12, "7.500"],
      [13, "0.000"],
      [20, "7.000"],
      [21, "0.000"],
      [22, "7.500"],
      [23, "0.000"],
    ],
    otherOrder: true,
  },
  {
    name: "change a unique nullable text to integer with USING",
    sql: "ALTER TABLE item ALTER COLUMN code TYPE integer USING (substr(item.code, 2))::integer;\n",
    table: "item",
    statement: (place) =>
      alterStatement(place, "ALTER TABLE item ALTER COLUMN code TYPE integer USING (substr(item.code, 2))::integer", "item", [
        {
          kind: "alter-type",
          column: "code",
          type: writtenType("integer"),
          using: "(substr(item.code, 2))::integer",
          span: place("ALTER COLUMN code TYPE integer USING (substr(item.code, 2))::integer"),
        },
      ]),
    change: ({ oid, columns }) => ({ relation: oid, kind: "column-type-changed", position: positionOf(columns, "code") }),
    column: "code",
    fields: { before: idFields, after: { ...idFields, code: optional(int) } },
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty, code) VALUES (${n}0, 'x', 1, 'z${n}00'), (${n}1, 'x', 1, NULL)`,
    newWriter: () => "SELECT code_int4 FROM item WHERE id = 1",
    read: "SELECT id, code FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, 1],
      [2, null],
      [10, 100],
      [11, null],
      [20, 200],
      [21, null],
    ],
    otherOrder: true,
  },
  {
    name: "make a column NOT NULL",
    prepared: "UPDATE item SET amount = 5 WHERE amount IS NULL",
    sql: "ALTER TABLE item ALTER COLUMN amount SET NOT NULL;\n",
    table: "item",
    statement: (place) =>
      alterStatement(place, "ALTER TABLE item ALTER COLUMN amount SET NOT NULL", "item", [
        { kind: "set-not-null", column: "amount", span: place("ALTER COLUMN amount SET NOT NULL") },
      ]),
    change: ({ oid, columns }) => ({
      relation: oid,
      kind: "column-nullability-changed",
      position: positionOf(columns, "amount"),
      notNull: true,
    }),
    column: "amount",
    fields: { before: idFields, after: { ...idFields, amount: { ...int, default: 5 } } },
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty, amount) VALUES (${n}0, 'x', 1, 3)`,
    newWriter: (n) => `INSERT INTO item (id, label, qty) VALUES (${n}1, 'x', 1)`,
    read: "SELECT id, amount FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, 1],
      [2, 5],
      [10, 3],
      [11, 5],
      [20, 3],
      [21, 5],
    ],
  },
  {
    name: "add a NOT NULL column",
    prepared: "TRUNCATE item",
    sql: "ALTER TABLE item ADD COLUMN weight integer NOT NULL;\n",
    table: "item",
    statement: (place) =>
      alterStatement(place, "ALTER TABLE item ADD COLUMN weight integer NOT NULL", "item", [
        {
          kind: "add-column",
          ifNotExists: false,
          span: place("ADD COLUMN weight integer NOT NULL"),
          column: {
            name: "weight",
            type: writtenType("integer"),
            notNull: true,
            default: null,
            identity: null,
            generated: null,
            primaryKey: false,
            unique: false,
            span: place("weight integer NOT NULL"),
          },
        },
      ]),
    change: (_, { oid, columns }) => ({ relation: oid, kind: "column-added", position: positionOf(columns, "weight") }),
    column: "weight",
    fields: { before: idFields, after: { ...idFields, weight: int } },
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty) VALUES (${n}0, 'x', 1)`,
    newWriter: (n) => `INSERT INTO item (id, label, qty, weight) VALUES (${n}1, 'x', 1, 4)`,
    read: "SELECT id, weight FROM item WHERE id < 1000 ORDER BY id",
    rows: [
      [1, 0],
      [2, 0],
      [10, 0],
      [11, 4],
    ],
  },
  {
    name: "rename a table",
    sql: "ALTER TABLE item RENAME TO article;\n",
    table: "item",
    statement: (place) => renameStatement(place, "ALTER TABLE item RENAME TO article", "item", "item", "article"),
    change: ({ oid }) => ({ relation: oid, kind: "relation-renamed", before: "item", after: "article" }),
    column: null,
    fields: { before: idFields, after: idFields },
    baseline,
    oldWriter: (n) => `INSERT INTO item (id, label, qty) VALUES (${n}0, 'x', 1); UPDATE item SET state = 'old${n}' WHERE id = 1`,
    newWriter: (n) =>
      `INSERT INTO article (id, label, qty) VALUES (${n}1, 'x', 1) ON CONFLICT (id) DO NOTHING; UPDATE article SET state = 'new${n}' WHERE id = 2`,
    read: "SELECT id, state, amount FROM article WHERE id < 1000 ORDER BY id",
    rows: [
      [1, "old1", 1],
      [2, "new1", null],
      [10, null, 5],
      [11, null, 5],
    ],
  },
];

/** Runs a phase as Flyway would: each file in a transaction, unless the file beside it says otherwise. */
async function runPhase(client: Client, phase: Rewrite["phases"][number]): Promise<void> {
  const alone = new Set(phase.files.filter(({ path }) => path.endsWith(".conf")).map(({ path }) => path.replace(/\.conf$/, "")));
  for (const { path, sql } of phase.files) {
    if (path.endsWith(".conf")) continue;
    await client.query(alone.has(path) ? sql : `BEGIN;\n${sql}\n;COMMIT;`);
  }
}

async function prepare(scenario: Case): Promise<{ readonly planned: Client; readonly direct: Client; readonly rewrite: Rewrite }> {
  const id = `case_${cases.indexOf(scenario)}`;
  await server.createDatabase(id);
  const planned = await server.connect(id);
  await planned.query(scenario.baseline);
  await planned.end();
  await server.createDatabase(`${id}_direct`, id);
  const direct = await server.connect(`${id}_direct`);
  const before = await liveCatalog(direct);
  if (scenario.prepared !== undefined) await direct.query(scenario.prepared);
  await direct.query(scenario.sql);
  const after = await liveCatalog(direct);
  const { rewrites, noRewrite } = planRewrites(rewriteInput({ ...scenario, before, after }));
  expect(noRewrite).toEqual({});
  const [rewrite] = rewrites;
  if (rewrite === undefined) throw new Error("no rewrite");
  return { planned: await server.connect(id), direct, rewrite };
}

describe("on a real PostgreSQL, with old and new writers in between", () => {
  test.each(cases)("$name", async (scenario) => {
    const { planned, direct, rewrite } = await prepare(scenario);
    const [expand, ...rest] = rewrite.phases;
    if (expand === undefined) throw new Error("no expand phase");
    await runPhase(planned, expand);
    const write = async (time: number): Promise<void> => {
      await planned.query(scenario.oldWriter(time));
      await planned.query(scenario.newWriter(time));
    };
    await write(1);
    for (const phase of rest.filter(({ name }) => name === "migrate")) {
      await runPhase(planned, phase);
      await write(2);
    }
    for (const phase of rest.filter(({ name }) => name === "contract")) await runPhase(planned, phase);
    const rows = await planned.query({ text: scenario.read, rowMode: "array" });
    expect(rows.rows).toEqual(scenario.rows);
    const order = (lines: readonly string[]): readonly string[] => (scenario.otherOrder === true ? [...lines].sort() : lines);
    expect(order(await describeSchema(planned))).toEqual(order(await describeSchema(direct)));
    await direct.end();
    await planned.end();
  });
});
