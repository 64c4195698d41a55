import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { restore } from "../../src/catalog/restore.ts";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import type { Engine } from "../../src/io/engine/engine.ts";
import { defaultLimits } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { PgServer } from "../../src/io/engine/pg-server.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import { Database } from "../../src/io/postgres/database.ts";
import { readLiveCatalog } from "../../src/io/postgres/live-catalog.ts";
import { readSurroundings } from "../../src/io/postgres/surroundings.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { startPostgres } from "../support/postgres.ts";
import type { TestServer } from "../support/postgres.ts";
import { corpus, findMigrations, readLines, searchPaths } from "./corpus.ts";

let server: TestServer;
let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  server = await startPostgres();
  [engine, parser] = await Promise.all([openEngine({ cacheDir: null, limits: { totalMs: 600_000 } }), createParser()]);
  const admin = await server.connect();
  await admin.query("CREATE ROLE onlooker LOGIN");
});

afterAll(async () => {
  await engine.close();
  await server.stop();
});

const applied = (migrations: readonly Migration[]): readonly Migration[] =>
  migrations.map((migration) => ({ ...migration, state: "baseline" as const }));

/** An engine whose one server is a database that stays. */
function engineOn(url: string): Engine {
  const start = (): Promise<PgServer> => PgServer.open(url, { ...defaultLimits, totalMs: 600_000 });
  return { name: "url", fingerprint: url, cacheDir: null, start, close: async () => undefined };
}

const withoutNumbers = (key: string, value: unknown): unknown => (key === "oid" || key === "attnum" ? undefined : value);

/** Numbers differ from one database to the next. */
function comparable(catalog: Catalog): unknown {
  return JSON.parse(JSON.stringify(toSnapshot(catalog), withoutNumbers));
}

describe.each(readdirSync(corpus).toSorted())("%s", (project) => {
  test("the live database reads as the replay does, and comes back from what was read", async () => {
    const migrations = applied(await findMigrations(project, readLines(project)));
    const searchPath = searchPaths[project];
    const options = searchPath === undefined ? {} : { searchPath };
    const name = await server.createDatabase(project);
    const real = await replay(engineOn(server.url(name)), parser, migrations, null, options);
    const replayed = await replay(engine, parser, migrations, null, options);
    const database = await Database.open(server.url(name).replace("postgres@", "onlooker@"));
    const started = performance.now();
    const live = await readLiveCatalog(database);
    const surroundings = await readSurroundings(database);
    const readMs = Math.round(performance.now() - started);
    await database.close();
    expect(comparable(live)).toEqual(comparable(real.catalog));
    const restored = await replay(engine, parser, [], restore(live, surroundings));
    const alone = await replay(engine, parser, [], restore(live));
    const same = (catalog: Catalog): number => {
      const [a, b] = [JSON.stringify(comparable(live)), JSON.stringify(comparable(catalog))];
      return Number(a === b);
    };
    process.stdout.write(
      `${project}: ${live.relations.length} tables, read in ${readMs} ms; equals replay ${same(replayed.catalog)}, restored with surroundings ${same(restored.catalog)}, ` +
        `from the snapshot alone ${same(alone.catalog)}; ${restored.problems.map(({ reason }) => reason.slice(0, 300)).join(" | ")}\n`,
    );
    expect(comparable(replayed.catalog)).toEqual(comparable(live));
    expect(comparable(restored.catalog)).toEqual(comparable(live));
    expect(comparable(alone.catalog)).toEqual(comparable(live));
  });
});
