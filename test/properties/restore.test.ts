import { assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareStates } from "../../src/catalog/compare-states.ts";
import { fromSnapshot } from "../../src/catalog/from-snapshot.ts";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import { CatalogReader } from "../../src/io/engine/catalog-reader.ts";
import type { Engine, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { emptiedEngine } from "../support/emptied-engine.ts";
import { choices, scriptOf } from "./ddl-scripts.ts";

/** How many scripts; DRIFTGATE_DDL_SCRIPTS and DRIFTGATE_DDL_SEED for a longer run. */
const scripts = Number(process.env["DRIFTGATE_DDL_SCRIPTS"] ?? 15);
const seed = Number(process.env["DRIFTGATE_DDL_SEED"] ?? 20_261_127);

let opened: Engine;
let server: Server;
let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  [opened, parser] = await Promise.all([openEngine({ cacheDir: null, limits: { totalMs: 3_600_000 } }), createParser()]);
  const started = await opened.start(null);
  if (started === null) throw new Error("the engine starts no server");
  server = started;
  engine = emptiedEngine("pglite", server);
});

afterAll(async () => {
  await server.close();
  await opened.close();
});

/** The catalog that a script leaves; what PostgreSQL refuses of it is left out. */
async function made(units: readonly (readonly string[])[]): Promise<Catalog> {
  await engine.start(null);
  for (const unit of units) {
    const results = await server.run(unit);
    if (results.some(({ error }) => error !== null)) await server.run(["ROLLBACK"]);
  }
  const { catalog } = await new CatalogReader(server).read(null, "all", false);
  return catalog;
}

const withoutNumbers = (key: string, value: unknown): unknown => (key === "oid" || key === "attnum" ? undefined : value);
const textOf = (catalog: Catalog): string => JSON.stringify(toSnapshot(catalog), withoutNumbers);

test("whatever DDL made comes back from its catalog, and from its snapshot", async () => {
  let tables = 0;
  const property = asyncProperty(choices, async (all) => {
    const catalog = await made(scriptOf(all));
    tables += catalog.relations.length;
    for (const given of [catalog, fromSnapshot(JSON.stringify(toSnapshot(catalog)), "catalog.json")]) {
      const again = await replay(engine, parser, [], given);
      expect(again.problems.map(({ reason }) => reason)).toEqual([]);
      expect(compareStates(toSnapshot(catalog), toSnapshot(again.catalog))).toEqual([]);
      expect(textOf(again.catalog)).toBe(textOf(catalog));
    }
  });
  await assert(property, { numRuns: scripts, seed, endOnFailure: true });
  process.stdout.write(`${scripts} scripts (seed ${seed}), ${tables} tables came back\n`);
}, 3_600_000);
