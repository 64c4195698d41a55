import { afterAll, expect, test } from "vitest";
import { driftgateHere, makeProject } from "../support/cli.ts";

const project = makeProject({
  "driftgate.yml": "postgres:\n  version: 17\nmigrations:\n  path: migrations\n  pending: [migrations/V2*]\n",
  "migrations/V1__a.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL);",
  "migrations/V2__b.sql": "ALTER TABLE orders ADD double int GENERATED ALWAYS AS (total * 2) VIRTUAL;",
});
afterAll(() => {
  project.remove();
  exact.remove();
});
const exact = makeProject({
  "driftgate.yml": "migrations:\n  path: migrations\n",
  "migrations/V1__a.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);",
});

const check = (...args: readonly string[]): ReturnType<typeof driftgateHere> =>
  driftgateHere(["check", "--format", "json", ...args], { cwd: project.path });

test("what the server of driftgate.yml would refuse is no pass, and is none the less known of another version", async () => {
  const older = await check();
  expect(older.exitCode).toBe(1);
  expect(JSON.parse(older.stdout)).toMatchObject({ verdict: "unknown", checked: { postgresVersion: 17 } });
  expect(older.stdout).toContain(
    "PostgreSQL 17, which the migrations are for, refuses this statement, which PostgreSQL 18 took here: virtual generated columns",
  );
  const newer = await check("--postgres-version", "18");
  expect([newer.exitCode, JSON.parse(newer.stdout)]).toMatchObject([0, { verdict: "pass" }]);
});

test("what only the version that ran it refuses says so", async () => {
  exact.write({ "migrations/V2__b.sql": "CREATE UNLOGGED TABLE t (a int) PARTITION BY RANGE (a);" });
  const run = await driftgateHere(["check", "--postgres-version", "17"], { cwd: exact.path });
  expect(run.stdout.replaceAll(/\s+/g, " ")).toContain(
    "That is PostgreSQL 18, which ran it here; PostgreSQL 17, which the migrations are for, may well take it: a partitioned table can be UNLOGGED only before 18.",
  );
  exact.write({ "migrations/V2__b.sql": "SELECT 1;" });
});

test("an engine of an exact version is the version that the migrations are for", async () => {
  const run = await driftgateHere(["check", "--format", "json", "--engine", "embedded@15"], { cwd: exact.path });
  expect(JSON.parse(run.stdout)).toMatchObject({ verdict: "pass", checked: { postgresVersion: 15 } });
});
