import type { JsonObject, JsonValue } from "../model/json.ts";
import { isArray, isObject } from "../model/json.ts";
import { equalJson, writeJson } from "./avro/json-text.ts";
import { fieldsOf } from "./json-row.ts";

/**
 * What a registered type and the one that comes part in, in words, as deep inside as can be told.
 * @param name `field total`, `each item of field tags`
 */
export function typeDifference(name: string, registered: JsonValue, projected: JsonValue): readonly string[] {
  if (equalJson(registered, projected)) return [];
  const [left, right] = [withoutNull(registered), withoutNull(projected)];
  if (left.nullable === right.nullable) {
    const below = insideDifference(name, left.type, right.type);
    if (below.length > 0) return below;
  }
  const [was, is] = [short(registered), short(projected)];
  if (was !== is) return [`${name} is registered as ${was} but comes as ${is}`];
  const others = isObject(left.type) && isObject(right.type) ? propertyDifferences(left.type, right.type) : [];
  return [`${name} is equal but for ${others.length > 0 ? others.join(", ") : "the order of its types"}`];
}

/** `label "calm", which is not registered`, `connect.decimal.precision 10, which comes as 12`, `connect.doc`. */
function propertyDifferences(registered: JsonObject, projected: JsonObject): readonly string[] {
  const [was, is] = [registered["connect.parameters"], projected["connect.parameters"]];
  const names = differingKeys(registered, projected);
  if (!isObject(was) || !isObject(is)) return names;
  const parameters = differingKeys(was, is).flatMap((key) => parameterDifference(key, was[key] ?? null, is[key] ?? null));
  // A decimal's precision stands in its parameters as well.
  return [...names.filter((key) => key !== "connect.parameters" && key !== "precision"), ...parameters];
}

function parameterDifference(key: string, was: JsonValue, is: JsonValue): readonly string[] {
  if (typeof was !== "string" || typeof is !== "string") return [key];
  if (key !== "allowed") return [`${key} ${was}, which comes as ${is}`];
  const [old, now] = [was.split(","), is.split(",")];
  const [gone, added] = [old.filter((label) => !now.includes(label)), now.filter((label) => !old.includes(label))];
  if (gone.length === 0 && added.length === 0) return ["the order of its labels"];
  return [
    ...gone.map((label) => `label "${label}", which is only registered`),
    ...added.map((label) => `label "${label}", which is not registered`),
  ];
}

function insideDifference(name: string, left: JsonValue, right: JsonValue): readonly string[] {
  if (!isObject(left) || !isObject(right) || left["type"] !== right["type"]) return [];
  for (const [key, words] of [
    ["items", "each item"],
    ["values", "each value"],
  ] as const) {
    if (left[key] !== undefined && right[key] !== undefined) return typeDifference(`${words} of ${name}`, left[key], right[key]);
  }
  const [was, is] = [fieldsOf(left), fieldsOf(right)];
  if (was === null || is === null || short(left) !== short(right)) return [];
  return fieldDifferences(was, is, ` of ${name}`);
}

/** @param of what the fields are of, as a tail of their names; empty for the row itself */
export function fieldDifferences(
  registered: ReadonlyMap<string, JsonObject>,
  projected: ReadonlyMap<string, JsonObject>,
  of: string,
): readonly string[] {
  const missing = [...registered.keys()].filter((name) => !projected.has(name));
  const extra = [...projected.keys()].filter((name) => !registered.has(name));
  return [
    ...missing.map((name) => `field ${name}${of} is registered but not in the table's stream`),
    ...extra.map((name) => `field ${name}${of} is in the table's stream but not registered`),
    ...[...registered].flatMap(([name, field]) => fieldDifference(`field ${name}${of}`, field, projected.get(name))),
  ];
}

function fieldDifference(name: string, registered: JsonObject, projected: JsonObject | undefined): readonly string[] {
  if (projected === undefined || equalJson(registered, projected)) return [];
  const [left, right] = [registered["type"] ?? null, projected["type"] ?? null];
  if (!equalJson(left, right)) return typeDifference(name, left, right);
  return [`${name} is equal but for ${differingKeys(registered, projected).join(", ")}`];
}

export function differingKeys(a: JsonObject, b: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !equalJson(a[key] ?? null, b[key] ?? null)).toSorted();
}

function withoutNull(type: JsonValue): { readonly type: JsonValue; readonly nullable: boolean } {
  if (!isArray(type)) return { type, nullable: false };
  const others = type.filter((branch) => branch !== "null");
  return { type: others.length === 1 ? (others[0] ?? null) : others, nullable: others.length < type.length };
}

/** A type in few words: `int or null`, `bytes (org.apache.kafka.connect.data.Decimal, scale 2)`, `array of string`. */
export function short(type: JsonValue): string {
  if (typeof type === "string") return type;
  if (isArray(type))
    return type
      .toSorted((a, b) => Number(a === "null") - Number(b === "null"))
      .map(short)
      .join(" or ");
  if (!isObject(type)) return writeJson(type);
  const { type: kind, items, values } = type;
  if (items !== undefined) return `array of ${short(items)}`;
  if (values !== undefined) return `map of ${short(values)}`;
  const name = type["connect.name"] ?? type["name"];
  const scale = type["scale"] === undefined ? "" : `, scale ${writeJson(type["scale"])}`;
  const words = typeof kind === "string" ? kind : writeJson(kind ?? null);
  return typeof name === "string" ? `${words} (${name}${scale})` : words;
}
