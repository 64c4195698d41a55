import type { SubjectImpact } from "./impact.ts";
import type { Projection } from "./projection.ts";

/** One stream in a state between the first pending statement and the last, which a row written then shows. */
export interface StreamState {
  /** Index into Inputs.steps of the statement after which it holds. */
  readonly step: number;
  /** The migrations themselves write rows in it; else it is only committed, and the application may. */
  readonly written: boolean;
  readonly projection: Projection;
}

/** What such a state does to the subjects of its stream, given what the states before it have registered. */
export interface StateImpact {
  readonly connector: string;
  /** oid of the relation. */
  readonly relation: number;
  /** Index into Inputs.steps. */
  readonly step: number;
  /** "final": the state after all statements, met by versions that the migrations themselves have registered on the way. */
  readonly seen: "written" | "committed" | "final";
  readonly projection: Projection;
  readonly subjects: readonly SubjectImpact[];
}
