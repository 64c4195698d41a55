import type { ConnectSchema } from "../model/connect-schema.ts";
import type { Demands } from "./demands.ts";
import type { Hazard } from "./draft.ts";

export interface FieldPair {
  readonly before: ConnectSchema | null;
  readonly after: ConnectSchema | null;
}

/** The column's field in every stream that captures it, before and after. */
export function fieldsOf({ impacts, column }: Pick<Hazard, "impacts" | "column">): readonly FieldPair[] {
  const position = column.after?.position ?? column.before?.position;
  return impacts.map(({ projectionBefore, projectionAfter }) => ({
    before: projectionBefore?.columns.find((field) => field.position === (column.before?.position ?? position))?.schema ?? null,
    after: projectionAfter?.columns.find((field) => field.position === position)?.schema ?? null,
  }));
}

/** Whether the column's field has a default in every stream that has the field. */
export function keepsDefault(hazard: Pick<Hazard, "impacts" | "column">, when: "before" | "after"): boolean {
  return fieldsOf(hazard).every((pair) => pair[when] === null || pair[when]?.default !== undefined);
}

/** Whether the column is part of a record key, in any stream, before or after. */
export function isInKey({ impacts, column }: Pick<Hazard, "impacts" | "column">): boolean {
  const positions = [column.before?.position, column.after?.position];
  return impacts.some(({ projectionBefore, projectionAfter }) =>
    [projectionBefore, projectionAfter].some((projection) =>
      projection?.columns.some(({ position, inKey }) => inKey && positions.includes(position)),
    ),
  );
}

/** The setting that hides or masks the column now and no longer does so afterwards; null where there is none. */
export function escapedProtection({ impacts, column }: Pick<Hazard, "impacts" | "column">): string | null {
  for (const { projectionBefore, projectionAfter } of impacts) {
    const before = projectionBefore?.columns.find(({ position }) => position === column.before?.position)?.protectedBy ?? null;
    const after = projectionAfter?.columns.find(({ position }) => position === column.after?.position)?.protectedBy ?? null;
    if (before !== null && after === null) return before;
  }
  return null;
}

/** Whether the field may change its type in place: what the registry demands can be read, and it means the same. */
export function widensInPlace({ before, after }: FieldPair, { backward, forward }: Demands): boolean {
  if (before === null || after === null) return true;
  const sameMeaning = before.name === after.name && before.parameters?.["scale"] === after.parameters?.["scale"];
  return sameMeaning && (!backward || reads(after, before)) && (!forward || reads(before, after));
}

const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ["long", "float", "double"],
  long: ["float", "double"],
  float: ["double"],
  string: ["bytes"],
  bytes: ["string"],
};

/** Avro 1.12 "Schema Resolution" for two fields of the same name and nullability. */
function reads(reader: ConnectSchema, writer: ConnectSchema): boolean {
  if (reader.items !== undefined && writer.items !== undefined) return reads(reader.items, writer.items);
  const [to, from] = [avroType(reader), avroType(writer)];
  return to === from || (promotions[from] ?? []).includes(to);
}

function avroType({ type, name }: ConnectSchema): string {
  if (type === "int8" || type === "int16" || type === "int32") return "int";
  if (type === "int64") return "long";
  return type === "struct" ? `struct ${name ?? ""}` : type;
}
