import { afterAll, beforeAll, expect, test } from "vitest";
import { compareStates } from "../../../src/catalog/compare-states.ts";
import { toSnapshot } from "../../../src/catalog/snapshot.ts";
import { versionDifferences } from "../../../src/catalog/versions/differences.ts";
import { forVersion, met } from "../../../src/catalog/versions/tell.ts";
import { defaultLimits } from "../../../src/io/engine/engine.ts";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { PgServer } from "../../../src/io/engine/pg-server.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Catalog } from "../../../src/model/catalog.ts";
import type { Step } from "../../../src/model/step.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { emptiedEngine } from "../../support/emptied-engine.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { TestMajor, TestServer } from "../../support/postgres.ts";
import { cases } from "../postgres/exactness-cases.ts";
import { applied, migration } from "./support.ts";
import { versionCases } from "./version-cases.ts";

let parser: Parser;
let opened: Engine;
const engines = new Map<TestMajor | "here", Engine>();
const servers: TestServer[] = [];
const sessions: { readonly close: () => Promise<void> }[] = [];

beforeAll(async () => {
  [parser, opened] = await Promise.all([createParser(), openEngine({ cacheDir: null })]);
  const started = await opened.start(null);
  if (started === null) throw new Error("the engine starts no server");
  sessions.push(started);
  engines.set("here", emptiedEngine("pglite", started));
  for (const major of [15, 17, 18] as const) {
    const server = await startPostgres([], major);
    servers.push(server);
    const session = await PgServer.open(server.url(), defaultLimits);
    sessions.push(session);
    engines.set(major, emptiedEngine(`server ${major}`, session));
  }
});

afterAll(async () => {
  for (const session of sessions) await session.close();
  await opened.close();
  for (const server of servers) await server.stop();
});

async function run(sql: string, on: TestMajor | "here"): Promise<Awaited<ReturnType<typeof replay>>> {
  const engine = engines.get(on);
  if (engine === undefined) throw new Error(`no server ${on}`);
  // A history, as a lone file's tables may be another database's.
  return replay(engine, parser, [applied("1.sql", "SELECT 1"), migration("2.sql", sql)]);
}

const isRefused = ({ steps }: { readonly steps: readonly Step[] }): boolean => steps.some(({ error }) => error !== null);

/** Oids differ from one database to the next. */
const comparable = (catalog: Catalog): string =>
  JSON.stringify(toSnapshot(catalog), (key, value: unknown) => (key === "oid" ? undefined : value));

/** What a catalog that another server has lacks once it is rebuilt here. */
async function lostHere(catalog: Catalog): Promise<readonly string[]> {
  const engine = engines.get("here");
  if (engine === undefined) throw new Error("no server");
  const again = await replay(engine, parser, [], catalog);
  return compareStates(toSnapshot(catalog), toSnapshot(again.catalog)).map(({ object, details }) => `${object}: ${details.join("; ")}`);
}

/** Titles of cases in which an older server does otherwise, with the difference that is named. */
const otherwise: Readonly<Record<15 | 17, Readonly<Record<string, readonly string[]>>>> = {
  15: { "an identity column of a partitioned table": ["partition-identity"], "like with all": ["syntax-16"] },
  17: {},
};

test.each(cases)("%s: the same on 15, 17 and 18, or for a reason that is known", async (title, sql) => {
  const here = await run(sql, "here");
  expect(here.problems).toEqual([]);
  const newest = await run(sql, 18);
  expect(comparable(newest.catalog)).toBe(comparable(here.catalog));
  for (const major of [15, 17] as const) {
    const there = await run(sql, major);
    const isSame = !isRefused(there) && comparable(there.catalog) === comparable(here.catalog);
    const named = here.steps.flatMap((step) => met(step, 18, major).map(({ id }) => id));
    expect([major, isSame ? [] : named]).toEqual([major, otherwise[major][title] ?? []]);
    expect([major, isSame, named.length > 0]).toEqual([major, isSame, !isSame]);
    if (major === 15) expect(await lostHere(there.catalog)).toEqual([]);
  }
});

test.each(versionCases)("%s: %s", async (id, sql, older, newer) => {
  const difference = versionDifferences.find((one) => one.id === id);
  const [here, before, since] = [await run(sql, "here"), await run(sql, older), await run(sql, newer)];
  const last = here.steps.find(({ error }) => error !== null) ?? here.steps.at(-1);
  expect(here.steps.flatMap((step) => met(step, newer, older).map((one) => one.id))).toEqual([id]);
  expect(last === undefined ? [] : met(last, newer, older).map((one) => one.id)).toEqual([id]);
  expect([isRefused(before), isRefused(since)]).toEqual([difference?.kind === "refused-before", difference?.kind === "refused-since"]);
  if (difference?.kind === "different") expect(comparable(before.catalog)).not.toBe(comparable(since.catalog));
  // 18 has no such children, so that an older database with one is told not to be rebuilt whole.
  const noSuchChild = id === "child-generated-of-plain" || sql.includes("ONLY t ADD PRIMARY KEY");
  const lost = noSuchChild ? ['public.c: inherits from: none instead of [{"schema":"public","name":"t"}]'] : [];
  if (!isRefused(before)) expect(await lostHere(before.catalog)).toEqual(lost);
  // No difference where there is none: between two servers that are both older, or both newer.
  expect(here.steps.flatMap((step) => met(step, newer, newer))).toEqual([]);
});

test("every row of the table has a case", () => {
  expect([...new Set(versionCases.map(([id]) => id))].toSorted()).toEqual(versionDifferences.map(({ id }) => id).toSorted());
});

test("what another version does is told at the statement, and a refusal of the newer one is qualified", async () => {
  const sql =
    "CREATE TABLE t (a int NOT NULL); ALTER TABLE t DROP CONSTRAINT IF EXISTS t_a_not_null; ALTER TABLE t ADD b int GENERATED ALWAYS AS (a) VIRTUAL";
  const { steps, problems } = await run(sql, "here");
  expect(forVersion({ steps, problems }, 18, 18)).toEqual([]);
  expect(forVersion({ steps, problems }, 18, 17).map(({ code, reason, span }) => [code, reason, span?.start.column])).toEqual([
    [
      "version-differs",
      "PostgreSQL 17, which the migrations are for, does not do the same here as PostgreSQL 18, which ran them: before 18 a NOT NULL has no name, so DROP CONSTRAINT IF EXISTS finds none and the column stays NOT NULL. To be sure, run it on that version: --engine embedded@17.",
      34,
    ],
    [
      "version-differs",
      "PostgreSQL 17, which the migrations are for, refuses this statement, which PostgreSQL 18 took here: virtual generated columns, and GENERATED without STORED, came with 18. To be sure, run it on that version: --engine embedded@17.",
      88,
    ],
  ]);
  const refused = await run("CREATE UNLOGGED TABLE t (a int) PARTITION BY RANGE (a)", "here");
  expect(forVersion(refused, 18, 14).map(({ code, reason }) => [code, reason])).toEqual([
    [
      "sql-refused",
      "PostgreSQL refuses this statement: partitioned tables cannot be unlogged (0A000). That is PostgreSQL 18, which ran it here; PostgreSQL 14, which the migrations are for, may well take it: a partitioned table can be UNLOGGED only before 18. To be sure, give the URL of an empty scratch database of that version as --engine.",
    ],
  ]);
});
