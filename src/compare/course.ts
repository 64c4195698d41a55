import type { SubjectImpact } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import { equalData } from "./equal-data.ts";
import type { GrowingSchemas } from "./stored-schemas.ts";
import type { StreamContext } from "./stream-side.ts";
import { subjectImpacts } from "./subject-impact.ts";

/** A stream that is followed from state to state, and what was registered on the way. */
export type Following = StreamContext & { readonly stored: GrowingSchemas };

/** What the registry says when a stream goes from one state to another. */
export function ask(before: Projection | null, after: Projection, context: StreamContext): readonly SubjectImpact[] {
  return subjectImpacts({ before, after, sameRelation: true }, context);
}

export function isAccepted(subjects: readonly SubjectImpact[]): boolean {
  return !subjects.some(({ verdict: { outcome } }) => outcome === "refused" || outcome === "unknown");
}

/** What was taken becomes the newest version. */
export function register(subjects: readonly SubjectImpact[], stored: GrowingSchemas): void {
  for (const { subjectAfter, schemaAfter } of subjects) {
    if (subjectAfter !== null && schemaAfter !== null) stored.register(subjectAfter, JSON.stringify(schemaAfter));
  }
}

/** Whether the stream sends the same as in a state that is known. */
export function shows(known: Projection | null, projection: Projection): boolean {
  return (
    known !== null &&
    known.keySubject === projection.keySubject &&
    known.valueSubject === projection.valueSubject &&
    equalData(known.streaming, projection.streaming)
  );
}

export function byOid(projections: readonly Projection[]): ReadonlyMap<number, Projection> {
  return new Map(projections.map((one) => [one.relation.oid, one]));
}
