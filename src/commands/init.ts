import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Migration, MigrationTool } from "../model/migration.ts";
import type { SetupChoices, SetupFacts } from "../model/setup.ts";
import { identityText, planSetup } from "../setup/setup.ts";
import type { SetupPlan } from "../setup/setup.ts";
import { exitCodes } from "./exit-codes.ts";
import { choose, nameOf } from "./init-choices.ts";
import type { InitFlags, Questions } from "./init-choices.ts";
import { initFiles, usualRoot } from "./init-files.ts";
import type { InitFile } from "./init-files.ts";
import type { CommonOptions } from "./options.ts";
import { prepare } from "./prepare.ts";

export interface InitOptions extends CommonOptions, InitFlags {
  /** The migrations folder. */
  readonly paths: readonly string[];
  readonly tool: MigrationTool | null;
  readonly databaseUrl: string | null;
  /** With .jsonc the reasons stand in it as comments. */
  readonly connectorPath: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
}

/**
 * `driftgate init`: writes the connector's configuration with its safety valves, the migration that goes with it, driftgate.yml and the workflow.
 * @returns the exit code 0
 * @throws UserError OUTPUT_FAILED where a file is there already and --force was not given; nothing is written then
 */
export async function initCommand(options: InitOptions): Promise<number> {
  const { cwd } = options;
  const found = await findProject(options);
  const { facts, database } = await findDatabase(options, found.catalog);
  const interactive = !options.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const surroundings = { facts, folder: basename(resolve(cwd)), database, postgresVersion: options.postgresVersion };
  const choices = await choose(options, surroundings, interactive ? await questions() : null);
  const plan = planSetup(facts, choices);
  const timestamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const { tool, root, migrations } = found;
  const files = initFiles(plan, choices, { tool, root, migrations, connectorPath: options.connectorPath, timestamp });
  if (options.dryRun) {
    await writeStdout(files.map(({ path, text }) => `==> ${path} <==\n${text}\n`).join(""));
    return exitCodes.pass;
  }
  refuseOverwriting(options, files);
  for (const { path, text } of files) await writeTextFile(cwd, path, text);
  await writeStdout(summary(files, plan, choices, facts));
  return exitCodes.pass;
}

interface Project {
  readonly tool: MigrationTool;
  readonly root: string;
  readonly migrations: readonly Migration[];
  /** What the migrations make; null without any. */
  readonly catalog: Catalog | null;
}

async function findProject(options: InitOptions): Promise<Project> {
  const source = {
    ...options,
    pending: [],
    base: null,
    baselines: [],
    mayRunCommands: true,
    connectors: [],
    registry: null,
    engine: null,
    databaseUrl: null,
  };
  try {
    const { discovery, result } = await prepare(source, "none");
    const { tool, root, migrations } = discovery;
    return { tool: options.tool ?? tool, root, migrations, catalog: result.catalog };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "MIGRATIONS_NOT_FOUND" || options.databaseUrl === null) throw error;
    const tool = options.tool ?? "plain";
    return { tool, root: options.paths[0] ?? usualRoot[tool], migrations: [], catalog: null };
  }
}

async function findDatabase(
  { databaseUrl }: InitOptions,
  replayed: Catalog | null,
): Promise<{ facts: SetupFacts; database: SetupChoices["database"] | null }> {
  if (databaseUrl === null) {
    const catalog = replayed ?? { relations: [], types: [], publications: [], searchPath: [] };
    return { facts: { catalog, statistics: new Map(), server: null }, database: null };
  }
  const { Database } = await import("../io/postgres/database.ts");
  const { readSetupFacts } = await import("../io/postgres/setup-facts.ts");
  const database = await Database.open(databaseUrl);
  try {
    const facts = await readSetupFacts(database);
    const url = new URL(databaseUrl);
    const name = await database.text("SELECT pg_catalog.current_database()");
    return {
      facts,
      database: { host: url.hostname === "" ? "localhost" : url.hostname, port: Number(url.port === "" ? 5432 : url.port), name },
    };
  } finally {
    await database.close();
  }
}

async function questions(): Promise<Questions> {
  const { askOne, askSome, askText } = await import("../io/questions.ts");
  return {
    text: askText,
    tables: async (all, preset) => {
      const chosen = await askSome("Tables to capture", all.map(nameOf), preset.map(nameOf));
      return all.filter((relation) => chosen.has(nameOf(relation)));
    },
    snapshot: (fallback) =>
      askOne(
        "What about the rows that are there already?",
        [
          { value: "initial", label: "read them at the first start", hint: "one long transaction" },
          { value: "no_data", label: "leave them for incremental snapshots", hint: "large and busy databases" },
        ],
        fallback,
      ),
  };
}

function refuseOverwriting({ cwd, force }: InitOptions, files: readonly InitFile[]): void {
  const taken = files.map(({ path }) => path).filter((path) => existsSync(resolve(cwd, path)));
  if (force || taken.length === 0) return;
  const [are, them] = taken.length === 1 ? ["is", "it"] : ["are", "them"];
  throw new UserError(
    "OUTPUT_FAILED",
    `${taken.join(", ")} ${are} there already; nothing was written. --force overwrites ${them}, --dry-run shows what would be written`,
  );
}

function summary(files: readonly InitFile[], plan: SetupPlan, choices: SetupChoices, { server }: SetupFacts): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  const full = plan.identities.filter(({ wanted, isSet }) => wanted !== "default" && !isSet);
  const asks = plan.server.filter(({ isMet }) => isMet !== true);
  const costs = new Set(full.map(({ cost }) => cost));
  const shared = full.length > 1 && costs.size === 1 ? (full[0]?.cost ?? null) : null;
  const tables = `${choices.tables.length} ${choices.tables.length === 1 ? "table" : "tables"}`;
  return `${[
    `Connector ${choices.name}: ${tables}, slot ${choices.slot}, publication ${choices.publication}, role ${choices.role}.`,
    "",
    "Written:",
    ...files.map(({ path, what }) => `  ${path.padEnd(width)}  ${what}`),
    ...(full.length === 0
      ? []
      : [
          "",
          "Replica identity that the migration sets:",
          ...full.flatMap(({ relation, wanted, why, cost }) => [
            `  ${relation.schema}.${relation.name}: ${identityText(wanted)}, as ${why}.`,
            ...(cost === null || cost === shared ? [] : [`    Cost: ${cost}.`]),
          ]),
          ...(shared === null ? [] : [`  Cost of each: ${shared}.`]),
        ]),
    "",
    server === null ? "To ask of the server (nothing was looked at; --database-url does):" : "To ask of the server:",
    ...(asks.length === 0
      ? ["  nothing: every setting is as it should be"]
      : asks.map(
          ({ name, wanted, present, needsRestart }) =>
            `  ${name} = ${wanted}${present === null ? "" : `; is ${present}`}${needsRestart ? " (restart)" : ""}`,
        )),
    "",
    "Next:",
    ...plan.notes.map((note) => `  - ${note}`),
  ].join("\n")}\n`;
}
