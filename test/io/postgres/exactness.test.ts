import { afterAll, beforeAll, expect, test } from "vitest";
import { fromSnapshot } from "../../../src/catalog/from-snapshot.ts";
import { restore } from "../../../src/catalog/restore.ts";
import { toSnapshot } from "../../../src/catalog/snapshot.ts";
import type { Engine, Server } from "../../../src/io/engine/engine.ts";
import { defaultLimits } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { PgServer } from "../../../src/io/engine/pg-server.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import { Database } from "../../../src/io/postgres/database.ts";
import { readLiveCatalog } from "../../../src/io/postgres/live-catalog.ts";
import { readSurroundings } from "../../../src/io/postgres/surroundings.ts";
import type { Catalog } from "../../../src/model/catalog.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { emptiedEngine } from "../../support/emptied-engine.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { TestServer } from "../../support/postgres.ts";
import { cases } from "./exactness-cases.ts";

let parser: Parser;
let opened: Engine;
let inProcess: Server;
let real: TestServer;
let onServer: Server;
let database: string;

beforeAll(async () => {
  [parser, opened, real] = await Promise.all([createParser(), openEngine(), startPostgres()]);
  const server = await opened.start(null);
  if (server === null) throw new Error("the engine starts no server");
  inProcess = server;
  // The database of the live reading may be another server's, of an older major version.
  database = process.env["DRIFTGATE_TEST_DATABASE"] ?? real.url();
  onServer = await PgServer.open(database, defaultLimits);
});

afterAll(async () => {
  await inProcess.close();
  await onServer.close();
  await opened.close();
  await real.stop();
});

const withoutNumbers = (key: string, value: unknown): unknown => (key === "oid" || key === "attnum" ? undefined : value);

/** Numbers differ from one database to the next. */
const comparable = (catalog: Catalog): unknown => JSON.parse(JSON.stringify(toSnapshot(catalog), withoutNumbers));

test.each(cases)("%s", async (_, sql) => {
  const migration = { id: "1.sql", sql };
  const here = await replay(emptiedEngine("pglite", inProcess), parser, [migration]);
  const there = await replay(emptiedEngine("server", onServer), parser, [migration]);
  expect(here.problems).toEqual([]);
  expect(there.problems).toEqual([]);
  expect(comparable(here.catalog)).toEqual(comparable(there.catalog));

  const live = await Database.open(database);
  const catalog = await readLiveCatalog(live);
  const surroundings = await readSurroundings(live);
  await live.close();
  expect(comparable(catalog)).toEqual(comparable(there.catalog));

  const snapshot = fromSnapshot(JSON.stringify(toSnapshot(catalog)), "catalog.json");
  for (const text of [restore(catalog, surroundings), restore(catalog), restore(snapshot)]) {
    const again = await replay(emptiedEngine("pglite", inProcess), parser, [], text);
    expect(again.problems.map(({ reason }) => reason)).toEqual([]);
    expect(comparable(again.catalog)).toEqual(comparable(catalog));
  }
});
