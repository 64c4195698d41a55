import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { flywayChecksum } from "../../src/discover/history/flyway.ts";
import { driftgateHere } from "../support/cli.ts";
import type { CliRun } from "../support/cli.ts";
import { startPostgres } from "../support/postgres.ts";
import type { TestServer } from "../support/postgres.ts";

const first = `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE orders (id bigserial PRIMARY KEY, total numeric(10,2) NOT NULL, note text, mood mood DEFAULT 'ok', email text UNIQUE);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE VIEW totals AS SELECT id, total FROM orders;
CREATE INDEX orders_note ON orders (note);
CREATE TABLE items (id int PRIMARY KEY, order_id bigint CONSTRAINT items_order REFERENCES orders (id), quantity int CHECK (quantity > 0));
`;

/** Names what no catalog holds: a view, a function, an index and constraints of every kind. */
const second = `DROP VIEW totals;
DROP INDEX orders_note;
ALTER TABLE items DROP CONSTRAINT items_order;
ALTER TABLE items DROP CONSTRAINT items_quantity_check;
ALTER TABLE orders DROP CONSTRAINT orders_email_key;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ADD COLUMN remark text;
`;

const historyTable = `CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
  script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL)`;

let server: TestServer;
let client: Client;
let cwd: string;

beforeAll(async () => {
  server = await startPostgres();
  client = await server.connect();
  await client.query("CREATE ROLE onlooker LOGIN");
});

beforeEach(async () => {
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await client.query(`${first}${historyTable}`);
  await client.query("INSERT INTO flyway_schema_history VALUES (1, '1', 'first', 'SQL', 'V1__first.sql', $1, 'me', now(), 0, true)", [
    flywayChecksum(first),
  ]);
  cwd = mkdtempSync(join(tmpdir(), "driftgate-live-"));
  write("db/migration/V1__first.sql", first);
  write("db/migration/V2__second.sql", second);
});

afterEach(() => rmSync(cwd, { recursive: true, force: true }));

afterAll(() => server.stop());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const run = (...args: readonly string[]): Promise<CliRun> => driftgateHere([...args, "--cwd", cwd]);
const check = (...args: readonly string[]): Promise<CliRun> => run("check", "--database-url", server.url(), ...args);

/** States of the migrations, and what was found. */
async function report(...args: readonly string[]) {
  const { stdout, stderr } = await check("--format", "json", ...args);
  expect(stderr).toBe("");
  // The report's schema has these.
  const value = JSON.parse(stdout) as {
    verdict: string;
    migrations: { path: string; state: string }[];
    findings: { ruleId: string; what: string; severity: string }[];
    unknowns: { reason: string }[];
  };
  return {
    verdict: value.verdict,
    pending: value.migrations.filter(({ state }) => state === "pending").map(({ path }) => path),
    rules: value.findings.map(({ ruleId }) => ruleId),
    findings: value.findings,
    unknowns: value.unknowns,
  };
}

test("pending is what the tool's history lacks, and runs on the tables and all that stands around them", async () => {
  expect(await report()).toMatchObject({ verdict: "pass", pending: ["db/migration/V2__second.sql"], rules: [], unknowns: [] });
});

test("a drift that no migration made counts for the verdict", async () => {
  await client.query("ALTER TABLE orders ADD COLUMN remark text");
  const { verdict, unknowns } = await report();
  expect(verdict).toBe("unknown");
  expect(unknowns[0]?.reason).toMatch(/column "remark" of relation "orders" already exists/);
});

test("the database is compared with the migrations", async () => {
  await client.query("ALTER TABLE orders ALTER email SET NOT NULL; CREATE TABLE by_hand (id int); CREATE PUBLICATION dbz FOR ALL TABLES");
  const { findings } = await report("--baseline", "replay");
  expect(findings.map(({ ruleId, severity, what }) => ({ ruleId, severity, what: what.replace(/postgres:\S+/, "URL") }))).toEqual([
    {
      ruleId: "database-drifted",
      severity: "error",
      what: 'The table "public.orders" in the database URL is not what the migrations so far say.',
    },
    { ruleId: "database-drifted", severity: "warning", what: "One object is in the database URL and not in the migrations so far." },
  ]);
  await client.query("DROP PUBLICATION dbz");
});

test("a database's URL is a baseline too, and equals the migrations that made it", async () => {
  const result = await run(
    "check",
    "--pending",
    "db/migration/V2*",
    "--baseline",
    server.url(),
    "--baseline",
    "replay",
    "--format",
    "json",
  );
  expect(result.exitCode).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ verdict: "pass", findings: [] });
});

test("a tool that would stop is a finding", async () => {
  write("db/migration/V1__first.sql", `${first}-- edited\n`);
  const { rules, findings } = await report();
  expect(rules).toEqual(["migration-not-run"]);
  expect(findings[0]?.what).toContain("db/migration/V1__first.sql");
});

test("a role that may only connect is told what it lacks, and can do without", async () => {
  const url = server.url().replace("postgres@", "onlooker:s3cret@");
  const refused = await run("check", "--database-url", url);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toMatch(/may not read the history table public\.flyway_schema_history .*SELECT.* \[DATABASE_DENIED\]/);
  expect(refused.stderr).not.toContain("s3cret");
  const named = await run("check", "--database-url", url, "--pending", "db/migration/V2*", "--format", "json");
  expect(JSON.parse(named.stdout)).toMatchObject({ verdict: "pass" });
});

test("without a history table everything is pending, and the report says so", async () => {
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const { pending } = await report();
  expect(pending).toEqual(["db/migration/V1__first.sql", "db/migration/V2__second.sql"]);
  expect((await check()).stdout).toContain("the database has no history table of flyway yet");
});

test("files of no known tool need a word", async () => {
  await client.query("DROP TABLE flyway_schema_history");
  rmSync(join(cwd, "db"), { recursive: true });
  write("sql/1_first.sql", first);
  const { exitCode, stderr } = await check();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/no history table of a migration tool that driftgate knows.*--pending.*\[USAGE\]/);
});

test("the catalog and the schemas of the database as it is", async () => {
  const catalog = await run("catalog", "--database-url", server.url());
  expect(catalog).toMatchObject({ exitCode: 0, stderr: "" });
  expect(catalog.stdout).toContain("public.orders\n");
  const schema = await run("schema", "orders", "--database-url", server.url(), "--format", "json");
  expect(schema.stdout).toContain('"topic": "server.public.orders"');
});

test("the configuration names the database, its password in the environment", async () => {
  write(
    "driftgate.yml",
    `postgres:\n  databaseUrl: postgres://postgres:\${DATABASE_PASSWORD}@127.0.0.1:${server.port}/postgres\n  baseline: [replay]\n`,
  );
  const { exitCode, stdout } = await driftgateHere(["check", "--cwd", cwd, "--format", "json"], { env: { DATABASE_PASSWORD: "s3cret" } });
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain("s3cret");
  const unset = await run("check");
  expect(unset.stderr).toMatch(/the environment variable DATABASE_PASSWORD is not set/);
});
