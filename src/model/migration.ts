import type { Span } from "./span.ts";

/** A file as gathered: UTF-8 decoded, byte order mark removed, line ends as they are. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The migration tools whose files are read; "plain" is numbered or dated SQL files of no known tool. Migrations that are program code are listed, not run. */
export const migrationTools = [
  "alembic",
  "atlas",
  "django",
  "graphile-migrate",
  "knex",
  "kysely",
  "mikro-orm",
  "node-pg-migrate",
  "postgres-migrations",
  "rails",
  "refinery",
  "sequelize",
  "sql-migrate",
  "tern",
  "typeorm",
  "yoyo",
  "flyway",
  "golang-migrate",
  "goose",
  "dbmate",
  "prisma",
  "drizzle",
  "diesel",
  "sqlx",
  "sqitch",
  "liquibase",
  "supabase",
  "plain",
] as const;
export type MigrationTool = (typeof migrationTools)[number];

export type MigrationState = "baseline" | "pending";

/** Replaces `text.slice(start, end)` of the file by `text`; how a placeholder gets its value. Offsets are those of the file. */
export interface Substitution {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What the tool sends to the server in one go. `sql` is the text after substitution; everything in it that the tool does not send
 * (down sections, markers, psql meta commands, COPY data) is blanked with spaces, so that without substitutions character i of `sql`
 * is character `start + i` of the file.
 */
export interface Piece {
  readonly sql: string;
  /** Offset in the file of the first character of `sql`. */
  readonly start: number;
  /** In ascending order, inside this piece. */
  readonly substitutions: readonly Substitution[];
}

/** Something in a migration that cannot be run as SQL: a psql `\gexec`, COPY data, a migration written in Go, a missing file. */
export interface Gap {
  readonly span: Span;
  /** In words, for the user: "\\gexec runs statements that psql builds from a query". */
  readonly reason: string;
  /** "ignorable" when it cannot change a table (`\echo`, COPY data); "opaque" when it may have. */
  readonly effect: "ignorable" | "opaque";
  /** Of a gap that is a placeholder without a value: the key of migrations.placeholders that would give it one. */
  readonly placeholder?: string;
}

export interface Migration {
  /** As the tool names it: the path below the migrations folder; for Liquibase `path::author:id#index`. Unique. */
  readonly id: string;
  readonly tool: MigrationTool;
  readonly path: string;
  /** Whole text of the file, for source lines in reports and for splicing. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Place in the order of application, from 0. */
  readonly order: number;
  /** False when the tool runs it statement by statement (marker, or the tool never wraps). */
  readonly transactional: boolean;
  readonly state: MigrationState;
  readonly gaps: readonly Gap[];
  /** Run again whenever its text changes (Flyway R__, Liquibase runOnChange). */
  readonly repeatable: boolean;
}

/** A migration of no tool and one piece, pending, first and run in one transaction, but for what `more` says of it. */
export function plainMigration(id: string, text: string, more: Partial<Migration> = {}): Migration {
  return {
    id,
    tool: "plain",
    path: id,
    text,
    pieces: [{ sql: text, start: 0, substitutions: [] }],
    order: 0,
    transactional: true,
    state: "pending",
    gaps: [],
    repeatable: false,
    ...more,
  };
}

/** A problem of the set of migrations that needs no SQL to see. */
export type DiscoveryProblem =
  | { readonly kind: "edited"; readonly path: string; readonly detail: string; readonly span: Span }
  | { readonly kind: "deleted"; readonly path: string; readonly detail: string; readonly span: Span }
  | { readonly kind: "renamed"; readonly path: string; readonly detail: string; readonly span: Span }
  | { readonly kind: "out-of-order"; readonly path: string; readonly detail: string; readonly span: Span }
  | { readonly kind: "duplicate-version"; readonly path: string; readonly detail: string; readonly span: Span }
  /** The tool stops before this is mended, as its history table says. */
  | { readonly kind: "run-refused"; readonly path: string; readonly detail: string; readonly span: Span }
  /** An earlier run stopped in it. */
  | { readonly kind: "run-failed"; readonly path: string; readonly detail: string; readonly span: Span }
  /** The tool will never run it on this database. */
  | { readonly kind: "never-run"; readonly path: string; readonly detail: string; readonly span: Span };
