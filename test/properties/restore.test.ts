import { assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareStates } from "../../src/catalog/compare-states.ts";
import { fromSnapshot } from "../../src/catalog/from-snapshot.ts";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import type { Engine, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { emptiedEngine } from "../support/emptied-engine.ts";
import { choices } from "./ddl-scripts.ts";
import { Driver } from "./ddl/drive.ts";
import { Shares } from "./ddl/shares.ts";

/** How many scripts; DRIFTGATE_DDL_SCRIPTS and DRIFTGATE_DDL_SEED for a longer run. */
const scripts = Number(process.env["DRIFTGATE_DDL_SCRIPTS"] ?? 15);
const seed = Number(process.env["DRIFTGATE_DDL_SEED"] ?? 20_261_127);

let opened: Engine;
let server: Server;
let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  [opened, parser] = await Promise.all([openEngine({ limits: { totalMs: 14_400_000 } }), createParser()]);
  const started = await opened.start(null);
  if (started === null) throw new Error("the engine starts no server");
  server = started;
  engine = emptiedEngine("pglite", server);
});

afterAll(async () => {
  await server.close();
  await opened.close();
});

const withoutNumbers = (key: string, value: unknown): unknown => (key === "oid" || key === "attnum" ? undefined : value);
const textOf = (catalog: Catalog): string => JSON.stringify(toSnapshot(catalog), withoutNumbers);

async function comesBack(catalog: Catalog): Promise<void> {
  for (const given of [catalog, fromSnapshot(JSON.stringify(toSnapshot(catalog)), "catalog.json")]) {
    const again = await replay(engine, parser, [], given);
    expect([...again.problems.map(({ reason }) => reason), ...again.syntaxProblems.map(({ message }) => message)]).toEqual([]);
    expect(compareStates(toSnapshot(catalog), toSnapshot(again.catalog))).toEqual([]);
    expect(textOf(again.catalog)).toBe(textOf(catalog));
  }
}

test("whatever DDL made comes back from its catalog, and from its snapshot", async () => {
  const driver = new Driver(server);
  const shares = new Shares();
  let tables = 0;
  const property = asyncProperty(choices, async (all) => {
    const { taken } = await driver.drive(all);
    shares.add(taken);
    const last = taken.at(-1)?.catalog;
    // Each state where every script counts would take hours: the last, and one on the way.
    const middle = taken[Math.floor(taken.length / 2)]?.catalog;
    for (const catalog of new Set([last, middle])) {
      if (catalog === undefined) continue;
      tables += catalog.relations.length;
      await comesBack(catalog);
    }
  });
  await assert(property, { numRuns: scripts, seed, endOnFailure: process.env["DRIFTGATE_DDL_SHRINK"] === undefined });
  process.stdout.write(`${scripts} scripts (seed ${seed}), ${tables} tables came back, ${shares.text()}\n`);
}, 14_400_000);
