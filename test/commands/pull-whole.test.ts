import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { json, serve } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import { secret, undo, undoAll } from "../support/bad-run.ts";
import type { Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";
import { startPostgres } from "../support/postgres.ts";
import type { TestServer } from "../support/postgres.ts";
import { checkScene, sceneSettings } from "../support/registry-scene.ts";

// Registry, Kafka Connect and database at once: what `pull` wrote of them gives the reports that they give themselves.

/** With what no snapshot of a catalog holds: a view, a function, constraints of every kind, generated columns of a publication. */
const before = `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN price AS numeric(12,2) CHECK (VALUE >= 0);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total price NOT NULL, mood mood DEFAULT 'ok', email text UNIQUE, twice numeric GENERATED ALWAYS AS (total * 2) STORED);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE VIEW totals AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX orders_open ON orders (email) WHERE mood = 'ok';
CREATE UNIQUE INDEX orders_lower ON orders (lower(email)) INCLUDE (mood);
CREATE TABLE items (id int PRIMARY KEY, order_id bigint CONSTRAINT items_order REFERENCES orders (id), quantity int CHECK (quantity > 0));
CREATE PUBLICATION dbz FOR TABLE orders, items WITH (publish_generated_columns = stored);
`;

const after = `DROP VIEW totals;
ALTER TABLE items DROP CONSTRAINT items_order;
ALTER TABLE items DROP CONSTRAINT items_quantity_check;
ALTER TABLE orders DROP CONSTRAINT orders_email_key;
DROP INDEX orders_lower;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ADD COLUMN remark text NOT NULL;
ALTER TABLE orders RENAME COLUMN email TO mail;
ALTER TYPE mood ADD VALUE 'glad';
`;

let server: TestServer;
const url = (): string => server.url().replace("://postgres@", `://postgres:${secret}@`);
let client: Client;

beforeAll(async () => {
  server = await startPostgres();
  client = await server.connect();
  await client.query(before);
});

afterEach(undoAll);
afterAll(() => server.stop());

function project(files: Readonly<Record<string, string>>): Project {
  const made = makeProject(files);
  undo.push(made.remove);
  return made;
}

async function worker(connectors: Record<string, Readonly<Record<string, string>>>): Promise<string> {
  const started = await serve((path, response) =>
    path.startsWith("/connector-plugins")
      ? json(response, 200, [{ class: "io.debezium.connector.postgresql.PostgresConnector", type: "source", version: "3.4.1.Final" }])
      : json(
          response,
          200,
          Object.fromEntries(Object.entries(connectors).map(([name, config]) => [name, { info: { name, config: { ...config, name } } }])),
        ),
  );
  undo.push(started.close);
  return started.url;
}

const config = {
  ...sceneSettings,
  "publication.name": "dbz",
  "database.password": secret,
  "snapshot.mode": "initialx",
  "no.such.setting": "1",
};

test("a check of what was pulled gives the reports of the live stack, byte for byte in every format", async () => {
  const at = project({ "m/V2__next.sql": after });
  const registry = await serve(storedRegistry({ level: "FULL", subjects: { "shop.public.orders-value": { versions: ['"string"'] } } }));
  undo.push(registry.close);
  const connect = await worker({ "z one": config, "a/two": { ...config, "topic.prefix": "other" } });
  const live = await checkScene(at, "live", ["--registry", registry.url, "--connector", connect, "--baseline", url()]);
  expect(live).toMatchObject({ exitCode: 1, stdout: "", stderr: "" });
  expect(url()).toContain(secret);
  for (const told of ["3.4", "column-renamed", "subject-refuses", "setting-stops-connector", "other.public.orders"])
    expect(live.reports.json).toContain(told);

  const args = ["--registry", registry.url, "--connector", connect, "--database-url", url()];
  const pulled = await driftgateHere(["pull", "drift", ...args], { cwd: at.path });
  expect(pulled).toMatchObject({ exitCode: 0, stderr: "" });
  expect(pulled.stdout).toContain("drift/connectors: 2 connectors, secrets left out\n");
  expect(pulled.stdout).toContain("drift/database.json and catalog.json: 2 tables of postgres");
  const files = readdirSync(join(at.path, "drift"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), "utf8")).not.toContain(secret);

  const folder = await checkScene(at, "folder", ["--registry", "drift", "--connector", "drift", "--baseline", "drift"]);
  expect(folder.stderr.split("\n").map((line) => line.replace(/(?:https?|postgres\w*):\S+/, "URL"))).toEqual([
    'driftgate: the database URL was not asked: drift, which "driftgate pull" wrote, stands for it',
    'driftgate: the registry URL was not asked: drift, which "driftgate pull" wrote, stands for it',
    "",
  ]);
  expect(folder.exitCode).toBe(1);
  expect(folder.reports).toEqual(live.reports);
});

test("pulled again nothing changes, and a connector that is gone goes", async () => {
  const at = project({ "drift/connectors/mine.json": JSON.stringify({ name: "mine", config }) });
  const pull = async (connect: string): Promise<string> =>
    (await driftgateHere(["pull", "drift", "--connector", connect, "--database-url", url()], { cwd: at.path })).stdout;
  const read = (): readonly string[] =>
    ["database.json", "catalog.json", "connectors/b.json"].map((name) => readFileSync(join(at.path, "drift", name), "utf8"));
  const held: Record<string, typeof config> = { b: config, c: config };
  const connect = await worker(held);
  await pull(connect);
  const first = read();
  delete held["c"];
  expect(await pull(connect)).toContain("drift/connectors: 1 connectors, secrets left out; 1 removed\n");
  expect(read()).toEqual(first);
  expect(existsSync(join(at.path, "drift/connectors/c.json"))).toBe(false);
  expect(existsSync(join(at.path, "drift/connectors/mine.json"))).toBe(true);
});

test("the worker is asked with the credentials of driftgate.yml", async () => {
  const at = project({ "driftgate.yml": `connect:\n  username: reader\n  password: ${secret}\n` });
  const asked = await serve((path, response) =>
    json(response, 200, path.startsWith("/connectors") ? { one: { info: { name: "one", config } } } : []),
  );
  undo.push(asked.close);
  const pulled = await driftgateHere(["pull", "drift", "--connector", asked.url], { cwd: at.path });
  expect(pulled).toMatchObject({ exitCode: 0, stderr: "", stdout: "drift/connectors: 1 connectors, secrets left out\n" });
  const expected = `Basic ${Buffer.from(`reader:${secret}`).toString("base64")}`;
  expect(new Set(asked.headers.map(({ authorization }) => authorization))).toEqual(new Set([expected]));
});

test("a folder that holds nothing of the kind is refused, as is a file that pull did not write", async () => {
  const at = project({
    "m/V2__next.sql": "SELECT 1;\n",
    "empty/README.md": "",
    "drift/database.json": '{"format": "driftgate-database", "shown": "x"}',
  });
  const run = (...args: readonly string[]) => driftgateHere(["check", "m", "--pending", "m/V2*", ...args], { cwd: at.path });
  expect(await run("--connector", "empty")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("CONNECTOR_INVALID") });
  expect(await run("--baseline", "empty")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("holds no database.json") });
  expect(await run("--baseline", "drift")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not what") });
});
