import { AvroError, parseError } from "./avro-error.ts";
import { equalSchemas } from "./equal.ts";
import type { JsonValue } from "../../model/json.ts";
import { writeJson } from "./json-text.ts";
import type { NameRule } from "./names.ts";
import { faultOfName, faultOfNamespace, nameOf } from "./names.ts";
import type { AvroName, AvroSchema } from "./schema.ts";

type NamedSchema = Extract<AvroSchema, { name: AvroName }>;

/** The named types a parser knows, and what a reference means. */
export interface Scope {
  /** @param node what stands in the text, for the error. */
  find(name: string, space: string | null, node: JsonValue): AvroSchema;
  /** A definition starts. */
  begin(schema: NamedSchema): void;
  /** All of it has been read. */
  complete(schema: NamedSchema): void;
  /** Calls `fill` at resolve() with what stands in for `schema`, if it is a forward reference. */
  whenKnown(schema: AvroSchema, fill: (known: AvroSchema) => void): void;
  /** Fills in forward references in all that was defined, and in `root`; true when there were any. */
  resolve(root: AvroSchema): boolean;
}

/**
 * Avro 1.12 (org.apache.avro.ParseContext): a type is known once complete; a reference to another one is fixed to its full name and
 * must be defined by the end. The same definition twice is accepted.
 */
export function completeScope(rule: NameRule): Scope {
  const known = new Map<string, NamedSchema>();
  const waiting = new Map<AvroSchema, string>();
  let fills: { readonly full: string; readonly fill: (schema: AvroSchema) => void }[] = [];
  return {
    find(name, space) {
      const full = space !== null && !name.includes(".") ? `${space}.${name}` : name;
      const schema = known.get(full) ?? known.get(name);
      if (schema !== undefined) return schema;
      const placeholder = placeholderOf(full, waiting.size);
      waiting.set(placeholder, full);
      return placeholder;
    },
    begin() {},
    complete(schema) {
      const fault = faultOfNamespace(schema.name, rule) ?? nameFault(schema.name.name, rule);
      if (fault !== null) throw parseError(fault);
      const earlier = known.get(schema.name.full);
      if (earlier === undefined) known.set(schema.name.full, schema);
      else if (!equalSchemas(earlier, schema)) throw parseError(`Can't redefine: ${schema.name.full}`);
    },
    whenKnown(schema, fill) {
      const full = waiting.get(schema);
      if (full !== undefined) fills.push({ full, fill });
    },
    resolve(root) {
      if (fills.some(({ full }) => !known.has(full))) throw undefinedSchema([...known.values(), root], known, waiting);
      for (const { full, fill } of fills) {
        const schema = known.get(full);
        if (schema !== undefined) fill(schema);
      }
      const any = fills.length > 0;
      fills = [];
      return any;
    },
  };
}

/** The one that org.apache.avro.util.SchemaResolver meets first: the branches of a union are visited from the last one. */
function undefinedSchema(
  starts: readonly AvroSchema[],
  known: ReadonlyMap<string, NamedSchema>,
  waiting: ReadonlyMap<AvroSchema, string>,
): AvroError {
  const met = new Set<AvroSchema>();
  const visit = (schema: AvroSchema): string | undefined => {
    const full = waiting.get(schema);
    const meant = full === undefined ? schema : known.get(full);
    if (meant === undefined) return full;
    if (met.has(meant)) return undefined;
    met.add(meant);
    return firstOf(partsOf(meant), visit);
  };
  return new AvroError("AvroTypeException", `Undefined schema: ${firstOf(starts, visit) ?? ""}`);
}

function firstOf(schemas: readonly AvroSchema[], visit: (schema: AvroSchema) => string | undefined): string | undefined {
  for (const schema of schemas) {
    const found = visit(schema);
    if (found !== undefined) return found;
  }
  return undefined;
}

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

function nameFault(name: string, rule: NameRule): string | null {
  const fault = faultOfName(name, rule);
  return fault === null ? null : `Name "${name}" is invalid: ${fault}`;
}

/**
 * Stands for a type not yet known: an empty record under a name that no schema can have, so that it equals nothing else
 * (SchemaResolver.unresolvedSchema, whose numbers go on for as long as the registry runs).
 */
function placeholderOf(full: string, number: number): AvroSchema {
  const name = nameOf(`UnresolvedSchema_${number}`, "org.apache.avro.compiler");
  const properties = { "org.apache.avro.idl.unresolved.name": full };
  return { type: "record", name, doc: "unresolved schema", isError: false, aliases: [], fields: [], fieldsByName: new Map(), properties };
}

/** Avro 1.11 (Schema.Names): a type is known from its first word on, forward references and second definitions are errors. */
export function earlyScope(): Scope {
  const known = new Map<string, NamedSchema>();
  return {
    find(name, space, node) {
      const schema = known.get(nameOf(name, space).full) ?? known.get(nameOf(name, "").full);
      if (schema !== undefined) return schema;
      throw parseError(typeof node === "string" ? `Undefined name: ${writeJson(node)}` : `Type not supported: ${name}`);
    },
    begin(schema) {
      if (known.has(schema.name.full)) throw parseError(`Can't redefine: ${schema.name.full}`);
      known.set(schema.name.full, schema);
    },
    complete() {},
    whenKnown() {},
    resolve: () => false,
  };
}
