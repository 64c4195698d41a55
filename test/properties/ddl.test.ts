import { assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import { CatalogReader } from "../../src/io/engine/catalog-reader.ts";
import type { Engine, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import { migration } from "../io/engine/support.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { type Bench, openBench } from "../rules/run-case.ts";
import { emptying } from "../support/emptied-engine.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";
import { choices, kindOf, scriptOf } from "./ddl-scripts.ts";

/** How many scripts; DRIFTGATE_DDL_SCRIPTS and DRIFTGATE_DDL_SEED for a longer run, DRIFTGATE_DDL_SERVER for another server's URL. */
const scripts = Number(process.env["DRIFTGATE_DDL_SCRIPTS"] ?? 40);
const seed = Number(process.env["DRIFTGATE_DDL_SEED"] ?? 20_261_126);
const other = process.env["DRIFTGATE_DDL_SERVER"] ?? null;

const limits = { totalMs: 3_600_000 };

let real: TestServer | null = null;
let scratch: Engine;
let server: Server;
let reader: CatalogReader;
let bench: Bench;
let parser: Parser;
beforeAll(async () => {
  real = other === null ? await startPostgres() : null;
  scratch = await openEngine({ engine: other ?? real?.url(await real.createDatabase("ddl")) ?? "", cacheDir: null, limits });
  const started = await scratch.start(null);
  if (started === null) throw new Error("no server");
  server = started;
  reader = new CatalogReader(server);
  bench = await openBench(limits);
  parser = await createParser();
});
afterAll(async () => {
  await server?.close();
  await scratch?.close();
  await bench?.close();
  await real?.stop();
});

/** What a real server has after each statement that it takes; a block of which it refuses one is left out as a whole. */
async function onServer(units: readonly (readonly string[])[]): Promise<readonly { readonly sql: string; readonly snapshot: string }[]> {
  const at = server;
  await at.run(["ROLLBACK"]);
  const [reset] = await at.run([emptying]);
  if (reset?.error !== null) throw new Error(`The server could not be emptied: ${JSON.stringify(reset)}`);
  const done: { sql: string; snapshot: string }[] = [];
  for (const unit of units) {
    const taken: { sql: string; snapshot: string }[] = [];
    let refused = false;
    for (const sql of unit) {
      const [result] = await at.run([sql]);
      if (result === undefined || result.ended !== null) throw new Error(`The server ended: ${JSON.stringify(result)}`);
      refused = result.error !== null;
      if (refused) break;
      const { catalog } = await reader.read(null, "all", result.transaction === "open");
      taken.push({ sql, snapshot: textOf(catalog) });
    }
    if (refused && unit.length > 1) await at.run(["ROLLBACK"]);
    if (!refused) done.push(...taken);
  }
  return done;
}

test("the catalogs after each statement of random DDL are those of a real server", async () => {
  const kinds = new Map<string, number>();
  const one = asyncProperty(choices, async (all) => {
    const wanted = await onServer(scriptOf(all));
    for (const { sql } of wanted) kinds.set(kindOf(sql), (kinds.get(kindOf(sql)) ?? 0) + 1);
    const sql = wanted.map((step) => `${step.sql};`).join("\n");
    const { steps, problems } = await replay(bench.engine, parser, [migration("script.sql", sql, { transactional: false })]);
    expect(problems).toEqual([]);
    const got = steps.map((step) => ({ sql: step.statement.sql, snapshot: textOf(step.after) }));
    expect(got.map((step) => step.sql)).toEqual(wanted.map((step) => step.sql));
    const index = got.findIndex((step, at) => step.snapshot !== wanted[at]?.snapshot);
    if (index === -1) return;
    throw new Error(
      `after ${got[index]?.sql ?? ""}\nPGlite ${got[index]?.snapshot ?? ""}\nserver ${wanted[index]?.snapshot ?? ""}\nin\n${sql}`,
    );
  });
  await assert(one, { numRuns: scripts, seed, endOnFailure: false });
  const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  const shares = [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${((100 * count) / total).toFixed(1)} %`);
  process.stdout.write(`${scripts} scripts (seed ${seed}), ${total} statements: ${shares.join(", ")}\n`);
}, 3_600_000);

/** Oids are each server's own. */
function textOf(catalog: Catalog): string {
  return JSON.stringify(toSnapshot(catalog), (key, value: unknown) => (key === "oid" ? undefined : value));
}
