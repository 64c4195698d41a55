import type { JsonObject, JsonValue } from "../model/json.ts";
import { isArray, isObject } from "../model/json.ts";
import type { SubjectImpact } from "../model/impact.ts";
import type { Subject } from "../model/subject.ts";
import { equalJson, writeJson } from "./avro/json-text.ts";
import type { StoredSchemas } from "./stored-schemas.ts";

/** More fields than these are only counted. */
const maxDifferences = 12;

/**
 * How the latest registered version differs from what the baseline projects; null when it does not, or nothing is registered.
 * @param projected the schemas that are no drift: what streaming sends first, what the snapshot sent
 * @param explain what else gives the registered schema, in words
 */
export function driftOf(
  subject: Subject | undefined,
  projected: readonly JsonValue[],
  stored: StoredSchemas,
  explain: (isRegistered: (schema: JsonValue) => boolean) => string | null,
): SubjectImpact["drift"] {
  const latest = subject?.versions.at(-1);
  const [streaming] = projected;
  if (latest === undefined || streaming === undefined || latest.schemaType !== "AVRO") return null;
  const registered = stored.json(latest);
  if (registered === null) return { version: latest.version, differences: ["the registered text is not JSON"] };
  if (projected.some((one) => equalJson(one, registered))) return null;
  const explanation = explain((one) => equalJson(one, registered));
  const drift = { version: latest.version, differences: differencesOf(registered, streaming) };
  return explanation === null ? drift : { ...drift, explanation };
}

function differencesOf(registered: JsonValue, projected: JsonValue): readonly string[] {
  const [left, right] = [fieldsOf(rowOf(registered)), fieldsOf(rowOf(projected))];
  if (left === null || right === null) return [`registered is ${short(registered)}, projected is ${short(projected)}`];
  const missing = [...left.keys()]
    .filter((name) => !right.has(name))
    .map((name) => `field ${name} is registered but not in the table's stream`);
  const extra = [...right.keys()]
    .filter((name) => !left.has(name))
    .map((name) => `field ${name} is in the table's stream but not registered`);
  const changed = [...left].flatMap(([name, field]) => fieldDifference(name, field, right.get(name)));
  const all = [...missing, ...extra, ...changed];
  if (all.length > maxDifferences) return [...all.slice(0, maxDifferences), `and ${all.length - maxDifferences} more`];
  return all.length > 0 ? all : [restDifference(registered, projected, [...left.keys()], [...right.keys()])];
}

function fieldDifference(name: string, registered: JsonObject, projected: JsonObject | undefined): readonly string[] {
  if (projected === undefined || equalJson(registered, projected)) return [];
  const [left, right] = [registered["type"] ?? null, projected["type"] ?? null];
  if (!equalJson(left, right)) return [`field ${name} is registered as ${short(left)} but comes as ${short(right)}`];
  return [`field ${name} is equal but for ${differingKeys(registered, projected).join(", ")}`];
}

function restDifference(registered: JsonValue, projected: JsonValue, left: readonly string[], right: readonly string[]): string {
  if (!equalJson(left, right)) return "equal but for the order of the fields";
  if (!isObject(registered) || !isObject(projected)) return "equal but for properties outside the row";
  const keys = differingKeys(registered, projected);
  if (keys.length === 1 && keys[0] === "fields") return "equal but for the fields around the row";
  return `equal but for ${keys.join(", ")}`;
}

function differingKeys(a: JsonObject, b: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !equalJson(a[key] ?? null, b[key] ?? null)).toSorted();
}

/** The record of the row: the one in the union of an envelope's `before`, which is where it is defined. */
function rowOf(schema: JsonValue): JsonValue {
  const fields = fieldsOf(schema);
  if (fields === null || !fields.has("op")) return schema;
  for (const name of ["before", "after"]) {
    const type = fields.get(name)?.["type"];
    const branch = isArray(type) ? type.find((one) => fieldsOf(one) !== null) : type;
    if (branch !== undefined && fieldsOf(branch) !== null) return branch;
  }
  return schema;
}

function fieldsOf(schema: JsonValue): ReadonlyMap<string, JsonObject> | null {
  if (!isObject(schema) || !isArray(schema["fields"])) return null;
  const fields = schema["fields"].flatMap((field): readonly JsonObject[] => (isObject(field) ? [field] : []));
  return new Map(fields.map((field) => [String(field["name"]), field]));
}

/** A type in few words: `int`, `bytes (org.apache.kafka.connect.data.Decimal)`, `null or string`. */
function short(type: JsonValue): string {
  if (typeof type === "string") return type;
  if (isArray(type)) return type.map(short).join(" or ");
  if (!isObject(type)) return writeJson(type);
  const kind = typeof type["type"] === "string" ? type["type"] : writeJson(type["type"] ?? null);
  const name = type["connect.name"] ?? type["name"];
  const scale = type["scale"] === undefined ? "" : `, scale ${writeJson(type["scale"])}`;
  return typeof name === "string" ? `${kind} (${name}${scale})` : kind;
}
