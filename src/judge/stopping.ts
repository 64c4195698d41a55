import type { Caveat, Projection } from "../model/projection.ts";

/** Codes of the caveats with which no row of the table comes through. */
export type StoppingCode =
  | "transform-fails"
  | "avro-schema-invalid"
  | "converter-mismatch"
  | "field-name-duplicate"
  | "columns-differ-by-case"
  | "topic-invalid";

const CODES: ReadonlySet<string> = new Set<StoppingCode>([
  "transform-fails",
  "avro-schema-invalid",
  "converter-mismatch",
  "field-name-duplicate",
  "columns-differ-by-case",
  "topic-invalid",
]);

/** What stops the rows of a table after the migrations and did not before; the rule record-stops-task tells it. */
export function newStops(before: Projection | null, after: Projection | null): readonly (Caveat & { readonly code: StoppingCode })[] {
  const known = new Set(before?.caveats.map(({ message }) => message));
  return (after?.caveats ?? []).filter(isStopping).filter(({ message }) => !known.has(message));
}

function isStopping(caveat: Caveat): caveat is Caveat & { readonly code: StoppingCode } {
  return CODES.has(caveat.code);
}
