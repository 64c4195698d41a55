import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { Cause, RelationImpact } from "../model/impact.ts";
import type { MigrationTool } from "../model/migration.ts";
import type { Phase } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import type { AlterTableCommand, Statement } from "../model/statement.ts";
import type { Step } from "../model/step.ts";
import type { Demands } from "./demands.ts";

/** A net change that endangers a stream, with the statement that makes it. */
export interface Hazard {
  readonly kind: "rename-column" | "drop-column" | "change-type" | "set-not-null" | "add-required-column" | "rename-table";
  readonly cause: Cause;
  readonly step: Step;
  readonly statement: Statement;
  /** The sub-command, where the statement is ALTER TABLE. */
  readonly command: AlterTableCommand | null;
  /** What is replaced: the statement, or the sub-command where the statement has several. */
  readonly span: Span;
  /** The relation before and after all pending migrations. */
  readonly before: Relation;
  readonly after: Relation;
  readonly column: { readonly before: Column | null; readonly after: Column | null };
  readonly impacts: readonly RelationImpact[];
  readonly baseline: Catalog;
  readonly final: Catalog;
  readonly demands: Demands;
  /** The table as the user writes it. */
  readonly table: string;
  /** Whether the user leaves the schema to the search_path. */
  readonly withSchema: boolean;
  /** Prefix for further objects in the table's schema: empty, or `schema.`. */
  readonly prefix: string;
  readonly topics: string;
  readonly subjects: string;
}

/** One file to come, without the tool's frame. */
export interface FileDraft {
  /** For the file's name. */
  readonly name: string;
  /** Each without its semicolon. */
  readonly statements: readonly string[];
  /** The statement commits as it goes, or PostgreSQL refuses it in a transaction: it needs a file run without one. */
  readonly autocommit: boolean;
}

export interface PhaseDraft {
  readonly name: Phase["name"];
  readonly files: readonly FileDraft[];
  readonly gate: string;
}

export interface Draft {
  readonly recipe: string;
  /** What takes the place of the user's statement. */
  readonly expand: readonly string[];
  readonly expandGate: string;
  readonly later: readonly PhaseDraft[];
  readonly notes: readonly string[];
  /** Further sub-commands that the later phases do in their own time (a default that goes with a type), cut from the file as well. */
  readonly alsoCut: readonly Span[];
}

/** No plan, with the reason in words. */
export interface Refusal {
  readonly reason: string;
}

export type Recipe = (hazard: Hazard, context: RecipeContext) => Draft | Refusal;

export interface RecipeContext {
  readonly tool: MigrationTool;
  /** Whether the migration tool can run a file without a transaction. */
  readonly autocommit: boolean;
}
