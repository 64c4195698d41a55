import { createHash } from "node:crypto";
import { assumeMigrations } from "../../catalog/assume/assume-migrations.ts";
import { emptyCatalog } from "../../catalog/to-catalog.ts";
import { restore } from "../../catalog/restore.ts";
import type { Catalog } from "../../model/catalog.ts";
import { plainMigration } from "../../model/migration.ts";
import type { Migration } from "../../model/migration.ts";
import { quoteName } from "../../model/sql-name.ts";
import type { Unknown } from "../../model/report.ts";
import type { SyntaxProblem } from "../../model/statement.ts";
import type { Step } from "../../model/step.ts";
import { parseMigration } from "../../parse/parse-migration.ts";
import type { Parser } from "../../parse/parser.ts";
import { runBaseline } from "./baseline.ts";
import { CatalogReader } from "./catalog-reader.ts";
import type { Reading } from "./catalog-reader.ts";
import { StateFolder, compress } from "./data-folder.ts";
import type { Engine } from "./engine.ts";
import { runMigration } from "./run-migration.ts";
import { baselineId, currentCatalog, resetScripts, startScripts } from "./session.ts";
import type { Session } from "./session.ts";

export interface ReplayOptions {
  /** search_path of the role that runs the migrations, where it is not the server's default. */
  readonly searchPath?: readonly string[];
  /** Schemas that are made before the first migration. */
  readonly schemas?: readonly string[];
  /** The pending ones are a history to be told: they did get through, as applied ones did. */
  readonly arePast?: boolean;
}

export interface ReplayResult {
  /** After all migrations. */
  readonly catalog: Catalog;
  /** Before the first pending one. */
  readonly baseline: Catalog;
  /** Of pending migrations only, in the order of execution. */
  readonly steps: readonly Step[];
  readonly problems: readonly Unknown[];
  readonly syntaxProblems: readonly SyntaxProblem[];
  /** Major version of the server that ran them; null where none did. */
  readonly ranOn: number | null;
}

/** A migration without a file: pending, and run in one transaction. */
export interface PlainMigration {
  readonly id: string;
  readonly sql: string;
}

/**
 * Runs migrations on a real PostgreSQL: those of the baseline first, then the pending ones, each under its tool's transaction rules and in a
 * fresh session. `baseline` is what is there before: the text of a schema dump, or a catalog to rebuild. Never fails on a migration's SQL:
 * what PostgreSQL refuses and what cannot run here is told in `problems` and in the steps.
 *
 * @example
 * const engine = await openEngine();
 * const { catalog, steps } = await replay(engine, await createParser(), [{ id: "1", sql: "CREATE TABLE t (id bigint PRIMARY KEY)" }]);
 * await engine.close();
 */
export async function replay(
  engine: Engine,
  parser: Parser,
  migrations: readonly (Migration | PlainMigration)[],
  baseline: string | Catalog | null = null,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const all = migrations.map((migration, index) =>
    "pieces" in migration ? migration : plainMigration(migration.id, migration.sql, { order: index }),
  );
  const history = [...baselineMigrations(baseline), ...inOrder(all, "baseline")];
  const session = await startSession(engine, parser, history, options);
  // Nothing has to be rebuilt where nothing is executed: a live catalog is what the statements are read against.
  if (session === null && baseline !== null && typeof baseline !== "string" && hasTypes(baseline))
    return assumed(parser, inOrder(all, "pending"), baseline);
  if (session === null) return assumed(parser, [...history, ...inOrder(all, "pending")]);
  try {
    const before = currentCatalog(session);
    const pending = inOrder(all, "pending");
    for (const migration of pending) {
      await runPending(session, migration);
      if (isStranger(session, pending)) return assumed(parser, pending);
    }
    const { steps, problems, syntaxProblems } = session;
    const ranOn = Number.parseInt(session.server.version, 10);
    return { catalog: currentCatalog(session), baseline: before, steps, problems, syntaxProblems, ranOn };
  } finally {
    await session.server.close();
    await session.saving;
  }
}

/** False for the catalog of a snapshot, which has the names of types only. */
const hasTypes = ({ relations }: Catalog): boolean => relations.every(({ columns }) => columns.every(({ type }) => type.oid > 0));

/** undefined_table, invalid_schema_name, undefined_object (a type): PostgreSQL manual, appendix A. */
const unknownObject = new Set(["42P01", "3F000", "42704"]);

/**
 * A file on tables that no history made: the server, which knows none, can say nothing of it. A whole history that counts as pending is none:
 * its first migration makes what it uses.
 */
function isStranger({ hasHistory, steps }: Session, pending: readonly Migration[]): boolean {
  if (hasHistory) return false;
  const [first] = pending;
  const refused = steps.some(({ error, migration }) => error !== null && unknownObject.has(error.code) && migration === first?.id);
  return refused || (pending.length === 1 && steps.some((step) => mayMeetUnknown(step, steps)));
}

/** IF EXISTS is quiet here about a table that may well be there. */
function mayMeetUnknown({ statement }: Step, steps: readonly Step[]): boolean {
  const { kind } = statement;
  if ((kind !== "drop" && kind !== "alter-table" && kind !== "rename" && kind !== "set-schema") || !statement.ifExists) return false;
  if (kind === "drop" && statement.object !== "table" && statement.object !== "schema" && statement.object !== "type") return false;
  const names = kind === "drop" ? statement.names : statement.relation === null ? [] : [statement.relation];
  const seen = steps.flatMap(({ before, after }) =>
    before === after ? [] : [before, after].flatMap(({ relations, types }) => [...relations, ...types]),
  );
  const isSeen = kind === "drop" && statement.object === "schema" ? schemaIsSeen : nameIsSeen;
  return names.some(({ name }) => !isSeen(name, seen, steps));
}

type Named = { readonly schema: string; readonly name: string };

const nameIsSeen = (name: string, seen: readonly Named[]): boolean => seen.some((object) => object.name === name);

const schemaIsSeen = (name: string, seen: readonly Named[], steps: readonly Step[]): boolean =>
  seen.some(({ schema }) => schema === name) ||
  steps.some(({ statement }) => statement.kind === "create-schema" && statement.name === name);

/** What the texts alone say: for the engine that executes nothing, and for tables that nobody knows. */
function assumed(parser: Parser, migrations: readonly Migration[], start: Catalog = emptyCatalog): ReplayResult {
  const parsed = migrations.map((migration) => ({ migration, ...parseMigration(parser, migration) }));
  const gaps = migrations.flatMap(({ id, gaps: all }) =>
    all.filter(({ effect }) => effect === "opaque").map(({ reason, span }) => ({ code: "migration-opaque", reason, span, migration: id })),
  );
  return {
    ...assumeMigrations(
      start,
      // PostgreSQL parses a whole text before it runs any of it.
      parsed.map(({ migration, statements, problems }) => ({ migration, statements: problems.length > 0 ? [] : statements })),
    ),
    problems: gaps,
    syntaxProblems: parsed.flatMap(({ problems }) => problems),
    ranOn: null,
  };
}

const inOrder = (migrations: readonly Migration[], state: Migration["state"]): readonly Migration[] =>
  migrations.filter((migration) => migration.state === state).toSorted((a, b) => a.order - b.order);

/** A given state of before, as an applied migration; psql's own lines of a dump are blanked. */
function baselineMigrations(baseline: string | Catalog | null): readonly Migration[] {
  if (baseline === null) return [];
  const sql = typeof baseline === "string" ? blankPsql(baseline) : restore(baseline);
  return [plainMigration(baselineId, sql, { order: -1, state: "baseline", transactional: false })];
}

const blank = (part: string): string => part.replaceAll(/[^\n]/g, " ");

/** Meta commands, and the data after COPY … FROM stdin, as pg_dump writes them; offsets stay. */
function blankPsql(text: string): string {
  return text
    .replaceAll(/^(COPY [^\n]* FROM stdin;\n)([\s\S]*?^\\\.$)/gm, (_, head: string, data: string) => head + blank(data))
    .replaceAll(/^\\.*$/gm, blank);
}

async function runPending(session: Session, migration: Migration): Promise<void> {
  noteGaps(session, migration);
  await runMigration(session, migration, true);
  const reset = resetScripts(session, migration.pieces.map((piece) => piece.sql).join("\n"));
  if (reset.length > 0) await session.server.run(reset);
}

function noteGaps(session: Session, migration: Migration): void {
  for (const gap of migration.gaps) {
    if (gap.effect !== "opaque") continue;
    session.missing.skipped += 1;
    session.problems.push({ code: "migration-opaque", reason: gap.reason, span: gap.span, migration: migration.id });
  }
}

/** What must be kept beside a saved server to go on from it. */
interface Notes {
  readonly reading: Reading;
  readonly missing: readonly string[];
  readonly skipped: number;
  readonly problems: readonly Unknown[];
  readonly syntaxProblems: readonly SyntaxProblem[];
  readonly ownSettings: boolean;
}

/** A session on a server with the history applied, from the longest saved beginning of it; null for an engine that executes nothing. */
async function startSession(
  engine: Engine,
  parser: Parser,
  history: readonly Migration[],
  options: ReplayOptions,
): Promise<Session | null> {
  const folder = engine.cacheDir === null || history.length === 0 ? null : new StateFolder(engine.cacheDir);
  const keys = folder === null ? [] : chainOfKeys(engine, parser, history, options);
  const known = folder === null ? null : await longestKnown(folder, keys);
  const server = await engine.start(known?.stored.state ?? null);
  if (server === null) return null;
  // A cast: the notes were written by this function under a key that names the version.
  const notes = known === null ? null : (known.stored.notes as unknown as Notes);
  const session: Session = {
    server,
    reader: new CatalogReader(server),
    parse: (migration) => parseMigration(parser, migration),
    searchPath: options.searchPath ?? null,
    missing: { extensions: new Set(notes?.missing), skipped: notes?.skipped ?? 0, platform: new Set() },
    problems: [...(notes?.problems ?? [])],
    syntaxProblems: [...(notes?.syntaxProblems ?? [])],
    steps: [],
    reading: notes?.reading ?? null,
    transaction: 0,
    ownSettings: notes?.ownSettings ?? false,
    hasHistory: history.length > 0,
    arePast: options.arePast ?? false,
    saving: null,
  };
  await server.run([...(options.schemas ?? []).map((name) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(name)}`), ...startScripts(session)]);
  const rest = history.slice(known?.count ?? 0);
  if (rest.length > 0 || session.reading === null) await applyHistory(session, rest);
  if (folder !== null && rest.length > 0) await saveState(session, folder, keys.at(-1));
  return session;
}

async function applyHistory(session: Session, rest: readonly Migration[]): Promise<void> {
  for (const migration of rest) noteGaps(session, migration);
  await runBaseline(session, rest);
  session.reading = await session.reader.read(session.reading, "all", false);
  placeBaselineProblems(session);
}

/** A given baseline is no file of the migrations: its statements are told instead of their places. */
function placeBaselineProblems({ problems }: Session): void {
  for (const [index, problem] of problems.entries()) {
    if (problem.migration === baselineId)
      problems[index] = { ...problem, reason: `The given baseline could not be rebuilt whole. ${problem.reason}`, span: null };
  }
}

/** Takes the state at once, and compresses and writes it while the pending migrations run. */
async function saveState(session: Session, folder: StateFolder, key: string | undefined): Promise<void> {
  const dump = await session.server.save();
  if (dump === null || key === undefined) return;
  const { problems, syntaxProblems, missing, ownSettings } = session;
  if (session.reading === null) return;
  const notes = {
    reading: session.reading,
    missing: [...missing.extensions],
    skipped: missing.skipped,
    problems: [...problems],
    syntaxProblems: [...syntaxProblems],
    ownSettings,
  } satisfies Notes;
  session.saving = compress(dump.image).then(
    // A cast: plain data whose interfaces lack an index signature.
    (data) => folder.save(key, { state: { data, extensions: dump.extensions }, notes: notes as unknown as never }),
    () => undefined,
  );
}

/** One key for each beginning of the history: of everything that the server's state, and the places told in problems, depend on. */
function chainOfKeys(engine: Engine, parser: Parser, history: readonly Migration[], options: ReplayOptions): readonly string[] {
  let key = digest(["state-6", engine.fingerprint, parser.grammar, options.searchPath ?? null]);
  return history.map((migration) => {
    const { id, path, text, pieces, transactional, tool, gaps } = migration;
    key = digest([key, id, path, text, pieces, transactional, tool, gaps]);
    return key;
  });
}

const digest = (parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);

/** A history grows at its end: the last 200 beginnings are looked up. */
async function longestKnown(
  folder: StateFolder,
  keys: readonly string[],
): Promise<{ readonly count: number; readonly stored: NonNullable<Awaited<ReturnType<StateFolder["load"]>>> } | null> {
  for (let count = keys.length; count > 0 && count > keys.length - 200; count -= 1) {
    const key = keys[count - 1] ?? "";
    const stored = (await folder.has(key)) ? await folder.load(key) : null;
    if (stored !== null) return { count, stored };
  }
  return null;
}
