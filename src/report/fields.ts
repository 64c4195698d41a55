import type { Column, Relation } from "../model/catalog.ts";
import type { RelationImpact } from "../model/impact.ts";
import type { ProjectedColumn, Projection } from "../model/projection.ts";
import { defaultWords, schemaWords } from "./schema-words.ts";

export type FieldState = "same" | "added" | "removed" | "renamed" | "changed" | "hidden" | "shown";

/** A column as consumers see it; null fields where it is not sent. */
export interface FieldSide {
  readonly column: string;
  /** As PostgreSQL prints the type. */
  readonly type: string;
  readonly field: string | null;
  readonly words: string | null;
  readonly optional: boolean;
  readonly default: string | null;
  readonly omitted: string | null;
  readonly inKey: boolean;
}

export interface FieldRow {
  readonly state: FieldState;
  readonly before: FieldSide | null;
  readonly after: FieldSide | null;
}

/** The columns of a table before and after, paired as the same column: by attnum, by name where the table was made anew. */
export function fieldRows({ before, after, projectionBefore, projectionAfter }: RelationImpact): readonly FieldRow[] {
  const old = sidesOf(before, projectionBefore);
  const now = sidesOf(after, projectionAfter);
  const recreated = before !== null && after !== null && before.oid !== after.oid;
  const keyOf = ({ position, side }: Placed): string | number => (recreated ? side.column : position);
  const later = new Map(now.map((placed) => [keyOf(placed), placed.side]));
  const earlier = new Set(old.map(keyOf));
  const kept = old.map((placed) => rowOf(placed.side, later.get(keyOf(placed)) ?? null));
  return [...kept, ...now.filter((placed) => !earlier.has(keyOf(placed))).map(({ side }) => rowOf(null, side))];
}

interface Placed {
  readonly position: number;
  readonly side: FieldSide;
}

function sidesOf(relation: Relation | null, projection: Projection | null): readonly Placed[] {
  const projected = new Map(projection?.columns.map((column) => [column.position, column]));
  return (relation?.columns ?? []).map((column) => ({ position: column.position, side: sideOf(column, projected.get(column.position)) }));
}

function sideOf({ name, type }: Column, projected: ProjectedColumn | undefined): FieldSide {
  const schema = projected?.schema ?? null;
  return {
    column: name,
    type: type.text,
    field: projected?.field ?? null,
    words: schema === null ? null : schemaWords(schema),
    optional: schema?.optional ?? true,
    default: schema === null ? null : defaultWords(schema),
    omitted: projected?.omitted ?? null,
    inKey: projected?.inKey ?? false,
  };
}

function rowOf(before: FieldSide | null, after: FieldSide | null): FieldRow {
  return { state: stateOf(before, after), before, after };
}

function stateOf(before: FieldSide | null, after: FieldSide | null): FieldState {
  if (before === null || after === null) {
    if ((before ?? after)?.field === null) return "same";
    return before === null ? "added" : "removed";
  }
  if (before.field !== null && after.field === null) return "hidden";
  if (before.field === null && after.field !== null) return "shown";
  if (before.field !== after.field) return "renamed";
  const same =
    before.words === after.words &&
    before.optional === after.optional &&
    before.default === after.default &&
    before.inKey === after.inKey &&
    (before.field === null || before.type === after.type);
  return same ? "same" : "changed";
}
