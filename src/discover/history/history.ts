import type { Catalog } from "../../model/catalog.ts";
import type { MigrationTool, Source } from "../../model/migration.ts";
import type { Draft } from "../layout.ts";

/** One row of a history table: every value as PostgreSQL prints it as text. */
export type HistoryRow = Readonly<Record<string, string | null>>;

/** A migration tool's own table in a database, and the tables beside it that count. */
export interface HistoryTable {
  readonly tool: MigrationTool;
  /** As the tool's user knows it: "public.flyway_schema_history". */
  readonly title: string;
  /** Null where the table does not exist: nothing was ever applied. In the order in which the tool wrote them, where it keeps one. */
  readonly rows: readonly HistoryRow[] | null;
  /** Rows of its lock table; empty where there is none. */
  readonly locks: readonly HistoryRow[];
  /** The database has tables of the user's own; only where the history table does not exist. */
  readonly occupied?: boolean;
  /** What the database has; left out where only the table was read. */
  readonly catalog?: Catalog;
}

/** Settings of a tool that decide what it runs; those of driftgate.yml's `migrations.history`. */
export interface HistoryOptions {
  /** Late files run: Flyway's outOfOrder, goose's -allow-missing, Atlas's non-linear, kysely's allowUnorderedMigrations, node-pg-migrate's --no-check-order. */
  readonly outOfOrder: boolean;
  /** Late files are passed over without an error: Atlas's linear-skip, Flyway's ignoreMigrationPatterns `*:ignored`. */
  readonly skipLate: boolean;
  /** Applied migrations without a file are no error: sqlx's --ignore-missing, sql-migrate's ignoreUnknown, Flyway's `*:missing`. */
  readonly ignoreMissing: boolean;
  /** Edited applied files are an error where the tool can be told so: refinery's abort_divergent, Prisma's and others' strict modes. */
  readonly strict: boolean;
  /** Liquibase's --contexts and --labels; null where none are given, so that everything matches. */
  readonly contexts: readonly string[] | null;
  readonly labels: readonly string[] | null;
  /** What lies above is not run: Flyway's target. */
  readonly target: string | null;
  /** What a database without a history table has already: Flyway's baselineOnMigrate with its baselineVersion, Atlas's --baseline. */
  readonly baseline: string | null;
}

export const defaultHistoryOptions: HistoryOptions = {
  outOfOrder: false,
  skipLate: false,
  ignoreMissing: false,
  strict: false,
  contexts: null,
  labels: null,
  target: null,
  baseline: null,
};

/** Hash of a UTF-8 text; handed in, as nothing here may import a crypto module. */
export type Digest = (algorithm: "md5" | "sha1" | "sha256" | "sha384", text: string, encoding: "hex" | "base64") => string;

export interface HistoryInput {
  /** All that the tool may run, in the order of a new database. */
  readonly drafts: readonly Draft[];
  readonly table: HistoryTable;
  /** Empty where the table does not exist. */
  readonly rows: readonly HistoryRow[];
  readonly options: HistoryOptions;
  readonly digest: Digest;
  /** Values of the tool's placeholders, by name. */
  readonly placeholders: Readonly<Record<string, string>>;
  readonly root: string;
  readonly sources: readonly Source[];
}

/** Something that the history table and the files say together. */
export interface HistoryNote {
  /**
   * "refused": the tool does not run before this is mended; "failed": an earlier run stopped in this migration; "late": it sorts before
   * applied ones; "skipped": the tool will never run it on this database.
   */
  readonly kind: "refused" | "failed" | "late" | "skipped";
  /** Null where there is no file. */
  readonly draft: Draft | null;
  /** What the tool calls the migration. */
  readonly name: string;
  /** In words. */
  readonly detail: string;
  /** The tool stops because of it. */
  readonly stops: boolean;
}

export interface HistoryAnswer {
  /** In the order of the next run; once what stops the tool is mended, where something does. */
  readonly pending: readonly Draft[];
  /** What this database never runs and yet does not have. */
  readonly skipped: ReadonlySet<Draft>;
  readonly notes: readonly HistoryNote[];
  /** Pending drafts of which the database has a part. */
  readonly halves?: ReadonlyMap<Draft, Half>;
}

/** A migration that stopped half way: what the database has of it, and what the next run sends. */
export interface Half {
  readonly done: Draft;
  readonly left: Draft;
}

export type HistoryReader = (input: HistoryInput) => HistoryAnswer;

export const answer = (
  pending: readonly Draft[],
  notes: readonly HistoryNote[] = [],
  skipped: ReadonlySet<Draft> = new Set(notes.flatMap(({ kind, draft }) => (kind === "skipped" && draft !== null ? [draft] : []))),
): HistoryAnswer => ({ pending, notes, skipped });

export const refused = (draft: Draft | null, name: string, detail: string): HistoryNote => ({
  kind: "refused",
  draft,
  name,
  detail,
  stops: true,
});

export const failed = (draft: Draft | null, name: string, detail: string, stops: boolean): HistoryNote => ({
  kind: "failed",
  draft,
  name,
  detail,
  stops,
});

export const late = (draft: Draft, detail: string, stops: boolean): HistoryNote => ({ kind: "late", draft, name: draft.id, detail, stops });

export const skipped = (draft: Draft, detail: string, stops = false): HistoryNote => ({
  kind: "skipped",
  draft,
  name: draft.id,
  detail,
  stops,
});

export const isTrue = (value: string | null | undefined): boolean => value === "true" || value === "t" || value === "1";

/** Drafts by a key of theirs; the first of each. */
export function indexed(drafts: readonly Draft[], keyOf: (draft: Draft) => string): ReadonlyMap<string, Draft> {
  const index = new Map<string, Draft>();
  for (const draft of drafts) if (!index.has(keyOf(draft))) index.set(keyOf(draft), draft);
  return index;
}

/** Two drafts under one key, as the tool refuses them. */
export function clashes(drafts: readonly Draft[], keyOf: (draft: Draft) => string, tool: string): readonly HistoryNote[] {
  const first = indexed(drafts, keyOf);
  return drafts
    .filter((draft) => first.get(keyOf(draft)) !== draft)
    .map((draft) => refused(draft, draft.id, `${tool} stops: ${first.get(keyOf(draft))?.id ?? ""} has the same version ${keyOf(draft)}`));
}
