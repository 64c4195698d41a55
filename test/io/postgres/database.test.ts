import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { restore } from "../../../src/catalog/restore.ts";
import { UserError } from "../../../src/errors.ts";
import { Database } from "../../../src/io/postgres/database.ts";
import { readLiveCatalog } from "../../../src/io/postgres/live-catalog.ts";
import { readSurroundings } from "../../../src/io/postgres/surroundings.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { TestServer } from "../../support/postgres.ts";

let server: TestServer;
const sockets: Server[] = [];

beforeAll(async () => {
  server = await startPostgres();
  const admin = await server.connect();
  await admin.query("CREATE TABLE orders (id int PRIMARY KEY, total int DEFAULT 1); CREATE VIEW totals AS SELECT total FROM orders");
  await admin.query("CREATE ROLE onlooker LOGIN PASSWORD 'right'; REVOKE ALL ON SCHEMA public FROM PUBLIC");
  // Everybody is trusted, but for one role.
  const { rows } = await admin.query<{ hba_file: string }>("SHOW hba_file");
  const path = rows[0]?.hba_file ?? "";
  await admin.query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
  writeFileSync(path, `host all guarded 127.0.0.1/32 scram-sha-256\nhost all barred 127.0.0.1/32 reject\n${readFileSync(path, "utf8")}`);
  await admin.query("SELECT pg_reload_conf()");
  await admin.end();
});

afterAll(async () => {
  for (const socket of sockets) socket.close();
  await server.stop();
});

/** A server that does to a connection what `handle` does. */
async function listen(handle: (socket: Socket) => void): Promise<number> {
  const listener = createServer((socket) => {
    socket.on("error", () => undefined);
    handle(socket);
  }).listen(0, "127.0.0.1");
  sockets.push(listener);
  listener.unref();
  await once(listener, "listening");
  // A TCP server's address is an object.
  return (listener.address() as AddressInfo).port;
}

async function failure(url: string): Promise<UserError> {
  const started = performance.now();
  const error: unknown = await Database.open(url, { connectMs: 1_000, statementMs: 1_000 }).then(
    (database) => database.close(),
    (thrown: unknown) => thrown,
  );
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).not.toMatch(/wrong|s3cret/);
  return error as UserError;
}

const on = (user: string, database = "postgres"): string => `postgres://${user}@127.0.0.1:${server.port}/${database}`;

const refusals: readonly (readonly [title: string, url: () => string, code: string, message: RegExp])[] = [
  ["no such role", () => on("nobody:wrong"), "DATABASE_AUTH_FAILED", /role "nobody" does not exist/],
  ["a wrong password", () => on("guarded:wrong"), "DATABASE_AUTH_FAILED", /password authentication failed/],
  ["no password", () => on("guarded"), "DATABASE_AUTH_FAILED", /password/],
  ["a role that may not come in", () => on("barred:wrong"), "DATABASE_AUTH_FAILED", /reject/],
  ["no such database", () => on("postgres:wrong", "elsewhere"), "DATABASE_NOT_FOUND", /"elsewhere" does not exist/],
  ["no encryption", () => `${on("postgres:wrong")}?sslmode=require`, "DATABASE_UNREACHABLE", /encryption/],
  ["nothing listens", () => "postgres://a:wrong@127.0.0.1:1/x", "DATABASE_UNREACHABLE", /ECONNREFUSED/],
  ["no such host", () => "postgres://a:wrong@nowhere.invalid/x", "DATABASE_UNREACHABLE", /nowhere\.invalid/],
  ["no URL", () => "db.example/shop", "USAGE", /postgres:\/\//],
  ["another database's URL", () => "oracle://a:s3cret@h/x", "USAGE", /postgres:\/\//],
  ["MySQL's URL", () => "mysql://a:s3cret@h/x", "DATABASE_UNSUPPORTED", /does not cover yet/],
  ["an impossible port", () => "postgres://a:s3cret@h:99999/x", "USAGE", /no URL/],
];

describe("a database that cannot be used is one clear message", () => {
  test.each(refusals)("%s", async (_, url, code, message) => {
    const error = await failure(url());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test("a server that says nothing", async () => {
    const port = await listen(() => undefined);
    expect((await failure(`postgres://a:s3cret@127.0.0.1:${port}/x`)).code).toBe("DATABASE_TIMEOUT");
  });

  test("a server that hangs up", async () => {
    const port = await listen((socket) => socket.destroy());
    expect((await failure(`postgres://a:s3cret@127.0.0.1:${port}/x`)).code).toBe("DATABASE_UNREACHABLE");
  });

  test("a server of another kind", async () => {
    const port = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await failure(`postgres://a:s3cret@127.0.0.1:${port}/x`)).code).toMatch(/DATABASE_(UNREACHABLE|TIMEOUT)/);
  });
});

test("a role that may only connect reads the catalog and what stands around it", async () => {
  const database = await Database.open(on("onlooker"));
  const catalog = await readLiveCatalog(database);
  const surroundings = await readSurroundings(database);
  await database.close();
  expect(catalog.relations.map(({ name }) => name)).toEqual(["orders"]);
  expect(restore(catalog, surroundings)).toContain("CREATE VIEW public.totals");
});

test("nothing can be written", async () => {
  const database = await Database.open(on("postgres"));
  await expect(database.rows("CREATE TABLE written (id int)")).rejects.toThrow(/read-only transaction/);
  await database.close();
});

test("a lock of another session is waited for only so long, and its holder is named", async () => {
  const other = await server.connect();
  await other.query("BEGIN; ALTER TABLE orders ADD COLUMN note text; ALTER TABLE totals RENAME TO sums");
  const database = await Database.open(on("onlooker"), { lockMs: 300 });
  const started = performance.now();
  const reading = readLiveCatalog(database).then(() => readSurroundings(database));
  await expect(reading).rejects.toMatchObject({ code: "DATABASE_LOCKED" });
  await expect(reading).rejects.toThrow(/public\.orders by process \d+/);
  expect(performance.now() - started).toBeLessThan(5_000);
  await database.close();
  await other.query("ROLLBACK");
  await other.end();
});

test("a question that takes too long is ended", async () => {
  const database = await Database.open(on("postgres"), { statementMs: 200 });
  await expect(database.rows("SELECT pg_sleep(20)")).rejects.toMatchObject({ code: "DATABASE_TIMEOUT" });
  await database.close();
});
