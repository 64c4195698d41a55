import type { JsonValue } from "../../model/json.ts";
import { equalJson } from "./json-text.ts";
import { jacksonText } from "./registration-text.ts";
import type { AvroField, AvroSchema } from "./schema.ts";

/** org.apache.avro.Schema.equals: names, structure and properties; documentation and aliases do not count. */
export function equalSchemas(a: AvroSchema, b: AvroSchema, seen = new Map<AvroSchema, Set<AvroSchema>>()): boolean {
  if (a === b) return true;
  if (a.type !== b.type) return false;
  if (a.type === "union") {
    const others = b.type === "union" ? b.branches : [];
    return a.branches.length === others.length && a.branches.every((branch, index) => equalAt(branch, others[index], seen));
  }
  if (b.type === "union" || !equalNodes(a.properties, b.properties)) return false;
  if ("name" in a && !("name" in b && a.name.full === b.name.full)) return false;
  if (a.type === "array") return b.type === "array" && equalSchemas(a.items, b.items, seen);
  if (a.type === "map") return b.type === "map" && equalSchemas(a.values, b.values, seen);
  if (a.type === "fixed") return b.type === "fixed" && a.size === b.size;
  if (a.type === "enum") return b.type === "enum" && equalNodes(a.symbols, b.symbols);
  if (a.type !== "record" || b.type !== "record") return true;
  const partners = seen.get(a) ?? new Set();
  if (partners.has(b)) return true;
  seen.set(a, partners.add(b));
  return a.fields.length === b.fields.length && a.fields.every((field, index) => equalFields(field, b.fields[index], seen));
}

function equalAt(a: AvroSchema, b: AvroSchema | undefined, seen: Map<AvroSchema, Set<AvroSchema>>): boolean {
  return b !== undefined && equalSchemas(a, b, seen);
}

function equalFields(a: AvroField, b: AvroField | undefined, seen: Map<AvroSchema, Set<AvroSchema>>): boolean {
  if (b === undefined || a.name !== b.name || a.order !== b.order) return false;
  if ((a.default === undefined) !== (b.default === undefined)) return false;
  if (a.default !== undefined && b.default !== undefined && !equalNodes(a.default, b.default)) return false;
  return equalNodes(a.properties, b.properties) && equalSchemas(a.type, b.type, seen);
}

/** Equality of Jackson's nodes: order of keys does not count, and 1 is not 1.0. */
const equalNodes = (a: JsonValue, b: JsonValue): boolean => equalJson(a, b, (x, y) => jacksonText(x) === jacksonText(y));
