import type { Config } from "../config/parse.ts";
import { isMigrationFile, signsAbove } from "../discover/detect.ts";
import { discover } from "../discover/discover.ts";
import type { Discovery } from "../discover/discover.ts";
import { toolHistoryOptions } from "../discover/history/tool-settings.ts";
import { placeholderFiles, toolPlaceholders } from "../discover/tool-placeholders.ts";
import { readSources, readTextFile } from "../io/files.ts";
import { openEngine } from "../io/engine/open.ts";
import { replay } from "../io/engine/replay.ts";
import type { ReplayResult } from "../io/engine/replay.ts";
import { createParser } from "../io/parsers.ts";
import { readExisting } from "../io/settings-files.ts";
import { keepYoungGenerationSmall } from "../io/young-generation.ts";
import { plainMigration } from "../model/migration.ts";
import type { Migration, MigrationTool, Source } from "../model/migration.ts";
import { spanAt } from "../model/position.ts";
import type { StateComparison } from "../model/state-difference.ts";
import { defaultCacheFolder } from "../io/cache.ts";
import { compareBaselines, loadBaselines, verifyBaseline } from "./baselines.ts";
import { refuseBrokenBaseline } from "./broken-baseline.ts";
import { runSourceCommand, standIn } from "./command-source.ts";
import { loadConfig, shownPath } from "./gather.ts";
import { openLive } from "./live.ts";
import type { Live } from "./live.ts";
import type { SourceOptions } from "./options.ts";
import { calledWith, selectPending, withToolSettings } from "./select-pending.ts";
import { toolSession } from "./tool-session.ts";
import type { ToolSession } from "./tool-session.ts";
import { majorOf, onVersion } from "./server-version.ts";

/** Configuration, migrations and their catalogs: what every command on migrations starts from. */
export interface Prepared {
  readonly config: Config;
  readonly discovery: Discovery;
  readonly result: ReplayResult;
  readonly postgresVersion: number | null;
  readonly assumptions: readonly string[];
  readonly comparisons: readonly StateComparison[];
  /** What is to be told beside a report. */
  readonly notes: readonly string[];
}

/** Which migrations are pending: as options and configuration select, or all or none of them whatever those say. */
export type PendingMode = "selected" | "all" | "none";

export async function prepare(
  options: SourceOptions,
  mode: PendingMode,
  select: (migrations: readonly Migration[]) => readonly Migration[] = (migrations) => migrations,
): Promise<Prepared> {
  const config = await loadConfig(options);
  const url = databaseOf(options, config, mode);
  const live = url === null ? null : await openLive(url, config);
  try {
    if (live !== null && mode === "none") return ofDatabase(config, options, live);
    return await prepareMigrations(options, config, mode, live, select);
  } finally {
    await live?.close();
  }
}

/** A history is that of the files; the present state is the database's where the command line says so, else that of the files too. */
function databaseOf({ databaseUrl }: SourceOptions, config: Config, mode: PendingMode): string | null {
  if (mode === "all") return null;
  return databaseUrl ?? (mode === "selected" ? (config.postgres?.databaseUrl ?? null) : null);
}

/** The database as it is, for commands that show the present state: no engine has to rebuild it. */
function ofDatabase(config: Config, options: SourceOptions, { catalog, version }: Live): Prepared {
  return {
    config,
    discovery: { tool: "plain", root: "", migrations: [], problems: [] },
    result: { catalog, baseline: catalog, steps: [], problems: [], syntaxProblems: [], ranOn: null },
    postgresVersion: options.postgresVersion ?? config.postgres?.version ?? version,
    assumptions: [],
    comparisons: [],
    notes: [],
  };
}

async function prepareMigrations(
  options: SourceOptions,
  config: Config,
  mode: PendingMode,
  live: Live | null,
  select: (migrations: readonly Migration[]) => readonly Migration[],
): Promise<Prepared> {
  // First of all, as it makes itself ready while files are read and parsed.
  const engine = await openEngine({ engine: options.engine ?? config.postgres?.engine ?? "pglite", cacheDir: defaultCacheFolder() });
  try {
    keepYoungGenerationSmall();
    const found = await findMigrations(options, config, mode, live);
    // All is read: no transaction stays open on somebody's database while migrations run here.
    await live?.close();
    const postgresVersion = options.postgresVersion ?? config.postgres?.version ?? live?.version ?? majorOf(engine.name);
    const parser = await createParser(postgresVersion === null ? {} : { postgresVersion });
    const baselines = await loadBaselines(options, config, live);
    const isReplayed = baselines.some(({ given }) => given === null);
    const known = await standIn(found.discovery, config, options);
    const listed = { ...known, migrations: select(known.migrations) };
    const discovery = await runSourceCommand(listed, config, options, (migration) => isReplayed || isPending(migration));
    const prelude = await loadPrelude(options, config);
    const migrations = prelude === null ? discovery.migrations : [prelude, ...discovery.migrations];
    const ofTool = live === null && config.postgres?.searchPath === undefined ? found.session : {};
    const searchPath = config.postgres?.searchPath ?? (live === null ? ofTool.searchPath : live.catalog.searchPath);
    const replayOptions = { ...ofTool, ...(searchPath === undefined ? {} : { searchPath }), arePast: mode === "all" };
    const [first] = baselines;
    const given = (engine.name === "none" ? first?.catalog : null) ?? first?.given ?? null;
    const replayed = await replay(engine, parser, given === null ? migrations : migrations.filter(isPending), given, replayOptions);
    const result = refuseBrokenBaseline(first?.name ?? "", migrations, replayed);
    const verified = first === undefined ? { result, assumptions: [] } : verifyBaseline(first, result);
    const applied = migrations.filter((migration) => !isPending(migration));
    const comparing = { engine, parser, applied, options: replayOptions, baseline: result.baseline };
    const comparisons = await compareBaselines(baselines, comparing);
    const { problems, assumption } = onVersion(verified.result, postgresVersion);
    const assumptions = [...found.assumptions, ...verified.assumptions, ...(assumption === null ? [] : [assumption])];
    const notes = baselines.flatMap((one) => one.standIn ?? []);
    return { config, discovery, result: { ...verified.result, problems }, postgresVersion, assumptions, comparisons, notes };
  } finally {
    await engine.close();
  }
}

const isPending = ({ state }: Migration): boolean => state === "pending";

async function findMigrations(
  options: SourceOptions,
  config: Config,
  mode: PendingMode,
  live: Live | null,
): Promise<{ discovery: Discovery; assumptions: readonly string[]; session: ToolSession }> {
  const given = options.paths.length > 0 ? options.paths : config.migrations?.path === undefined ? ["."] : [config.migrations.path];
  const unread = new Set<string>();
  const passedOver = (path: string): void => void unread.add(path);
  const files = [...(await readSources({ cwd: options.cwd, paths: given, accept: isMigrationFile, passedOver }))];
  // Their names count; what is in them is not known.
  for (const path of unread) files.push({ path, text: "" });
  const [only] = given;
  const root =
    given.length === 1 && only !== undefined && only !== "." && !isOneFile(files, options.cwd, only) ? shownPath(options.cwd, only) : null;
  const sources = root === null ? files : [...files, ...(await readExisting(options.cwd, signsAbove(root)))];
  const named = toolOf(options, config, files, given);
  const selection = mode === "selected" ? await selectPending(options, config, sources, live, named) : null;
  const settings = {
    tool: named ?? selection?.tool ?? null,
    root,
    pending: selection?.selector ?? { kind: mode === "all" ? ("all" as const) : ("none" as const) },
    placeholders: config.migrations?.placeholders ?? {},
  };
  const found = discover(sources, settings);
  const toolFiles = await readExisting(options.cwd, placeholderFiles(found.tool, found.root));
  const { values, marks } = toolPlaceholders(found.tool, [
    ...toolFiles,
    ...new Map(found.migrations.map(({ path, text }) => [path, { path, text }])).values(),
  ]);
  const ofTool = toolHistoryOptions(found.tool, toolFiles);
  const pending = withToolSettings(settings.pending, config, ofTool);
  const called = calledWith(config, ofTool);
  const isSame = marks === null && Object.keys(values).length === 0 && pending === settings.pending && called === undefined;
  const discovery = isSame
    ? found
    : discover(sources, {
        ...settings,
        ...(called === undefined ? {} : { called }),
        pending,
        marks,
        placeholders: { ...values, ...settings.placeholders },
      });
  const session = toolSession(found.tool, { ...values, ...settings.placeholders });
  const migrations = discovery.migrations.map((migration) => (unread.has(migration.path) ? withoutText(migration) : migration));
  return { discovery: { ...discovery, migrations }, assumptions: selection?.assumptions ?? [], session };
}

/** A tool may follow the link that is not followed here. */
function withoutText(migration: Migration): Migration {
  const reason = "the file was not read: it is a link that leads out of the working directory or nowhere, or no regular file";
  return { ...migration, gaps: [{ span: spanAt(migration.path, "", 0, 0), reason, effect: "opaque" }] };
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

async function loadPrelude(options: SourceOptions, config: Config): Promise<Migration | null> {
  const path = config.migrations?.prelude;
  if (path === undefined) return null;
  const text = await readTextFile(path, { cwd: options.cwd });
  return plainMigration("(prelude)", text, { path, order: -1, transactional: false, state: "baseline" });
}
