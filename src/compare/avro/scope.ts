import { parseError } from "./avro-error.ts";
import { equalSchemas } from "./equal.ts";
import type { JsonValue } from "../../model/json.ts";
import { writeJson } from "./json-text.ts";
import type { NameRule } from "./names.ts";
import { faultOfName, faultOfNamespace, nameOf } from "./names.ts";
import { undefinedReference } from "./resolver.ts";
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
  /** Fills in forward references in all that was defined, and in `root`; gives what Java then copies, in its order. */
  resolve(root: AvroSchema): readonly AvroSchema[];
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
      if (fills.some(({ full }) => !known.has(full))) throw undefinedReference([...known.values(), root], { waiting, known });
      for (const { full, fill } of fills) {
        const schema = known.get(full);
        if (schema !== undefined) fill(schema);
      }
      fills = [];
      return [...known.values(), root];
    },
  };
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
    resolve: () => [],
  };
}
