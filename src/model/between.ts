import type { SubjectImpact } from "./impact.ts";
import type { Projection } from "./projection.ts";

/** One stream in a state between the first pending statement and the last, which a row written then shows. */
export interface StreamState {
  /** Index into Inputs.steps of the statement after which it holds. */
  readonly step: number;
  readonly seen: StateSeen;
  readonly projection: Projection;
}

/**
 * written: the migrations themselves write rows in it. committed: the application may. raced: rows written in the middle of a transaction, where the
 * connector reads them before the commit shows in the catalog (seen in about one run of a hundred).
 */
export type StateSeen = "written" | "committed" | "raced";

/** What a connector that is behind when the migrations run does to the subjects of a relation, with the rows written before that it has not read yet. */
export interface LaggingImpact {
  readonly connector: string;
  /** oid of the relation. */
  readonly relation: number;
  /** How these rows are sent. */
  readonly projection: Projection;
  /** What the registry says to their schemas. */
  readonly subjects: readonly SubjectImpact[];
  /** What it then says to those of the rows after the migrations; empty when these rows are refused already. */
  readonly next: readonly SubjectImpact[];
}

/** What such a state does to the subjects of its stream, given what the states before it have registered. */
export interface StateImpact {
  readonly connector: string;
  /** oid of the relation. */
  readonly relation: number;
  /** Index into Inputs.steps. */
  readonly step: number;
  /** "final": the state after all statements, met by versions that the migrations have registered on the way; "raced-final": by one that a lost race has. */
  readonly seen: StateSeen | "final" | "raced-final";
  readonly projection: Projection;
  readonly subjects: readonly SubjectImpact[];
}
