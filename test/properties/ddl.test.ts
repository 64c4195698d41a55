import { assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import { defaultLimits } from "../../src/io/engine/engine.ts";
import { PgServer } from "../../src/io/engine/pg-server.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { applied, migration } from "../io/engine/support.ts";
import { type Bench, openBench } from "../rules/run-case.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";
import { choices } from "./ddl-scripts.ts";
import { Driver } from "./ddl/drive.ts";
import { Shares } from "./ddl/shares.ts";

/** How many scripts; DRIFTGATE_DDL_SCRIPTS and DRIFTGATE_DDL_SEED for a longer run, DRIFTGATE_DDL_SERVER for another server: a superuser's URL. */
const scripts = Number(process.env["DRIFTGATE_DDL_SCRIPTS"] ?? 40);
const seed = Number(process.env["DRIFTGATE_DDL_SEED"] ?? 20_261_126);
const other = process.env["DRIFTGATE_DDL_SERVER"] ?? null;

const hours = 4;
const limits = { ...defaultLimits, totalMs: hours * 3_600_000 };

let real: TestServer | null = null;
let server: PgServer;
let bench: Bench;
let parser: Parser;
beforeAll(async () => {
  real = other === null ? await startPostgres() : null;
  server = await PgServer.open(other ?? real?.url(await real.createDatabase("ddl")) ?? "", limits);
  bench = await openBench(limits);
  parser = await createParser();
});
afterAll(async () => {
  await server?.close();
  await bench?.close();
  await real?.stop();
});

test(
  "the catalogs after each statement of random DDL are those of a real server",
  async () => {
    const driver = new Driver(server);
    const shares = new Shares();
    const one = asyncProperty(choices, async (all) => {
      const { taken } = await driver.drive(all);
      shares.add(taken);
      const sql = taken.map((step) => `${step.sql};`).join("\n");
      // A history, as without one the names of tables that are not there would be taken for those of another database.
      const migrations = [applied("1.sql", "SELECT 1"), migration("2.sql", sql, { transactional: false })];
      const { steps, problems } = await replay(bench.engine, parser, migrations);
      if (problems.length > 0) throw new Error(`${problems.map(({ reason }) => reason).join("\n")}\nin\n${sql}`);
      expect(steps.map((step) => step.statement.sql)).toEqual(taken.map((step) => step.sql));
      const index = steps.findIndex((step, at) => textOf(step.after) !== textOf(taken[at]?.catalog));
      if (index === -1) return;
      throw new Error(
        `after ${taken[index]?.sql}\nPGlite ${textOf(steps[index]?.after)}\nserver ${textOf(taken[index]?.catalog)}\nin\n${sql}`,
      );
    });
    await assert(one, { numRuns: scripts, seed, endOnFailure: process.env["DRIFTGATE_DDL_SHRINK"] === undefined });
    process.stdout.write(`${scripts} scripts (seed ${seed}, PostgreSQL ${server.version}), ${shares.text()}\n`);
  },
  hours * 3_600_000,
);

/** Oids are each server's own. */
function textOf(catalog: Catalog | undefined): string {
  if (catalog === undefined) return "nothing";
  return JSON.stringify(toSnapshot(catalog), (key, value: unknown) => (key === "oid" ? undefined : value));
}
