import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isMigrationFile } from "../../src/discover/detect.ts";
import { discover } from "../../src/discover/discover.ts";
import type { Discovery } from "../../src/discover/discover.ts";
import { defaultHistoryOptions } from "../../src/discover/history/history.ts";
import type { HistoryOptions } from "../../src/discover/history/history.ts";
import { historyTables } from "../../src/discover/history/recognise.ts";
import { Database } from "../../src/io/postgres/database.ts";
import { digest, readHistoryTable } from "../../src/io/postgres/history.ts";
import { readLiveCatalog } from "../../src/io/postgres/live-catalog.ts";
import type { MigrationTool, Source } from "../../src/model/migration.ts";
import { startPostgres } from "../support/postgres.ts";
import type { TestServer } from "../support/postgres.ts";

const root = join(resolve(process.env["DRIFTGATE_SHARED"] ?? "../shared"), "golden/history-tables");
const tools = readdirSync(root).filter((name) => statSync(join(root, name)).isDirectory());

/** As the folder's README describes it. */
interface State {
  readonly name: string;
  readonly files: {
    readonly present?: readonly string[];
    readonly changed?: Readonly<Record<string, string>>;
    readonly added?: Readonly<Record<string, string>>;
    readonly absent?: readonly string[];
  };
  readonly commands: readonly { readonly command: string; readonly exit: number }[];
  readonly status?: readonly { readonly command: string; readonly exit: number; readonly output: string }[];
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | null>>;
  readonly pendingByTool: readonly string[] | null;
  readonly wouldBePending?: readonly string[];
  readonly failedByTool?: readonly string[];
  readonly outOfOrder?: readonly string[];
  readonly neverApplied?: readonly string[];
  readonly note: string;
}

interface Golden {
  readonly historyTables: readonly { readonly schema: string; readonly name: string; readonly ddl: string }[];
  readonly states: readonly State[];
}

/** States in which the tool answers, and yet its next run stops: as the notes of the states say. */
const stopping: ReadonlySet<string> = new Set(
  [
    "alembic F",
    "atlas F",
    "django F, django F1",
    "flyway C, flyway D, flyway D3, flyway F, flyway G",
    "goose F",
    "knex L",
    "kysely F, kysely G",
    "sql-migrate G",
    "sqlx D, sqlx D1, sqlx G",
  ].flatMap((line) => line.split(", ")),
);

let server: TestServer;
const table: string[] = [];

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.stop();
  process.stdout.write(`${table.join("\n")}\n`);
});

function golden(tool: string): Golden {
  return JSON.parse(readFileSync(join(root, tool, "states.json"), "utf8")) as Golden;
}

function filesBelow(folder: string, prefix = ""): readonly string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}

/** The project as it was in that state. */
function sourcesOf(tool: string, { files }: State): readonly Source[] {
  const texts = new Map(filesBelow(join(root, tool, "project")).map((path) => [path, join(root, tool, "project", path)]));
  for (const [path, variant] of Object.entries({ ...files.changed, ...files.added })) texts.set(path, join(root, tool, variant));
  for (const path of files.absent ?? []) texts.delete(path);
  return [...texts]
    .filter(([path]) => isMigrationFile(path))
    .map(([path, file]) => ({ path, text: readFileSync(file, "utf8").replace(/^\uFEFF/, "") }));
}

/** Settings that the tool was called with, as the user of driftgate says them. */
function optionsOf({ commands, status, note }: State): HistoryOptions {
  const asked = [...commands, ...(status ?? [])].map(({ command }) => command).join("\n");
  // A note says what another option would do, too.
  const said = /^(?:with|same files with|then|after) /.test(note) ? `${asked}\n${note}` : asked;
  return {
    ...defaultHistoryOptions,
    outOfOrder: /outOfOrder=true|--?allow-missing|\bnon-linear\b(?! error)|upgrade heads.*two rows|with allowUnordered/i.test(said),
    skipLate: /linear-skip/.test(asked),
    ignoreMissing: /ignore-missing|ignore-unknown/.test(said),
    strict: /^with -d\b|-m\b.*abort/.test(note),
    contexts: /--contexts[= ](\S+)/.exec((status ?? []).map(({ command }) => command).join("\n"))?.[1]?.split(",") ?? null,
  };
}

/** One database, emptied for each state: to create one takes half a second. */
const emptied = `DO $$
DECLARE one name;
BEGIN
  FOR one IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one);
  END LOOP;
END
$$; CREATE SCHEMA public`;

async function load({ historyTables: tables }: Golden, { rows }: State): Promise<string> {
  const client = await server.connect();
  await client.query(emptied);
  for (const { schema, name: tableName, ddl } of tables) {
    const title = `${schema}.${tableName}`;
    const stored = rows[title];
    if (stored === null || (stored === undefined && !(title in rows))) continue;
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await client.query(`SET search_path = public; ${ddl}`);
    await client.query(`SET search_path = public`);
    await client.query(
      `INSERT INTO "${schema}"."${tableName}" OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::"${schema}"."${tableName}", $1)`,
      [JSON.stringify(stored)],
    );
  }
  await client.end();
  return server.url();
}

async function ask(url: string, tool: string, state: State): Promise<Discovery> {
  const database = await Database.open(url);
  const catalog = await readLiveCatalog(database);
  const found = historyTables(catalog, null);
  const own = found.find((one) => one.tool === tool);
  if (found.length > 0 && own === undefined) throw new Error(`recognised as ${found.map((one) => one.tool).join(", ")}`);
  expect(found.length).toBeLessThan(2);
  const absent = { tool: tool as MigrationTool, title: "its table", rows: null, locks: [] };
  const history = own === undefined ? absent : await readHistoryTable(database, own);
  await database.close();
  const sources = sourcesOf(tool, state);
  const pending = { kind: "history", table: history, options: optionsOf(state), digest } as const;
  return discover(sources, { tool: tool as MigrationTool, root: null, pending, placeholders: {} });
}

/** What the golden file calls a migration: its file; a change set for Liquibase. */
function nameOf(tool: string, { path, id }: Discovery["migrations"][number]): string {
  if (tool !== "liquibase") return path;
  const [file = "", rest = ""] = id.replace(/#\d+$/, "").split("::");
  const [author, ...name] = rest.split(":");
  return `${file}::${name.join(":")}::${author}`;
}

describe.each(tools)("%s", (tool) => {
  const file = golden(tool);
  const states = file.states.filter(({ rows }) => rows !== undefined);

  test.each(states)("$name", async (state) => {
    const url = await load(file, state);
    const { migrations, problems } = await ask(url, tool, state);
    const pending = migrations.filter((migration) => migration.state === "pending").map((migration) => nameOf(tool, migration));
    const stops = problems.filter(({ kind, detail }) => kind === "run-refused" || / stops/.test(detail));
    const pathsOf = (...kinds: readonly string[]): readonly string[] =>
      problems.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path);
    table.push(
      `${tool} ${state.name}: ${state.pendingByTool === null ? "refuses" : `${state.pendingByTool.length} pending`} = ` +
        `${pending.length} pending${stops.length > 0 ? `, stops (${stops.map(({ detail }) => detail).join("; ")})` : ""}  [${state.note}]`,
    );
    if (state.pendingByTool === null) expect(stops).not.toEqual([]);
    else expect(pending).toEqual(state.pendingByTool);
    if (state.pendingByTool !== null) expect(stops.length > 0).toBe(stopping.has(`${tool} ${state.name}`));
    if (state.wouldBePending !== undefined) expect(pending).toEqual(state.wouldBePending);
    expect(pathsOf("run-failed")).toEqual(state.failedByTool ?? []);
    if (state.outOfOrder !== undefined) expect(pathsOf("out-of-order", "never-run")).toEqual(expect.arrayContaining([...state.outOfOrder]));
  });
});
