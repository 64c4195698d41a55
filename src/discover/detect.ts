import { UserError } from "../errors.ts";
import type { MigrationTool, Source } from "../model/migration.ts";
import type { Layout } from "./layout.ts";
import { baseName, commonFolder, folderOf, foldersWith, isBelow, isCode, isSql } from "./layout.ts";
import { layoutOf, layouts } from "./layouts/index.ts";
import { likely } from "./likely.ts";

/** A folder and the tool whose layout it has. */
export interface Candidate {
  readonly layout: Layout;
  readonly root: string;
}

const settings =
  /(?:^|\/)(?:_journal\.json|atlas\.sum|refinery\.toml|manifest\.json|snapshot\.json|migration_lock\.toml|metadata\.toml|sqitch\.plan|sqitch\.conf|Cargo\.toml)$/;

/** Liquibase's files may have any name; those in a folder or under a name that says so are looked into. */
const changelog =
  /(?:^|\/)(?:[^/]*change-?logs?[^/]*|changes|change-?sets?|liquibase)(?:\/.*)?\.(?:xml|ya?ml|json)$|(?:^|\/)(?:[^/]*change-?logs?[^/]*|changes|change-?sets?|liquibase)\/.*\.(?:xml|ya?ml|json)$|(?:^|\/)(?:db|migrations?)\/(?:.*\/)?[^/]*\.xml$|(?:^|\/)[^/]*(?:migrat|schema|liquibase|change-?log)[^/]*(?:\/.*)?\.xml$|(?:^|\/)[^/]*(?:migrations?|liquibase)[^/]*\.ya?ml$/i;

/**
 * Whether a file can matter to discovery; for those who walk a whole repository. Takes SQL, the settings of the known tools, changelogs,
 * and program code that is named like a migration.
 */
export function isMigrationFile(path: string): boolean {
  const name = baseName(path);
  if (isSql(path) || settings.test(path) || name.endsWith(".sql.conf")) return true;
  if (changelog.test(path)) return true;
  return (
    isCode(path) &&
    (/^(?:V?\d|R__|(?:Migration|Version)\d|m\d{6})/.test(name) ||
      /\d{13}\.[cm]?[jt]s$/.test(name) ||
      /(?:^|\/)(?:versions|migrations)\/[^/]+\.py$/.test(path))
  );
}

/** Files above a migrations folder that say which tool it is of. */
const signs = ["Cargo.toml", "refinery.toml"];

const isSign = (path: string): boolean => signs.includes(baseName(path));

/** Where such files would be, for a folder that somebody names. */
export function signsAbove(root: string): readonly string[] {
  const parts = root.split("/").slice(0, -1);
  const folders = parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
  return ["", ...folders].flatMap((folder) => signs.map((name) => folder + name));
}

/**
 * Every migrations folder of the sources: at most one per folder, the most telling layout first. SQL files of no layout count as "plain" where
 * somebody named the folder, or where they lie in one.
 */
export function candidates(sources: readonly Source[], isNamed = false): readonly Candidate[] {
  const found: Candidate[] = [];
  let free = sources;
  for (const layout of layouts) {
    const roots = layout.roots(free).filter((root) => !found.some((other) => other.root === root));
    found.push(...roots.map((root) => ({ layout, root })));
    if (roots.length > 0) free = free.filter((source) => !roots.some((root) => owns({ layout, root }, source)));
  }
  if (found.length > 0) return found;
  const folders = looseFolders(free);
  const [only, ...others] = isNamed && folders.length > 0 ? [commonFolder(folders.map((folder) => `${folder}/-`))] : folders;
  return only === undefined || others.length > 0 ? [] : [{ layout: layoutOf("plain"), root: only }];
}

/** Folders with SQL of no layout. */
const looseFolders = (sources: readonly Source[]): readonly string[] => foldersWith(sources, ({ path }) => isSql(path));

const owns = ({ layout, root }: Candidate, source: Source): boolean => isBelow(root, source.path) && (layout.owns?.(root, source) ?? true);

/**
 * The one folder and tool that are meant: those that are named, else the only candidate, else the only one with a touched file, else the
 * only one that is not another database's, a test's, or of no known tool.
 * @throws UserError TOOL_AMBIGUOUS where several fit, MIGRATIONS_NOT_FOUND where none does.
 */
export function choose(
  sources: readonly Source[],
  tool: MigrationTool | null,
  root: string | null,
  touched: ReadonlySet<string>,
): Candidate {
  const below =
    root === null ? sources : sources.filter(({ path }) => isBelow(root, path) || (isBelow(folderOf(path), root) && isSign(path)));
  if (root !== null && tool !== null) return bothNamed(below, tool, root);
  const all = candidates(below, root !== null);
  const fitting = tool === null ? all : all.filter((candidate) => candidate.layout.tool === tool);
  const inTouch = fitting.filter((candidate) => below.some((source) => touched.has(source.path) && owns(candidate, source)));
  const [only, ...others] = likely(withoutCode(inTouch.length > 0 ? inTouch : fitting), below);
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw ambiguous([only, ...others], root);
  if (tool !== null) return named(below, all, tool);
  const loose = looseFolders(below);
  throw loose.length > 1 ? withoutOrder(loose) : notFound(root);
}

/** Program code beside another known tool's SQL: scripts of a second tool, or tests, more often than what the tables are made by. */
function withoutCode(found: readonly Candidate[]): readonly Candidate[] {
  const sql = found.filter(({ layout }) => layout.isCode !== true);
  return sql.some(({ layout }) => layout.tool !== "plain") ? sql : found;
}

/** The named folder itself where the tool reads something in it, else the one below it that has the tool's layout. */
function bothNamed(sources: readonly Source[], tool: MigrationTool, root: string): Candidate {
  const layout = layoutOf(tool);
  const roots = layout.read(root, sources).length > 0 ? [] : layout.roots(sources);
  if (roots.length > 1)
    throw ambiguous(
      roots.map((folder) => ({ layout, root: folder })),
      root,
    );
  return { layout, root: roots[0] ?? root };
}

/** A tool that is named although the layout does not show it: where SQL lies tells the folder. */
function named(sources: readonly Source[], all: readonly Candidate[], tool: MigrationTool): Candidate {
  const [only, ...others] = all;
  const layout = layoutOf(tool);
  if (only === undefined) {
    const folder = commonFolder(sources.map(({ path }) => path));
    if (layout.read(folder, sources).length > 0) return { layout, root: folder };
    throw notFound(null);
  }
  if (others.length > 0) throw ambiguous(all, null);
  const root = layout.roots(sources)[0] ?? only.root;
  return { layout, root };
}

function ambiguous(found: readonly Candidate[], root: string | null): UserError {
  const list = found.slice(0, 12).map((candidate) => `  ${candidate.root === "" ? "." : candidate.root} (${candidate.layout.tool})`);
  const more = found.length > list.length ? [`  and ${found.length - list.length} more`] : [];
  const where = root === null ? "" : ` below ${root}`;
  return new UserError(
    "TOOL_AMBIGUOUS",
    [
      `there are ${found.length} migrations folders${where}, and it is not clear which one is meant:`,
      ...list,
      ...more,
      "Name one with migrations.path in driftgate.yml (and its tool with migrations.tool), or as the path on the command line.",
    ].join("\n"),
  );
}

/** SQL in many folders, with no number in any file's name: queries, dumps and seeds as well as migrations. */
function withoutOrder(folders: readonly string[]): UserError {
  const list = folders.slice(0, 12).map((folder) => `  ${folder === "" ? "." : folder}`);
  const more = folders.length > list.length ? [`  and ${folders.length - list.length} more`] : [];
  return new UserError(
    "TOOL_AMBIGUOUS",
    [
      `there is SQL in ${folders.length} folders, but no files with the names or marks of a migration tool, so what is run, and in which order, is not clear:`,
      ...list,
      ...more,
      "Name the folder of the migrations with migrations.path in driftgate.yml, or as the path on the command line. Migrations that are program code can be read with migrations.command.",
    ].join("\n"),
  );
}

export function notFound(root: string | null): UserError {
  const where = root === null || root === "" ? "in the working directory" : `in ${root}`;
  return new UserError(
    "MIGRATIONS_NOT_FOUND",
    `no SQL migrations found ${where}. Name the folder with migrations.path in driftgate.yml or as the path on the command line, and the tool with migrations.tool.`,
  );
}
