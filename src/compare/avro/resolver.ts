import { AvroError } from "./avro-error.ts";
import type { AvroSchema } from "./schema.ts";

/** What forward references are about. */
export interface References {
  /** Each reference, and the full name that it refers to. */
  readonly waiting: ReadonlyMap<AvroSchema, string>;
  readonly known: ReadonlyMap<string, AvroSchema>;
}

/**
 * Error for the undefined reference that org.apache.avro.util.SchemaResolver meets first. A reference starts a visit of its own, which
 * goes once more through what the visits around it have met.
 */
export function undefinedReference(starts: readonly AvroSchema[], { waiting, known }: References): AvroError {
  const copied = new Set<AvroSchema>();
  const visit = (schema: AvroSchema, met: Set<AvroSchema>): string | null => {
    if (met.has(schema)) return null;
    met.add(schema);
    const full = waiting.get(schema);
    if (full !== undefined) {
      if (copied.has(schema)) return null;
      const meant = known.get(full);
      if (meant === undefined) return full;
      const missing = copied.has(meant) ? null : visit(meant, new Set());
      copied.add(schema);
      return missing;
    }
    if (schema.type === "record") copied.add(schema);
    for (const part of partsOf(schema)) {
      const missing = visit(part, met);
      if (missing !== null) return missing;
    }
    return null;
  };
  const missing = starts.reduce<string | null>((earlier, start) => earlier ?? visit(start, new Set()), null);
  return new AvroError("AvroTypeException", `Undefined schema: ${missing ?? ""}`);
}

/**
 * Avro 1.12 copies all schemas once it has read them, which checks them once more, references filled in. A record has no fields to look at
 * before its copy is complete (org.apache.avro.util.SchemaResolver.ResolvingVisitor).
 * @param check called with what is copied, parts first, and with the records that are not complete then
 */
export function visitCopies(starts: readonly AvroSchema[], check: (schema: AvroSchema, incomplete: ReadonlySet<AvroSchema>) => void): void {
  const met = new Set<AvroSchema>();
  const incomplete = new Set<AvroSchema>();
  const visit = (schema: AvroSchema): void => {
    if (met.has(schema)) return;
    met.add(schema);
    if (schema.type === "record") incomplete.add(schema);
    for (const part of partsOf(schema)) visit(part);
    check(schema, incomplete);
    incomplete.delete(schema);
  };
  for (const start of starts) visit(start);
}

/** In the order of org.apache.avro.util.Schemas.visit: the branches of a union from the last one. */
function partsOf(schema: AvroSchema): readonly AvroSchema[] {
  switch (schema.type) {
    case "record":
      return schema.fields.map(({ type }) => type);
    case "union":
      return schema.branches.toReversed();
    case "array":
      return [schema.items];
    case "map":
      return [schema.values];
    default:
      return [];
  }
}
