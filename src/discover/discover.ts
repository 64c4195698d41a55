import type { GitChange } from "../model/git-change.ts";
import type { DiscoveryProblem, Gap, Migration, MigrationState, MigrationTool, Source } from "../model/migration.ts";
import { spanAt } from "../model/position.ts";
import { candidates, choose, notFound } from "./detect.ts";
import type { Candidate } from "./detect.ts";
import type { Dialect, Draft, Layout, PlaceholderMarks } from "./layout.ts";
import { isBelow } from "./layout.ts";
import { historyReaders } from "./history/index.ts";
import { calledWith } from "./history/liquibase.ts";
import { answer } from "./history/history.ts";
import type { Digest, HistoryOptions, HistoryTable } from "./history/history.ts";
import { byHistoryTable } from "./history/place.ts";
import { byHistory, byPath, duplicates } from "./pending.ts";
import type { Placed } from "./pending.ts";
import { includedFrom } from "./include.ts";
import { prepare, prepareGenerated } from "./prepare.ts";
import type { PreparedGap } from "./prepare.ts";
import type { IncludedFile } from "./psql-variables.ts";
import { tellOnce } from "./tell-once.ts";
import { whenEdited } from "./tool-behaviour.ts";

/** Which migrations are not applied yet. */
export type PendingSelector =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  /** Paths as in Source. */
  | { readonly kind: "paths"; readonly paths: ReadonlySet<string> }
  /** What the tool's own table in the database does not have; the other tools' tables there are not looked at. */
  | { readonly kind: "history"; readonly table: HistoryTable; readonly options: HistoryOptions; readonly digest: Digest }
  /** What the merge base does not have; `changes` are all differences of the working tree from it. */
  | { readonly kind: "git"; readonly changes: readonly GitChange[] };

export interface DiscoverOptions {
  /** null: told from the layout. */
  readonly tool: MigrationTool | null;
  /** The migrations folder, as the paths of the sources begin; null: told from the layout. */
  readonly root: string | null;
  readonly pending: PendingSelector;
  /** Values of the tool's placeholders: Flyway's `${name}`, psql's `:name`, a template's `{{ … name }}`. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** How Flyway's placeholders begin and end, where its settings say so; "none" where they say that there are none. */
  readonly marks?: PlaceholderMarks | "none" | null;
  /** What Liquibase is called with; a history table is read with its own. */
  readonly called?: Called;
}

type Called = Pick<HistoryOptions, "contexts" | "labels">;

export interface Discovery {
  readonly tool: MigrationTool;
  readonly root: string;
  /** Baseline first, then pending, each in the order in which the tool applies them. */
  readonly migrations: readonly Migration[];
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Finds the migrations among the sources and puts them in order. Under a "git" selector the baseline is what the merge base had, text
 * included: that is what the database has run, whatever happened to the files since.
 * @throws UserError TOOL_AMBIGUOUS where several folders fit, MIGRATIONS_NOT_FOUND where none does.
 * @example discover([{ path: "db/V1__a.sql", text: "…" }], { tool: null, root: null, pending: { kind: "all" }, placeholders: {} })
 */
export function discover(sources: readonly Source[], options: DiscoverOptions): Discovery {
  const root = options.root === null ? null : cleanRoot(options.root);
  return read(choose(sources, options.tool, root, touched(options.pending)), sources, options);
}

/** In a repository with several migrations folders the one that changes is meant. */
function touched(pending: PendingSelector): ReadonlySet<string> {
  if (pending.kind === "paths") return pending.paths;
  return new Set(pending.kind === "git" ? pending.changes.map((change) => change.path) : []);
}

/** As discover, for every migrations folder that is found; `tool` and `root` narrow them. */
export function discoverAll(sources: readonly Source[], options: DiscoverOptions): readonly Discovery[] {
  const root = options.root === null ? null : cleanRoot(options.root);
  const below = root === null ? sources : sources.filter((source) => isBelow(root, source.path));
  const found = candidates(below, root !== null).filter((candidate) => options.tool === null || candidate.layout.tool === options.tool);
  return found.map((candidate) => read(candidate, sources, options));
}

function read(candidate: Candidate, sources: readonly Source[], options: DiscoverOptions): Discovery {
  const { layout, root } = candidate;
  const all = readFolder(layout, root, sources);
  if (options.pending.kind === "history") return fromHistory(candidate, all, sources, options, options.pending);
  const called = (drafts: readonly Draft[]): readonly Draft[] =>
    options.called === undefined ? drafts : calledWith(drafts, options.called);
  const current = called(withoutStandIns(all));
  const { placed, problems } = place(layout, current, (earlier) => called(readFolder(layout, root, earlier)), sources, options.pending);
  if (placed.length === 0) throw notFound(root);
  return {
    tool: layout.tool,
    root,
    migrations: toMigrations(candidate, placed, sources, options),
    problems: [...duplicates(current, layout.tool), ...problems, ...editedIncludes(candidate, placed, sources, options)],
  };
}

/** What an applied migration includes counts as a part of its text. */
function editedIncludes(
  { layout, root }: Candidate,
  placed: readonly Placed[],
  sources: readonly Source[],
  { pending, placeholders }: DiscoverOptions,
): readonly DiscoveryProblem[] {
  if (pending.kind !== "git" || !layout.dialect.psql) return [];
  const paths = new Set(placed.map(({ draft }) => draft.path));
  const [now, then] = [sources, before(sources, pending.changes)].map((files) => includedFrom(files, root, paths));
  return placed.flatMap(({ draft, state }): readonly DiscoveryProblem[] => {
    const command = /^[ \t]*\\i(?:r|nclude|nclude_relative)?\b[^\r\n]*/m.exec(draft.text);
    if (command === null || state !== "baseline") return [];
    const sent = (include: IncludedFile | undefined): string =>
      draft.sections.map((section) => prepare(draft, section, layout.dialect, placeholders, include).piece.sql).join("\0");
    if (sent(now) === sent(then)) return [];
    const span = spanAt(draft.path, draft.text, command.index, command.index + command[0].length);
    const detail = `a file that it includes changed since the base; ${whenEdited[layout.tool]}`;
    return [{ kind: "edited", path: draft.path, detail, span }];
  });
}

/** What stands for all before it is of no use beside all before it. */
function withoutStandIns(drafts: readonly Draft[]): readonly Draft[] {
  const first = drafts.findIndex((draft) => !draft.standsForAll);
  return drafts.filter((draft, index) => !draft.standsForAll || first === -1 || index < first);
}

function fromHistory(
  candidate: Candidate,
  drafts: readonly Draft[],
  sources: readonly Source[],
  discovery: DiscoverOptions,
  { table, options, digest }: Extract<PendingSelector, { readonly kind: "history" }>,
): Discovery {
  const { layout, root } = candidate;
  if (drafts.length === 0) throw notFound(root);
  const reader = layout.tool === "plain" ? null : historyReaders[layout.tool];
  const below = sources.filter((source) => isBelow(root, source.path));
  const { placeholders } = discovery;
  const input = { drafts, table, rows: table.rows ?? [], options, digest, placeholders, root, sources: below };
  const found = reader?.(input) ?? answer(drafts);
  const { placed, problems } = byHistoryTable(drafts, found);
  return { tool: layout.tool, root, migrations: toMigrations(candidate, placed, sources, discovery), problems };
}

const readFolder = (layout: Layout, root: string, sources: readonly Source[]): readonly Draft[] =>
  layout.read(
    root,
    sources.filter((source) => isBelow(root, source.path)),
  );

function place(
  layout: Layout,
  current: readonly Draft[],
  readBase: (sources: readonly Source[]) => readonly Draft[],
  sources: readonly Source[],
  pending: PendingSelector,
): ReturnType<typeof byPath> {
  const all = (state: MigrationState): ReturnType<typeof byPath> => ({
    placed: current.map((draft) => ({ draft, state, id: draft.id })),
    problems: [],
  });
  switch (pending.kind) {
    case "all":
      return all("pending");
    case "none":
      return all("baseline");
    case "history":
      return all("pending");
    case "paths":
      return byPath(current, pending.paths, layout.tool);
    case "git":
      return byHistory(current, readBase(before(sources, pending.changes)), pending.changes, layout.tool);
    default:
      return pending satisfies never;
  }
}

/** The sources as the merge base had them. A text that was not readable there is taken as it is now; its edit is reported all the same. */
function before(sources: readonly Source[], changes: readonly GitChange[]): readonly Source[] {
  const texts = new Map(sources.map((source) => [source.path, source.text]));
  for (const change of changes) {
    if (change.kind === "added" || change.kind === "renamed") texts.delete(change.path);
  }
  for (const change of changes) {
    if (change.kind === "added") continue;
    const path = change.kind === "renamed" ? change.from : change.path;
    const text = change.before ?? sources.find((source) => source.path === change.path)?.text;
    if (text !== undefined) texts.set(path, text);
  }
  return [...texts].map(([path, text]) => ({ path, text }));
}

function toMigrations(
  { layout, root }: Candidate,
  placed: readonly Placed[],
  sources: readonly Source[],
  { placeholders, marks = null, pending }: DiscoverOptions,
): readonly Migration[] {
  const paths = new Set(placed.map(({ draft }) => draft.path));
  const include = includedFrom(sources, root, paths);
  // What is applied has run with the files that it includes as they were.
  const applied = pending.kind === "git" ? includedFrom(before(sources, pending.changes), root, paths) : include;
  return tellOnce(
    placed.map((entry, order) =>
      toMigration(entry, order, layout, { placeholders, marks, include: entry.state === "baseline" ? applied : include }),
    ),
  );
}

function toMigration(
  { draft, state, id }: Placed,
  order: number,
  layout: Layout,
  { placeholders, marks, include }: Required<Pick<DiscoverOptions, "placeholders" | "marks">> & { readonly include: IncludedFile },
): Migration {
  const dialect = dialectOf(layout, draft.verbatim === true ? "none" : marks);
  const prepared = draft.sections.map((section) => prepare(draft, section, dialect, placeholders, include));
  const made = draft.generated.map((part) => prepareGenerated(draft, part, dialect, placeholders));
  const gaps: readonly PreparedGap[] = [...draft.gaps, ...[...prepared, ...made].flatMap((part) => part.gaps)];
  return {
    id,
    tool: layout.tool,
    path: draft.path,
    text: draft.text,
    pieces: [...prepared, ...made].map((part) => part.piece),
    order,
    transactional: draft.transactional,
    state,
    gaps: gaps.map(({ start, end, ...gap }): Gap => ({ span: spanAt(draft.path, draft.text, start, end), ...gap })),
    repeatable: draft.repeatable,
  };
}

function dialectOf({ dialect }: Layout, marks: NonNullable<DiscoverOptions["marks"]> | null): Dialect {
  if (marks === null || dialect.dollar !== "required") return dialect;
  return marks === "none" ? { ...dialect, dollar: "none" } : { ...dialect, dollar: "none", marks };
}

/** `./db/migration/` is `db/migration`, `.` is the top. */
const cleanRoot = (root: string): string =>
  root
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
