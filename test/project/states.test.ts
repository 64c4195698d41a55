import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Projection } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { projectLagging } from "../../src/project/lagging.ts";
import { projectRunning } from "../../src/project/running.ts";
import { openDatabase } from "./catalog-from-sql.ts";
import type { Database } from "./catalog-from-sql.ts";

const START = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN posint AS int;
  CREATE TABLE orders (id bigint PRIMARY KEY, name text, qty int NOT NULL DEFAULT 1, status text NOT NULL);
  CREATE TABLE moods (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'ok', p posint)`;

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

async function migrated(sql: string): Promise<readonly [Catalog, Catalog]> {
  await database.run(`DROP SCHEMA IF EXISTS sales CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${START}`);
  const before = await database.catalog();
  await database.run(sql);
  return [before, await database.catalog()];
}

const connector = (settings: Readonly<Record<string, string>> = {}) =>
  readConnector({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
    ...settings,
  });

/** `topic (key) field:type? =default`, one line per stream. */
function lines(projections: readonly Projection[]): readonly string[] {
  return projections
    .filter(({ streaming }) => streaming !== null)
    .map(({ topic, key, columns }) => {
      const fields = columns.flatMap(({ field, schema }) => {
        if (field === null || schema === null) return [];
        const allowed = schema.parameters?.["allowed"];
        const value = schema.default === undefined ? "" : `=${JSON.stringify(schema.default)}`;
        return [`${field}:${schema.type}${allowed === undefined ? "" : `{${allowed}}`}${schema.optional ? "?" : ""}${value}`];
      });
      return `${topic} (${key.columns.join(",")}) ${fields.join(" ")}`;
    });
}

async function lagging(sql: string): Promise<string> {
  const [before, after] = await migrated(sql);
  return lines(projectLagging(before, after, connector())).find((line) => line.startsWith("srv.public.orders ")) ?? "";
}

/** Each with what the real connector sent for rows written before it. */
describe("rows written before the migration and read after it", () => {
  it.each([
    ["SELECT 1", "srv.public.orders (id) id:int64 name:string? qty:int32=1 status:string"],
    // A column that is gone is optional, and has no default.
    ["ALTER TABLE orders RENAME COLUMN status TO state", "srv.public.orders (id) id:int64 name:string? qty:int32=1 status:string?"],
    ["ALTER TABLE orders DROP COLUMN qty", "srv.public.orders (id) id:int64 name:string? qty:int32? status:string"],
    ["ALTER TABLE orders ADD COLUMN c int NOT NULL DEFAULT 7", "srv.public.orders (id) id:int64 name:string? qty:int32=1 status:string"],
    // The type is of the row, the rest of today.
    [
      "ALTER TABLE orders ALTER qty TYPE bigint, ALTER qty SET DEFAULT 5",
      "srv.public.orders (id) id:int64 name:string? qty:int32=5 status:string",
    ],
    ["ALTER TABLE orders ALTER name SET NOT NULL", "srv.public.orders (id) id:int64 name:string qty:int32=1 status:string"],
    // Whether there is a default is asked of today's type.
    [
      "ALTER TABLE orders DROP qty; ALTER TABLE orders ADD qty posint NOT NULL DEFAULT 1",
      "srv.public.orders (id) id:int64 name:string? qty:int32 status:string",
    ],
    // The key is today's, cut to the columns that the row has.
    ["ALTER TABLE orders DROP CONSTRAINT orders_pkey", "srv.public.orders () id:int64 name:string? qty:int32=1 status:string"],
    [
      "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (status, id)",
      "srv.public.orders (status,id) id:int64 name:string? qty:int32=1 status:string",
    ],
    ["ALTER TABLE orders RENAME COLUMN id TO number", "srv.public.orders () id:int64? name:string? qty:int32=1 status:string"],
    // Nothing is known under the old name.
    ["ALTER TABLE orders RENAME TO purchases", "srv.public.orders () id:int64? name:string? qty:int32? status:string?"],
    ["DROP TABLE orders", "srv.public.orders () id:int64? name:string? qty:int32? status:string?"],
    // Another table has taken the name.
    [
      "ALTER TABLE orders RENAME TO old; CREATE TABLE orders (status text PRIMARY KEY, qty int DEFAULT 3)",
      "srv.public.orders (status) id:int64? name:string? qty:int32?=3 status:string",
    ],
  ])("%s", async (sql, expected) => {
    expect(await lagging(sql)).toBe(expected);
  });

  it("leaves out a column whose type was dropped, and has today's labels", async () => {
    const [before, after] = await migrated("ALTER TABLE moods DROP COLUMN m; DROP TYPE mood");
    expect(lines(projectLagging(before, after, connector()))[0]).toBe("srv.public.moods (id) id:int32 p:int32?");
    const [first, more] = await migrated("ALTER TYPE mood ADD VALUE 'happy'");
    expect(lines(projectLagging(first, more, connector()))[0]).toBe('srv.public.moods (id) id:int32 m:string{sad,ok,happy}="ok" p:int32?');
  });

  it("leaves out a table that was not published then", async () => {
    const [before, after] = await migrated("CREATE TABLE late (id int PRIMARY KEY)");
    expect(lines(projectLagging(before, after, connector())).join()).not.toContain("late");
  });
});

async function running(sql: string, settings: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const [before, after] = await migrated(sql);
  return lines(projectRunning(before, after, connector(settings)));
}

describe("rows written after the migration, read by a connector that was not restarted", () => {
  const ORDERS = "srv.public.orders (id) id:int64 name:string? qty:int32=1 status:string";
  const MOODS = 'srv.public.moods (id) id:int32 m:string{sad,ok}="ok" p:int32?';

  it("has the labels it knew, also after another change of the table", async () => {
    expect(await running("ALTER TYPE mood ADD VALUE 'happy'")).toEqual([MOODS, ORDERS]);
    expect(await running("ALTER TYPE mood RENAME VALUE 'ok' TO 'well'")).toEqual([MOODS, ORDERS]);
    expect(await running("ALTER TYPE mood RENAME VALUE 'ok' TO 'it''s'; ALTER TYPE mood RENAME TO feeling")).toEqual([MOODS, ORDERS]);
    expect(await running("ALTER TYPE mood RENAME VALUE 'ok' TO 'well'; ALTER TABLE moods ADD x int")).toEqual([
      'srv.public.moods (id) id:int32 m:string{sad,ok}="well" p:int32? x:int32?',
      ORDERS,
    ]);
  });

  it("loses the default of an enum with a new name, once the table changes", async () => {
    expect(await running("ALTER TYPE mood RENAME TO feeling")).toEqual([MOODS, ORDERS]);
    expect((await running("ALTER TYPE mood RENAME TO feeling; ALTER TABLE moods ADD x int"))[0]).toBe(
      "srv.public.moods (id) id:int32 m:string{sad,ok} p:int32? x:int32?",
    );
  });

  it("does not see a domain's NOT NULL before the table changes", async () => {
    expect(await running("ALTER DOMAIN posint SET NOT NULL")).toEqual([MOODS, ORDERS]);
    expect((await running("ALTER DOMAIN posint SET NOT NULL; ALTER TABLE moods ADD x int"))[0]).toContain("p:int32 x");
  });

  it("goes on under the old name where its lists lack the new one", async () => {
    const settings = { "table.include.list": "public.orders" };
    expect(await running("ALTER TABLE orders RENAME TO purchases", settings)).toEqual([ORDERS]);
    const [before, after] = await migrated("ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases DROP COLUMN name");
    const [only] = projectRunning(before, after, connector(settings));
    expect(only?.caveats.map(({ code, effect }) => `${code} ${effect}`)).toContain("table-sent-under-old-name unknown");
  });

  it("has the new name without lists, and new tables", async () => {
    expect(await running("ALTER TABLE orders RENAME TO purchases; CREATE TABLE late (id int PRIMARY KEY)")).toEqual([
      "srv.public.late (id) id:int32",
      MOODS,
      ORDERS.replace("orders", "purchases"),
    ]);
  });
});
