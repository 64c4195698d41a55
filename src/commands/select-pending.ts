import type { Config } from "../config/parse.ts";
import { candidates } from "../discover/detect.ts";
import { isMigrationFile } from "../discover/detect.ts";
import type { PendingSelector } from "../discover/discover.ts";
import { pathsMatching } from "../discover/glob.ts";
import { defaultHistoryOptions } from "../discover/history/history.ts";
import type { HistoryOptions } from "../discover/history/history.ts";
import { UserError } from "../errors.ts";
import { digest } from "../io/postgres/history.ts";
import type { MigrationTool, Source } from "../model/migration.ts";
import { shownPath } from "./gather.ts";
import type { Live } from "./live.ts";
import type { SourceOptions } from "./options.ts";

/** What is pending, and what had to be assumed to say so. `tool` is the one whose history was read. */
export interface Selection {
  readonly selector: PendingSelector;
  readonly assumptions: readonly string[];
  readonly tool: MigrationTool | null;
}

const selected = (selector: PendingSelector, assumptions: readonly string[] = [], tool: MigrationTool | null = null): Selection => ({
  selector,
  assumptions,
  tool,
});

/** Which of the sources are pending: by git, by globs, by the live database, else all. @throws UserError */
export async function selectPending(
  options: SourceOptions,
  config: Config,
  sources: readonly Source[],
  live: Live | null,
  tool: MigrationTool | null,
): Promise<Selection> {
  if (options.base !== null) {
    const { changesSinceMergeBase } = await import("../io/git.ts");
    const { changes } = await changesSinceMergeBase({ cwd: options.cwd, base: options.base, accept: isMigrationFile });
    return selected({ kind: "git", changes });
  }
  const globs = options.pending.length > 0 ? options.pending : (config.migrations?.pending ?? []);
  if (globs.length > 0) return selected({ kind: "paths", paths: pathsOf(options, sources, globs) });
  if (live !== null) return byDatabase(config, sources, live, tool);
  const message =
    "Every migration counts as pending: nothing said which are applied (--base REF, --pending GLOB, --database-url URL, or migrations.pending in driftgate.yml).";
  return selected({ kind: "all" }, options.baselines.length === 0 ? [message] : []);
}

function pathsOf({ cwd }: SourceOptions, sources: readonly Source[], globs: readonly string[]): ReadonlySet<string> {
  const paths = pathsMatching(
    sources,
    globs.map((glob) => shownPath(cwd, glob)),
  );
  if (paths.size > 0) return paths;
  const list = globs.map((glob) => `"${glob}"`).join(", ");
  throw new UserError("MIGRATIONS_NOT_FOUND", `no file matches the pending glob ${list}; globs are relative to the working directory`);
}

/** What the tool's own history in the database does not have. */
async function byDatabase(config: Config, sources: readonly Source[], live: Live, named: MigrationTool | null): Promise<Selection> {
  // Files named one by one are what the user wants to see run.
  if (named === "plain") return selected({ kind: "all" });
  const tool = named ?? toolIn(sources, live);
  const table = await live.history(tool);
  const options = { ...defaultHistoryOptions, ...historyOptions(config) };
  const message = `Every migration counts as pending: the database has no history table of ${tool} yet.`;
  return selected({ kind: "history", table, options, digest }, table.rows === null ? [message] : [], tool);
}

/** The tool that both the files and the database show. @throws UserError TOOL_AMBIGUOUS, USAGE */
function toolIn(sources: readonly Source[], { tools, shown }: Live): MigrationTool {
  const shapes = [...new Set(candidates(sources).map(({ layout }) => layout.tool))];
  const both = tools.filter((tool) => shapes.includes(tool));
  const [only, ...others] =
    both.length > 0 ? both : shapes.every((tool) => tool === "plain") ? tools : shapes.filter((tool) => tool !== "plain");
  if (only === undefined) {
    throw new UserError(
      "USAGE",
      `the database ${shown} has no history table of a migration tool that driftgate knows, so it does not tell what is pending; say so with --pending GLOB or --base REF, or name the tool's table with migrations.history.table in driftgate.yml`,
    );
  }
  if (others.length > 0) {
    const names = [only, ...others].join(", ");
    throw new UserError(
      "TOOL_AMBIGUOUS",
      `the files and the database fit several migration tools (${names}); name one with migrations.tool in driftgate.yml`,
    );
  }
  return only;
}

/** What the tool's own files say of how it runs counts where driftgate.yml does not say it. */
export function withToolSettings(selector: PendingSelector, config: Config, ofTool: Partial<HistoryOptions>): PendingSelector {
  if (selector.kind !== "history" || Object.keys(ofTool).length === 0) return selector;
  return { ...selector, options: { ...defaultHistoryOptions, ...ofTool, ...historyOptions(config) } };
}

/** What Liquibase is called with, as its own files or driftgate.yml say; undefined where neither does. */
export function calledWith(config: Config, ofTool: Partial<HistoryOptions>): Pick<HistoryOptions, "contexts" | "labels"> | undefined {
  const { contexts = null, labels = null } = { ...ofTool, ...historyOptions(config) };
  return contexts === null && labels === null ? undefined : { contexts, labels };
}

function historyOptions(config: Config): Partial<HistoryOptions> {
  const { table: _, ...options } = config.migrations?.history ?? {};
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
