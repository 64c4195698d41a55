import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driftgateHere } from "../support/cli.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";

const shop = join(import.meta.dirname, "../../fixtures/projects/shop");
const folders: string[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "driftgate-init-"));
  folders.push(folder);
  return folder;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");

/** Large values, no key, a usable index, partitions, an enum, names that need quotes, a tool's own table. */
const twentyTables = `
  CREATE TYPE mood AS ENUM ('fine', 'bad');
  CREATE TABLE plain (id bigint PRIMARY KEY, n integer NOT NULL, m mood);
  CREATE TABLE documents (id bigint PRIMARY KEY, body text, meta jsonb);
  CREATE TABLE loose (a integer, b integer);
  CREATE TABLE coded (code uuid NOT NULL UNIQUE, n integer);
  CREATE TABLE events (id bigint, at date NOT NULL, payload jsonb, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE SCHEMA "Odd";
  CREATE TABLE "Odd"."Weird.Name" ("Id" integer PRIMARY KEY, "order" integer);
  CREATE UNLOGGED TABLE scratch (id integer PRIMARY KEY);
  CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY);
  ${Array.from({ length: 14 }, (_, at) => `CREATE TABLE filler_${at} (id integer PRIMARY KEY, amount numeric(10,2));`).join("\n")}
  INSERT INTO documents SELECT n, repeat('x', 3000), '{}' FROM generate_series(1, 50) AS n;
  UPDATE documents SET meta = '{"a": 1}';
  ANALYZE;`;

describe("from a live database", () => {
  let folder: string;
  beforeAll(async () => {
    await server.createDatabase("many");
    const client = await server.connect("many");
    await client.query(twentyTables);
    folder = emptyFolder();
    const run = await driftgateHere(["init", "--yes", "--database-url", server.url("many"), "--tool", "flyway", "--name", "many"], {
      cwd: folder,
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  }, 60_000);

  test("writes the five files", () => {
    expect(filesBelow(folder)).toEqual([
      ".github/workflows/driftgate.yml",
      "db/migration/V1__change_data_capture.sql",
      "driftgate.yml",
      "ingestion/debezium-postgres-connector.json",
      "ingestion/debezium-postgres-connector.md",
    ]);
  });

  test("captures permanent tables and partitioned roots, by patterns that mean one table each", () => {
    const { config } = JSON.parse(read(folder, "ingestion/debezium-postgres-connector.json"));
    const listed: readonly string[] = config["table.include.list"].split(",");
    expect(listed).toContain(String.raw`public\.events`);
    expect(listed).toContain(String.raw`Odd\.Weird\.Name`);
    expect(listed.filter((name) => /scratch|flyway|events_20/.test(name))).toEqual([]);
    expect(config["database.password"]).toMatch(/^\$\{file:/);
    expect(config["slot.name"]).toBe("many");
  });

  test("its migration runs, and sets each replica identity where the rows are", async () => {
    const client = await server.connect("many");
    await client.query(read(folder, "db/migration/V1__change_data_capture.sql"));
    const { rows } = await client.query<{ name: string; identity: string }>(
      "SELECT relname AS name, relreplident AS identity FROM pg_class WHERE relname IN ('plain', 'documents', 'loose', 'coded', 'events_2025', 'events_2026', 'filler_0')",
    );
    expect(Object.fromEntries(rows.map(({ name, identity }) => [name, identity]))).toEqual({
      plain: "d",
      documents: "f",
      loose: "f",
      coded: "i",
      events_2025: "f",
      events_2026: "f",
      filler_0: "d",
    });
    const published = await client.query("SELECT count(*)::int AS n FROM pg_publication_tables WHERE pubname = 'many'");
    expect(published.rows[0].n).toBe(22);
    const role = await client.query("SELECT rolreplication, rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'many_cdc'");
    expect(role.rows).toEqual([{ rolreplication: true, rolsuper: false, rolcanlogin: true }]);
    const rights = await client.query(
      "SELECT has_table_privilege('many_cdc', 'documents', 'SELECT') AS reads, has_table_privilege('many_cdc', 'documents', 'UPDATE') AS writes",
    );
    expect(rights.rows).toEqual([{ reads: true, writes: false }]);
    await client.query("SET ROLE many_cdc");
    const { config } = JSON.parse(read(folder, "ingestion/debezium-postgres-connector.json"));
    for (let beat = 0; beat < 2; beat += 1) await client.query(config["heartbeat.action.query"]);
    await client.query("RESET ROLE");
  });

  test("the page tells what FULL costs and what the server lacks", () => {
    const page = read(folder, "ingestion/debezium-postgres-connector.md");
    expect(page).toMatch(/\| public\.documents \| FULL \|.*some \d[\d.]* (bytes|kB) a row/);
    expect(page).toMatch(/\| `max_slot_wal_keep_size` \|.*\| -1, \*\*to be changed\*\* \|/);
    expect(page).toMatch(/\| `wal_level` \| logical \(restart\) \| logical \|/);
  });

  test("a second connector gets a slot and a publication of its own", async () => {
    const client = await server.connect("many");
    await client.query("SELECT pg_create_logical_replication_slot('many', 'pgoutput')");
    const other = emptyFolder();
    const run = await driftgateHere(["init", "--yes", "--dry-run", "--database-url", server.url("many"), "--name", "many"], { cwd: other });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('"slot.name": "many_2"');
    expect(run.stdout).toContain("CREATE PUBLICATION many_2 FOR TABLE");
    expect(filesBelow(other)).toEqual([]);
    const taken = await driftgateHere(["init", "--yes", "--database-url", server.url("many"), "--slot", "many"], { cwd: other });
    expect(taken).toMatchObject({ exitCode: 2, stdout: "" });
    expect(taken.stderr).toContain("already; choose another name with --slot [USAGE]");
  });
});

function bareShop(): string {
  const folder = emptyFolder();
  cpSync(join(shop, "db"), join(folder, "db"), { recursive: true });
  return folder;
}

describe("from the migrations alone", () => {
  test("the check that follows passes with what init wrote", async () => {
    const folder = bareShop();
    const made = await driftgateHere(["init", "--yes", "--connector-file", "cdc/shop.jsonc", "--registry", "http://127.0.0.1:1"], {
      cwd: folder,
    });
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(read(folder, "cdc/shop.jsonc")).toContain("// Built into PostgreSQL.");
    expect(existsSync(join(folder, "cdc/shop.md"))).toBe(true);
    mkdirSync(join(folder, "subjects"));
    writeFileSync(join(folder, "subjects/config.json"), '{ "compatibilityLevel": "BACKWARD" }');
    const checked = await driftgateHere(["check", "--pending", "db/migration/V8__*", "--registry", "subjects"], { cwd: folder });
    expect(checked.stdout).toContain("pass: 1 pending migration");
    expect(checked.exitCode).toBe(0);
  });

  test("nothing is overwritten without --force", async () => {
    const folder = bareShop();
    const kept = join(folder, "driftgate.yml");
    writeFileSync(kept, "failOn: error\n");
    const refused = await driftgateHere(["init", "--yes"], { cwd: folder });
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toBe(
      "driftgate: driftgate.yml is there already; nothing was written. --force overwrites it, --dry-run shows what would be written [OUTPUT_FAILED]\n",
    );
    expect(existsSync(join(folder, "ingestion"))).toBe(false);
    const forced = await driftgateHere(["init", "--yes", "--force"], { cwd: folder });
    expect(forced.exitCode).toBe(0);
    expect(readFileSync(kept, "utf8")).toContain("ingestion/debezium-postgres-connector.json");
  });

  test.each([
    [
      "goose",
      "migrations/00001_a.sql",
      "-- +goose Up\nCREATE TABLE a (id integer PRIMARY KEY);\n",
      "migrations/00002_change_data_capture.sql",
      "-- +goose StatementBegin\n-- Without",
    ],
    [
      "dbmate",
      "db/migrations/20260101000000_a.sql",
      "-- migrate:up\nCREATE TABLE a (id integer PRIMARY KEY);\n-- migrate:down\n",
      "db/migrations/20260101000001_change_data_capture.sql",
      "-- migrate:up\n",
    ],
    [
      "golang-migrate",
      "migrations/000001_a.up.sql",
      "CREATE TABLE a (id integer PRIMARY KEY);",
      "migrations/000002_change_data_capture.up.sql",
      "CREATE PUBLICATION",
    ],
    [
      "prisma",
      "prisma/migrations/20260101000000_a/migration.sql",
      "CREATE TABLE a (id integer PRIMARY KEY);",
      "prisma/migrations/20260101000001_change_data_capture/migration.sql",
      "CREATE PUBLICATION",
    ],
  ])("in the naming of %s", async (_tool, path, sql, expected, contains) => {
    const folder = emptyFolder();
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), sql);
    const run = await driftgateHere(["init", "--yes"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(read(folder, expected)).toContain(contains);
  });

  test("a folder with nothing in it, a name nobody can have and a table that is not there are told in one sentence", async () => {
    const nothing = await driftgateHere(["init", "--yes"], { cwd: emptyFolder() });
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toMatch(/^driftgate: .* \[MIGRATIONS_NOT_FOUND\]\n$/);
    const name = await driftgateHere(["init", "--yes", "--slot", "My-Slot"], { cwd: bareShop() });
    expect(name.stderr).toMatch(/--slot takes lower case letters.*"My-Slot" is something else \[USAGE\]\n$/);
    const table = await driftgateHere(["init", "--yes", "--table", "public.nosuch"], { cwd: bareShop() });
    expect(table.stderr).toMatch(/--table public\.nosuch: no table has that name; there are public\.cdc_heartbeat.* \[USAGE\]\n$/);
  });
});
