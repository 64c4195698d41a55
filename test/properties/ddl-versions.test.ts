import { assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import { met } from "../../src/catalog/versions/tell.ts";
import { CatalogReader } from "../../src/io/engine/catalog-reader.ts";
import { defaultLimits } from "../../src/io/engine/engine.ts";
import type { Engine, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { PgServer } from "../../src/io/engine/pg-server.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Step } from "../../src/model/step.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { applied, migration } from "../io/engine/support.ts";
import { type Bench, openBench } from "../rules/run-case.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";
import { choices } from "./ddl-scripts.ts";
import { Driver, emptyServer } from "./ddl/drive.ts";
import type { Taken } from "./ddl/drive.ts";
import { Shares } from "./ddl/shares.ts";

/** How many scripts each way, and the older server's version: 15 or 17. */
const scripts = Number(process.env["DRIFTGATE_DDL_SCRIPTS"] ?? 12);
const seed = Number(process.env["DRIFTGATE_DDL_SEED"] ?? 20_261_128);
const major = process.env["DRIFTGATE_DDL_MAJOR"] === "17" ? 17 : 15;

const hours = 4;
const limits = { ...defaultLimits, totalMs: hours * 3_600_000 };

let real: TestServer;
let older: PgServer;
let opened: Engine;
let newer: Server;
let bench: Bench;
let parser: Parser;
let olderParser: Parser;
beforeAll(async () => {
  real = await startPostgres([], major);
  older = await PgServer.open(real.url(await real.createDatabase("ddl")), limits);
  opened = await openEngine({ cacheDir: null, limits });
  const started = await opened.start(null);
  if (started === null) throw new Error("the engine starts no server");
  newer = started;
  bench = await openBench(limits);
  parser = await createParser();
  olderParser = await createParser({ postgresVersion: major });
});
afterAll(async () => {
  await older?.close();
  await newer?.close();
  await opened?.close();
  await bench?.close();
  await real?.stop();
});

async function inProcess(sql: string): Promise<readonly Step[]> {
  const migrations = [applied("1.sql", "SELECT 1"), migration("2.sql", sql, { transactional: false })];
  return (await replay(bench.engine, parser, migrations)).steps;
}

const textOfAll = (taken: readonly Taken[]): string => taken.map(({ sql }) => `${sql};`).join("\n");
const options = { numRuns: scripts, seed, endOnFailure: process.env["DRIFTGATE_DDL_SHRINK"] === undefined };

/** How often each row of the table of differences was met. */
class Named {
  readonly #counts = new Map<string, number>();
  add(ids: readonly string[]): void {
    for (const id of ids) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }
  text(): string {
    return [...this.#counts].map(([id, count]) => `${id} ${count}`).join(", ");
  }
}

/** Fails where the catalogs part and no row of the table says why. */
function compareUpTo(end: number, steps: readonly Step[], catalogs: readonly Catalog[], sql: string, named: Named): void {
  for (const [at, step] of steps.slice(0, end).entries()) {
    const [here, there] = [textOf(step.after), textOf(catalogs[at])];
    if (here === there) continue;
    const known = met(step, 18, major).filter(({ kind }) => kind === "different");
    named.add(known.map(({ id }) => id));
    if (known.length > 0) return;
    throw new Error(`after ${step.statement.sql}\n18 ${here}\n${major} ${there}\nin\n${sql}`);
  }
}

test(
  "what an older server takes gives the same catalogs here, or the difference is a named one",
  async () => {
    const driver = new Driver(older);
    const [shares, named] = [new Shares(), new Named()];
    const property = asyncProperty(choices, async (all) => {
      const { taken } = await driver.drive(all);
      shares.add(taken);
      const sql = textOfAll(taken);
      const steps = await inProcess(sql);
      const refused = steps.findIndex(({ error }) => error !== null);
      // What the refused transaction did before is taken back with it.
      const end = refused === -1 ? steps.length : steps.findIndex(({ transaction }) => transaction === steps[refused]?.transaction);
      compareUpTo(
        end,
        steps,
        taken.map(({ catalog }) => catalog),
        sql,
        named,
      );
      const step = steps[refused];
      if (step === undefined) return;
      // What differs from a statement of its transaction on may be why.
      const known = [...steps.slice(end, refused), step].flatMap((one) => met(one, 18, major));
      named.add(known.map(({ id }) => id));
      if (known.length === 0) throw new Error(`18 refuses ${step.statement.sql}: ${step.error?.message} (${step.error?.code})\nin\n${sql}`);
    });
    await assert(property, options);
    process.stdout.write(`${scripts} scripts (seed ${seed}) of PostgreSQL ${older.version}: ${named.text()}; ${shares.text()}\n`);
  },
  hours * 3_600_000,
);

test(
  "what is taken here gives the same catalogs on an older server, or the difference is a named one",
  async () => {
    const driver = new Driver(newer);
    const reader = new CatalogReader(older);
    const [shares, named] = [new Shares(), new Named()];
    const property = asyncProperty(choices, async (all) => {
      const { taken } = await driver.drive(all);
      shares.add(taken);
      const sql = textOfAll(taken);
      const steps = await inProcess(sql);
      expect(steps.map(({ error }) => error)).toEqual(steps.map(() => null));
      await emptyServer(older);
      const catalogs: Catalog[] = [];
      for (const [at, { sql: statement }] of taken.entries()) {
        const [result] = await older.run([statement]);
        const step = steps[at];
        if (result === undefined || step === undefined) throw new Error(`no answer to ${statement}`);
        if (result.error === null) {
          catalogs.push((await reader.read(null, "all", result.transaction === "open")).catalog);
          continue;
        }
        const known = met(step, 18, major).filter(({ kind }) => kind === "refused-before");
        const isSyntax = parseMigration(olderParser, migration("1.sql", statement)).problems.length > 0;
        named.add(known.length === 0 && isSyntax ? ["syntax"] : known.map(({ id }) => id));
        compareUpTo(at, steps, catalogs, sql, named);
        if (known.length > 0 || isSyntax || parted(steps, catalogs)) return;
        throw new Error(`${major} refuses ${statement}: ${result.error.message} (${result.error.code})\nin\n${sql}`);
      }
      compareUpTo(steps.length, steps, catalogs, sql, named);
    });
    await assert(property, options);
    process.stdout.write(
      `${scripts} scripts (seed ${seed}) of PostgreSQL ${newer.version} on ${older.version}: ${named.text()}; ${shares.text()}\n`,
    );
  },
  hours * 3_600_000,
);

/** What comes after a named difference may be refused because of it. */
const parted = (steps: readonly Step[], catalogs: readonly Catalog[]): boolean =>
  catalogs.some((catalog, at) => textOf(catalog) !== textOf(steps[at]?.after));

/** Oids are each server's own; a partition has an identity only since 17 ("partition-identity"), which is left out so that the rest is compared. */
function textOf(catalog: Catalog | undefined): string {
  if (catalog === undefined) return "nothing";
  const relations = catalog.relations.map((relation) =>
    relation.partitionOf === null || major >= 17
      ? relation
      : { ...relation, columns: relation.columns.map((column) => ({ ...column, identity: null })) },
  );
  return JSON.stringify(toSnapshot({ ...catalog, relations }), (key, value: unknown) => (key === "oid" ? undefined : value));
}
