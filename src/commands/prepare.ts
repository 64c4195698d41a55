import { fromSnapshot } from "../catalog/from-snapshot.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { isMigrationFile } from "../discover/detect.ts";
import { discover } from "../discover/discover.ts";
import { pathsMatching } from "../discover/glob.ts";
import type { Discovery, PendingSelector } from "../discover/discover.ts";
import { readSources, readTextFile } from "../io/files.ts";
import { openEngine } from "../io/engine/open.ts";
import { replay } from "../io/engine/replay.ts";
import { baselineId } from "../io/engine/session.ts";
import type { ReplayResult } from "../io/engine/replay.ts";
import { createParser } from "../io/parsers.ts";
import { keepYoungGenerationSmall } from "../io/young-generation.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Migration, MigrationTool, Source } from "../model/migration.ts";
import { defaultCacheFolder } from "../io/cache.ts";
import { loadConfig, shownPath } from "./gather.ts";
import type { SourceOptions } from "./options.ts";

/** Configuration, migrations and their catalogs: what every command on migrations starts from. */
export interface Prepared {
  readonly config: Config;
  readonly discovery: Discovery;
  readonly result: ReplayResult;
  readonly postgresVersion: number | null;
  readonly assumptions: readonly string[];
}

/** Which migrations are pending: as options and configuration select, or all or none of them whatever those say. */
export type PendingMode = "selected" | "all" | "none";

export async function prepare(
  options: SourceOptions,
  mode: PendingMode,
  select: (migrations: readonly Migration[]) => readonly Migration[] = (migrations) => migrations,
): Promise<Prepared> {
  const config = await loadConfig(options);
  const found = await findMigrations(options, config, mode);
  keepYoungGenerationSmall();
  const { assumptions } = found;
  const discovery = { ...found.discovery, migrations: select(found.discovery.migrations) };
  const postgresVersion = options.postgresVersion ?? config.postgres?.version ?? null;
  const parser = await createParser(postgresVersion === null ? {} : { postgresVersion });
  const baseline = await loadBaseline(options, config);
  const prelude = await loadPrelude(options, config);
  const engine = await openEngine({ engine: options.engine ?? config.postgres?.engine ?? "pglite", cacheDir: defaultCacheFolder() });
  try {
    const migrations = prelude === null ? discovery.migrations : [prelude, ...discovery.migrations];
    const searchPath = config.postgres?.searchPath;
    const result = await replay(engine, parser, migrations, baseline, searchPath === undefined ? {} : { searchPath });
    refuseBrokenBaseline(options.baseline ?? config.postgres?.baseline ?? "", result);
    return { config, discovery, result, postgresVersion, assumptions };
  } finally {
    await engine.close();
  }
}

async function findMigrations(
  options: SourceOptions,
  config: Config,
  mode: PendingMode,
): Promise<{ discovery: Discovery; assumptions: readonly string[] }> {
  const given = options.paths.length > 0 ? options.paths : config.migrations?.path === undefined ? ["."] : [config.migrations.path];
  const sources = await readSources({ cwd: options.cwd, paths: given, accept: isMigrationFile });
  const { selector, assumptions } = await selectPending(options, config, sources, mode);
  const [only] = given;
  const root =
    given.length === 1 && only !== undefined && only !== "." && !isOneFile(sources, options.cwd, only)
      ? shownPath(options.cwd, only)
      : null;
  const discovery = discover(sources, {
    tool: toolOf(options, config, sources, given),
    root,
    pending: selector,
    placeholders: config.migrations?.placeholders ?? {},
  });
  return { discovery, assumptions };
}

/** Files named one by one are taken as they are, in the given layout or as plain files. */
function toolOf(options: SourceOptions, config: Config, sources: readonly Source[], given: readonly string[]): MigrationTool | null {
  if (config.migrations?.tool !== undefined) return config.migrations.tool;
  return given.every((path) => isOneFile(sources, options.cwd, path)) && sources.length > 0 ? "plain" : null;
}

function isOneFile(sources: readonly Source[], cwd: string, path: string): boolean {
  const shown = shownPath(cwd, path);
  return sources.some((source) => source.path === shown);
}

async function selectPending(
  options: SourceOptions,
  config: Config,
  sources: readonly Source[],
  mode: PendingMode,
): Promise<{ selector: PendingSelector; assumptions: readonly string[] }> {
  if (mode !== "selected") return { selector: { kind: mode }, assumptions: [] };
  if (options.base !== null) {
    const { changesSinceMergeBase } = await import("../io/git.ts");
    const { changes } = await changesSinceMergeBase({ cwd: options.cwd, base: options.base, accept: isMigrationFile });
    return { selector: { kind: "git", changes }, assumptions: [] };
  }
  const globs = options.pending.length > 0 ? options.pending : (config.migrations?.pending ?? []);
  if (globs.length > 0) {
    const paths = pathsMatching(
      sources,
      globs.map((glob) => shownPath(options.cwd, glob)),
    );
    if (paths.size === 0)
      throw new UserError(
        "MIGRATIONS_NOT_FOUND",
        `no file matches the pending glob ${globs.map((glob) => `"${glob}"`).join(", ")}; globs are relative to the working directory`,
      );
    return { selector: { kind: "paths", paths }, assumptions: [] };
  }
  const message =
    "Every migration counts as pending: nothing said which are applied (--base REF, --pending GLOB, or migrations.pending in driftgate.yml).";
  return { selector: { kind: "all" }, assumptions: options.baseline === null ? [message] : [] };
}

async function loadBaseline(options: SourceOptions, config: Config): Promise<string | Catalog | null> {
  const baseline = options.baseline ?? config.postgres?.baseline ?? "replay";
  if (baseline === "replay") return null;
  if (!/\.(sql|json)$/.test(baseline)) {
    throw new UserError(
      "USAGE",
      `--baseline takes "replay", a .sql file (a schema dump of pg_dump), or a .json file (written by "driftgate catalog --format json"), not ${baseline}`,
    );
  }
  const text = await readTextFile(baseline, { cwd: options.cwd });
  return baseline.endsWith(".sql") ? text : fromSnapshot(text, baseline);
}

/** Nothing can be compared with a dump that is no SQL. @throws UserError BASELINE_FAILED */
function refuseBrokenBaseline(file: string, { syntaxProblems }: ReplayResult): void {
  const problem = syntaxProblems.find(({ span }) => span.path === baselineId);
  if (problem === undefined) return;
  const { line, column } = problem.span.start;
  throw new UserError(
    "BASELINE_FAILED",
    `${file}:${line}:${column}: ${problem.message}. The baseline must be the SQL that pg_dump writes.`,
  );
}

async function loadPrelude(options: SourceOptions, config: Config): Promise<Migration | null> {
  const path = config.migrations?.prelude;
  if (path === undefined) return null;
  const text = await readTextFile(path, { cwd: options.cwd });
  return {
    id: "(prelude)",
    tool: "plain",
    path,
    text,
    pieces: [{ sql: text, start: 0, substitutions: [] }],
    order: -1,
    transactional: false,
    state: "baseline",
    gaps: [],
    repeatable: false,
  };
}
