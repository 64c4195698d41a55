import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { Cause, Change, ChangeKind } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import { stepBehind } from "./cause-of.ts";
import { fieldDifferences } from "./field-differences.ts";
import { longestRise } from "./longest-rise.ts";
import { rowFieldsOf } from "./row.ts";

/** One side of a comparison. */
export interface ChangeSide {
  readonly schema: ConnectSchema;
  readonly projection: Projection;
}

export interface ChangeContext {
  readonly subject: string | null;
  readonly part: "key" | "value";
  readonly causes: readonly Cause[];
  /** Both sides are the same relation, so that column positions identify columns. */
  readonly sameRelation: boolean;
}

interface RowField {
  readonly index: number;
  readonly field: ConnectField;
  readonly position: number | null;
}

interface FieldPair {
  readonly before: RowField | null;
  readonly after: RowField | null;
}

/** What is different in the rows of a stream, field by field: a field is told by its column, so a rename is known and not guessed. */
export function changesOf(before: ChangeSide, after: ChangeSide, context: ChangeContext): readonly Change[] {
  const pairs = pairFields(fieldsOf(before), fieldsOf(after), context.sameRelation);
  return [...pairs.flatMap((pair) => changesOfPair(pair, context)), ...moves(pairs, context)];
}

function fieldsOf({ schema, projection }: ChangeSide): readonly RowField[] {
  const positions = new Map(projection.columns.map((column) => [column.field, column.position]));
  return rowFieldsOf(schema).map((field, index) => ({ index, field, position: positions.get(field.field) ?? null }));
}

function pairFields(before: readonly RowField[], after: readonly RowField[], byPosition: boolean): readonly FieldPair[] {
  const positions = new Map(before.flatMap((one) => (byPosition && one.position !== null ? [[one.position, one] as const] : [])));
  const partners = new Map<RowField, RowField>();
  const taken = new Set<RowField>();
  const take = (one: RowField, partner: RowField | undefined): void => {
    if (partner === undefined || taken.has(partner) || partners.has(one)) return;
    partners.set(one, partner);
    taken.add(partner);
  };
  for (const one of after) if (one.position !== null) take(one, positions.get(one.position));
  // By name: fields without a column, columns dropped and added again, tables made again.
  const names = new Map(before.map((one) => [one.field.field, one]));
  for (const one of after) take(one, names.get(one.field.field));
  return [
    ...after.map((one) => ({ before: partners.get(one) ?? null, after: one })),
    ...before.filter((one) => !taken.has(one)).map((one) => ({ before: one, after: null })),
  ];
}

function changesOfPair({ before, after }: FieldPair, context: ChangeContext): readonly Change[] {
  if (before === null) return after === null ? [] : [change("field-added", after.field.field, after.position, null, bare(after), context)];
  if (after === null) return [change("field-removed", before.field.field, before.position, bare(before), null, context)];
  const renamed = before.field.field !== after.field.field;
  const rename = renamed
    ? [change("field-renamed", before.field.field, after.position, before.field.field, after.field.field, context)]
    : [];
  const kinds = fieldDifferences(before.field, after.field);
  return [...rename, ...kinds.map((kind) => change(kind, before.field.field, after.position, bare(before), bare(after), context))];
}

type KeptPair = { readonly before: RowField; readonly after: RowField };

function moves(pairs: readonly FieldPair[], context: ChangeContext): readonly Change[] {
  const kept = pairs.flatMap(({ before, after }) => (before === null || after === null ? [] : [{ before, after }]));
  return outOfPlace(kept).map(({ before, after }) => change("field-moved", before.field.field, after.position, null, null, context));
}

/** The fields that moved past others: those with a new column behind them if that explains it, else as few as do. */
function outOfPlace(kept: readonly KeptPair[]): readonly KeptPair[] {
  if (isRising(kept)) return [];
  const stable = kept.filter(({ before, after }) => before.position === after.position);
  if (isRising(stable)) return kept.filter(({ before, after }) => before.position !== after.position);
  const inPlace = longestRise(kept.map(({ before }) => before.index));
  return kept.filter((_pair, index) => !inPlace.has(index));
}

function isRising(kept: readonly KeptPair[]): boolean {
  return kept.every(({ before }, index) => index === 0 || before.index > (kept[index - 1]?.before.index ?? 0));
}

function change(
  kind: ChangeKind,
  path: string,
  position: number | null,
  before: Change["before"],
  after: Change["after"],
  { subject, part, causes }: ChangeContext,
): Change {
  return { kind, subject, part, path, position, before, after, step: stepBehind(kind, part, position, causes) };
}

/** The schema of a field without its name. */
function bare({ field: { field: _name, ...schema } }: RowField): ConnectSchema {
  return schema;
}
