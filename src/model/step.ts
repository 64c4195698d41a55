import type { Catalog } from "./catalog.ts";
import type { Statement } from "./statement.ts";
import type { Span } from "./span.ts";

/** How far the catalogs of a step can be trusted. */
export type Certainty = "executed" | "assumed" | "unknown";

/** PostgreSQL's own error. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Where in the file, when the server gave a position; else the statement's span. */
  readonly span: Span;
}

/** One pending statement with the catalog before and after it. */
export interface Step {
  readonly migration: string;
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
  /** Number of the transaction it ran in, rising over the whole run; statements with the same number commit together. */
  readonly transaction: number;
  readonly error: ServerError | null;
  readonly certainty: Certainty;
  /** Why certainty is not "executed"; in words. */
  readonly reason: string | null;
}

/** A difference between two catalogs, told by object identity (oid, attnum), never by name. A fact without severity. */
export type CatalogChange = { readonly relation: number } & (
  | { readonly kind: "relation-created" }
  | { readonly kind: "relation-dropped" }
  | { readonly kind: "relation-renamed"; readonly before: string; readonly after: string }
  | { readonly kind: "relation-moved"; readonly before: string; readonly after: string }
  /** Dropped and created again under the same schema and name; `relation` is the new oid. */
  | { readonly kind: "relation-recreated"; readonly previous: number }
  | { readonly kind: "persistence-changed"; readonly before: string; readonly after: string }
  | { readonly kind: "partition-changed"; readonly before: string | null; readonly after: string | null }
  | { readonly kind: "column-added"; readonly position: number }
  | { readonly kind: "column-dropped"; readonly position: number }
  | { readonly kind: "column-renamed"; readonly position: number; readonly before: string; readonly after: string }
  /** Dropped and added again under its name; `position` is the new attnum. */
  | { readonly kind: "column-recreated"; readonly position: number; readonly previous: number }
  | { readonly kind: "column-type-changed"; readonly position: number }
  | { readonly kind: "column-nullability-changed"; readonly position: number; readonly notNull: boolean }
  | { readonly kind: "column-default-changed"; readonly position: number }
  | { readonly kind: "column-generation-changed"; readonly position: number }
  | { readonly kind: "primary-key-changed" }
  | { readonly kind: "unique-indexes-changed" }
  | { readonly kind: "replica-identity-changed" }
);
