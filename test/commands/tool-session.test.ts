import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SourceOptions } from "../../src/commands/options.ts";
import { prepare } from "../../src/commands/prepare.ts";
import { toolSession } from "../../src/commands/tool-session.ts";

const made: string[] = [];
afterAll(async () => {
  await Promise.all(made.map(async (folder) => rm(folder, { recursive: true, force: true })));
});

test("Flyway's default schema is where its migrations make their tables", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "driftgate-test-"));
  made.push(cwd);
  const files = {
    "src/main/resources/db/migration/V1__a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);",
    "src/main/resources/db/migration/V2__b.sql": "ALTER TABLE a ADD b int;",
    "src/main/resources/application.yml": "spring:\n  flyway:\n    schemas: orders, audit\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(cwd, path, ".."), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const options: SourceOptions = {
    cwd,
    config: null,
    postgresVersion: null,
    debeziumVersion: null,
    color: false,
    quiet: true,
    verbose: false,
    paths: [],
    pending: [],
    base: null,
    baselines: [],
    databaseUrl: null,
    mayRunCommands: false,
    connectors: [],
    registry: null,
    engine: null,
  };
  const { result } = await prepare(options, "all");
  expect(result.catalog.relations.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["orders.a"]);
});

test("a schema that is the server's own default changes nothing", () => {
  expect([toolSession("flyway", { "flyway:defaultSchema": "public" }), toolSession("goose", { "flyway:defaultSchema": "x" })]).toEqual([
    {},
    {},
  ]);
});
