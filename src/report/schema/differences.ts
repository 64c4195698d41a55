import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject } from "../../model/json.ts";
import { decimalWords } from "./decimal-words.ts";
import { avroFields } from "./types.ts";

/** One field that differs; `before` or `after` is null where there is none. Of an envelope the row's fields come by their own name. */
export interface FieldDifference {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What two Avro schemas of one subject differ in, field by field, in words; empty when they are the same JSON, properties in any order. */
export function schemaDifferences(before: JsonValue, after: JsonValue): readonly FieldDifference[] {
  if (canonical(before) === canonical(after)) return [];
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const changed = [...old].flatMap(([field, words]): readonly FieldDifference[] => {
    const other = now.get(field) ?? null;
    return other === words ? [] : [{ field, before: words, after: other }];
  });
  const added = [...now].flatMap(([field, words]): readonly FieldDifference[] =>
    old.has(field) ? [] : [{ field, before: null, after: words }],
  );
  const all = [...changed, ...added];
  if (all.length > 0) return all;
  const [first, second] = [[...old.keys()], [...now.keys()]];
  if (first.join() !== second.join()) return [{ field: "(order of the fields)", before: first.join(", "), after: second.join(", ") }];
  return [{ field: "(other properties)", before: null, after: null }];
}

/** Every field at every depth by its path, in order, and the record itself under the empty name. */
function fieldsOf(schema: JsonValue): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (type: JsonValue, path: string): void => {
    if (isArray(type)) {
      for (const branch of type) add(branch, path);
      return;
    }
    if (!isObject(type)) return;
    for (const below of [type["items"], type["values"]]) if (below !== undefined) add(below, path);
    if (isObject(type["type"] ?? null)) add(type["type"] ?? null, path);
    for (const one of avroFields(type)) {
      const name = path === "" ? String(one["name"]) : `${path}.${String(one["name"])}`;
      if (!found.has(name)) found.set(name, fieldWords(one));
      add(one["type"] ?? null, name);
    }
  };
  const envelope = avroFields(schema);
  const isEnvelope = envelope.some(({ name }) => name === "op") && envelope.some(({ name }) => name === "before");
  if (!isEnvelope) {
    found.set("(record)", fieldWords({ type: schema }));
    add(schema, "");
    return found;
  }
  for (const one of envelope) {
    const name = String(one["name"]);
    if (name === "before") add(one["type"] ?? null, "");
    else if (name !== "after") {
      found.set(`(envelope) ${name}`, fieldWords(one));
      add(one["type"] ?? null, `(envelope) ${name}`);
    }
  }
  return found;
}

/** `int or null, default 3 (connect.type int16)`. */
function fieldWords(field: JsonObject): string {
  const type = field["type"] ?? null;
  const value = field["default"];
  const noted = notes(type);
  return [
    bare(type),
    ...(value === undefined || value === null ? [] : [`, default ${defaultWords(value, type)}`]),
    ...(noted.length === 0 ? [] : [` (${noted.join(", ")})`]),
  ].join("");
}

function bare(type: JsonValue): string {
  if (typeof type === "string") return type;
  if (isArray(type)) return type.map(bare).join(" or ");
  if (!isObject(type)) return JSON.stringify(type);
  const kind = type["type"] ?? null;
  if (kind === "array") return `array of ${bare(type["items"] ?? null)}`;
  if (kind === "map") return `map of ${bare(type["values"] ?? null)}`;
  if (isDecimal(type)) return `${bare(kind)} decimal(${String(type["precision"])},${String(type["scale"])})`;
  return kind === "record" ? `record ${String(type["name"])}` : bare(kind);
}

const isDecimal = (type: JsonObject): boolean => type["logicalType"] === "decimal";

/** A decimal as people write it, anything else as JSON. */
function defaultWords(value: JsonValue, type: JsonValue): string {
  const decimal = (isArray(type) ? type : [type]).find((one) => isObject(one) && isDecimal(one));
  const scale = decimal !== undefined && isObject(decimal) ? decimal["scale"] : undefined;
  return typeof value === "string" && typeof scale === "number" ? decimalWords(value, scale) : JSON.stringify(value);
}

const STRUCTURE: ReadonlySet<string> = new Set(["type", "name", "namespace", "fields", "items", "values", "connect.default"]);
const OF_NAME: ReadonlySet<string> = new Set(["connect.name", "connect.version"]);
const OF_DECIMAL: ReadonlySet<string> = new Set(["logicalType", "precision", "scale"]);

/** Every property that is not the type's structure, at this field alone. */
function notes(type: JsonValue): readonly string[] {
  if (isArray(type)) return type.flatMap(notes);
  if (!isObject(type)) return [];
  const { "connect.name": name, "connect.version": version } = type;
  const named = [name, version === undefined ? undefined : `version ${String(version)}`].filter((one) => one !== undefined).map(String);
  const others = Object.entries(type).flatMap(([key, value]) => {
    if (STRUCTURE.has(key) || OF_NAME.has(key) || (isDecimal(type) && OF_DECIMAL.has(key))) return [];
    return noteOf(key, value, isDecimal(type));
  });
  const below = [type["items"], type["values"]].flatMap((one) => (one === undefined ? [] : notes(one)));
  return [...(named.length === 0 ? [] : [named.join(" ")]), ...others, ...below];
}

/** Parameters one by one; those that a decimal's type says already are left out. */
function noteOf(key: string, value: JsonValue, decimal: boolean): readonly string[] {
  if (key !== "connect.parameters" || !isObject(value)) return [`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`];
  return Object.entries(value)
    .filter(([name]) => !decimal || (name !== "scale" && name !== "connect.decimal.precision"))
    .map(([name, one]) => `${name}=${String(one)}`);
}

const canonical = (value: JsonValue): string => JSON.stringify(sorted(value));

function sorted(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
