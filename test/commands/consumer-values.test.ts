import { afterEach, expect, test } from "vitest";
import { connector, judges, undoAll } from "../support/bad-run.ts";

// What a consumer reads after a change that a registry takes, told by `driftgate check` with a value that was encoded and decoded.

afterEach(undoAll);

interface Column {
  readonly before: string;
  readonly alter: string;
  /** Type in the consumer's schema, and default where it has one. */
  readonly reads: unknown;
  readonly default?: unknown;
  /** What the finding says of the field. */
  readonly says: readonly (string | RegExp)[];
}

const logical = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });
const decimal = (precision: number, scale: number) => logical("bytes", "decimal", { precision, scale });

/** Each class of changes that no registry stops and that still change what is read. */
const columns: Readonly<Record<string, Column>> = {
  moment: {
    before: "timestamp(3) NOT NULL",
    alter: "TYPE timestamp(6)",
    reads: logical("long", "timestamp-millis"),
    says: ["microseconds are taken for milliseconds", "2026-01-02T03:04:05Z is sent and +057974-03-28T20:03:20Z is read"],
  },
  clock: {
    before: "time(3) NOT NULL",
    alter: "TYPE time(6)",
    reads: { type: "long", "connect.name": "io.debezium.time.Time" },
    says: ["microseconds of the day are taken for milliseconds of the day", "03:04:05 is sent and 11045000000 (past midnight) is read"],
  },
  day: {
    before: "date NOT NULL",
    alter: "TYPE timestamp(6)",
    reads: "long",
    says: ["microseconds are taken for days", "2026-01-02T03:04:05Z is sent and 1767323045000000 (no date) is read"],
  },
  amount: {
    before: "numeric(10,2)",
    alter: "TYPE numeric(12,4)",
    reads: ["null", decimal(10, 2)],
    default: null,
    says: ["a decimal with 4 digits after the point is taken for one with 2", "12.3400 is sent and 1234.00 is read"],
  },
  price: {
    before: "numeric(10,2)",
    alter: "TYPE numeric(14,2)",
    reads: ["null", decimal(10, 2)],
    default: null,
    says: [
      "numbers of up to 14 digits come, and it has room for 10",
      "123456789012.34 is sent and 123456789012.34 (14 digits, and it has room for 10) is read",
    ],
  },
  rate: {
    before: "numeric(10,2)",
    alter: "TYPE text USING rate::text",
    reads: ["null", decimal(10, 2)],
    default: null,
    says: ["text is read as bytes", '"text" is sent and 19528070.28 is read'],
  },
  payload: {
    before: "bytea",
    alter: "TYPE text USING encode(payload, 'hex')",
    reads: ["null", "bytes"],
    default: null,
    says: ["text is read as bytes", '"text" is sent and 0x74657874 is read'],
  },
  label: {
    before: "text",
    alter: "TYPE bytea USING label::bytea",
    reads: ["null", "string"],
    default: null,
    says: ["bytes are read as text, and what is no UTF-8 is lost", /0x00ff10 is sent and ".*�.*" is read/],
  },
  mood: {
    before: "mood",
    alter: "SET DEFAULT 'happy'",
    reads: ["null", { type: "string", "connect.name": "io.debezium.data.Enum", "connect.parameters": { allowed: "happy,sad" } }],
    default: null,
    says: ['values it does not know come: "calm"', '"calm" is sent and "calm" (unknown to it) is read'],
  },
  hits: {
    before: "int NOT NULL",
    alter: "TYPE bigint",
    reads: "double",
    says: ["numbers above 2^53 are rounded, as a long is read as a double", "9007199254740993 is sent and 9007199254740992 is read"],
  },
  ratio: {
    before: "smallint NOT NULL",
    alter: "TYPE bigint",
    reads: "float",
    says: ["numbers above 2^24 are rounded, as a long is read as a float", "9007199254740993 is sent and 9007199254740992 is read"],
  },
  serial: {
    before: "bigint NOT NULL DEFAULT 9007199254740993",
    alter: "TYPE bigint",
    reads: "long",
    default: 0,
    says: [],
  },
  days: {
    before: "date[]",
    alter: "TYPE timestamp(6)[] USING days::timestamp(6)[]",
    reads: ["null", { type: "array", items: ["null", "long"] }],
    default: null,
    says: ["microseconds are taken for days", "[2026-01-02T03:04:05Z] is sent and [1767323045000000 (no date)] is read"],
  },
};

const names = Object.keys(columns);

test("every class of wrong values, each with a value as it is sent and as it is read", async () => {
  const fields = Object.entries(columns).map(([name, { reads, default: value }]) => ({
    name,
    type: reads,
    ...(value === undefined ? {} : { default: value }),
  }));
  const table = Object.entries(columns).map(([name, { before }]) => `${name} ${before}`);
  const alters = Object.entries(columns).map(([name, { alter }]) => `ALTER TABLE orders ALTER COLUMN ${name} ${alter};\n`);
  const report = await judges({
    "m/V1__orders.sql": `CREATE TYPE mood AS ENUM ('happy', 'sad');\nCREATE TABLE orders (id bigint PRIMARY KEY, ${table.join(", ")});\n`,
    "m/V2__note.sql": `ALTER TYPE mood ADD VALUE 'calm' BEFORE 'sad';\n${alters.join("")}`,
    "c.json": connector({ "key.converter": null, "value.converter": null }),
    "order.avsc": JSON.stringify({ type: "record", name: "Order", fields }),
    "driftgate.yml": "connectors: c.json\nconsumers:\n  - { name: billing, subjects: shop.public.orders-value, schemas: order.avsc }\n",
  });
  const found = report.findings.filter(({ ruleId }) => ruleId === "consumer-breaks");
  const said = Object.fromEntries(
    names.map((name) => [name, found.filter(({ column }) => column === name).map(({ what, why }) => `${what} ${why}`)]),
  );
  for (const [name, { says }] of Object.entries(columns)) {
    expect(said[name], name).toHaveLength(says.length === 0 ? 0 : 1);
    for (const part of says) expect(said[name]?.[0], name).toMatch(part);
  }
});

test("a default beyond 2^53 that a consumer reads from now on is shown exactly", async () => {
  const report = await judges({
    "m/V1__orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, serial bigint NOT NULL DEFAULT 9007199254740993);\n",
    "m/V2__note.sql": "ALTER TABLE orders DROP COLUMN serial;\n",
    "c.json": connector({ "key.converter": null, "value.converter": null }),
    "order.avsc": '{"type":"record","name":"Order","fields":[{"name":"serial","type":"long","default":9007199254740993}]}',
    "driftgate.yml": "connectors: c.json\nconsumers:\n  - { name: billing, subjects: shop.public.orders-value, schemas: order.avsc }\n",
  });
  const [finding] = report.findings.filter(({ ruleId }) => ruleId === "consumer-breaks");
  expect(finding?.what).toContain("its default is 9007199254740993");
  expect(finding?.what).toContain("as its own default, 9007199254740993, from now on");
});
