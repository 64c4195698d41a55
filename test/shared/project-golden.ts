import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { equalJson } from "../../src/compare/avro/json-text.ts";
import { isObject, parseJson } from "../../src/model/json.ts";
import type { Projection, Schemas } from "../../src/model/projection.ts";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";

const SHARED = process.env.DRIFTGATE_SHARED ?? "../shared";

export interface Case {
  readonly id: string;
  readonly connector: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  readonly preseed?: readonly string[];
  readonly seed?: readonly string[];
  readonly migration?: readonly string[];
  /** The connector is stopped while the migration runs, rows of before it are still to be read. */
  readonly down?: boolean;
}

export interface Recorded {
  readonly keySchemaConnect?: JsonValue;
  readonly valueSchemaConnect?: JsonValue;
  readonly keyAvro: JsonValue;
  readonly valueAvro: JsonValue;
  readonly keyAvroConfluent?: JsonValue;
  readonly valueAvroConfluent?: JsonValue;
  readonly smtError?: string;
  readonly earlierInThisPhase?: readonly Recorded[];
}

export const PHASES = ["snapshot", "before", "migration", "after", "restarted"] as const;
export type Phase = (typeof PHASES)[number];

interface PartCompat {
  readonly BACKWARD?: boolean;
  readonly FORWARD?: boolean;
  readonly FULL?: boolean;
  readonly note?: string;
  readonly error?: string;
}

export type Golden = {
  readonly id: string;
  readonly tables?: readonly string[];
  readonly compat?: Readonly<Record<string, Readonly<Partial<Record<"key" | "value", PartCompat>>>>>;
} & Partial<Record<Phase, Readonly<Record<string, Recorded | { readonly $same: Phase }>>>>;

export type Common = Readonly<Record<string, JsonObject>>;

export function readShared(path: string): string {
  return readFileSync(join(SHARED, path), "utf8");
}

export function readLines<T>(path: string): readonly T[] {
  return (
    readShared(path)
      .split("\n")
      .filter((line) => line.trim() !== "")
      // Written by the oracle in this form.
      .map((line) => parseJson(line) as T)
  );
}

/** What one state of the connector sends to a topic. */
export interface Sent {
  readonly projection: Projection;
  readonly schemas: Schemas;
}

/** Predictions for the records of one phase on one topic: `last` for the last record, `earlier` for those before it. */
export interface Predicted {
  readonly last: readonly Sent[];
  readonly earlier: readonly Sent[];
}

export type Predict = (phase: Phase, topic: string) => Predicted;

export type Result = "equal" | "equal, other order" | "unknown" | "different";

/** `detail`: the first difference, or the projection's own reason. */
export interface Outcome {
  readonly where: string;
  readonly result: Result;
  readonly detail: string;
}

/** Every recorded pair of schemas, and every compatibility, against what is predicted. */
export function compareGolden(golden: Golden, common: Common, predict: Predict): readonly Outcome[] {
  const records = PHASES.flatMap((phase) =>
    Object.entries(golden[phase] ?? {}).flatMap(([topic, entry]) => {
      const recorded = resolve(golden, topic, entry);
      const { last, earlier } = predict(phase, topic);
      const before = recorded.earlierInThisPhase ?? [];
      return [
        ...before.map((one, at) => outcome(`${golden.id} ${phase} ${topic} #${at}`, earlier, one, common)),
        outcome(`${golden.id} ${phase} ${topic}`, last, recorded, common),
      ];
    }),
  );
  return [...records, ...compatibility(golden, predict)];
}

function outcome(where: string, candidates: readonly Sent[], recorded: Recorded, common: Common): Outcome {
  const unknown = candidates.flatMap(({ projection }) => projection.caveats).find(({ effect }) => effect === "unknown");
  if (isError(recorded)) {
    const told = candidates.some(({ projection }) => projection.caveats.some(({ code }) => STOPS.has(code)));
    if (told) return { where, result: "equal", detail: "Avro refuses it" };
  }
  let detail = "not predicted";
  for (const { schemas } of candidates) {
    const difference = isError(recorded) ? "Avro refuses it" : firstDifference(schemas, recorded, common);
    if (difference === null) return { where, result: "equal", detail: "" };
    if (difference === ORDER) return { where, result: "equal, other order", detail: ORDER };
    detail = difference;
  }
  return unknown === undefined ? { where, result: "different", detail } : { where, result: "unknown", detail: unknown.message };
}

/** Caveats that say themselves that no schema comes out. */
const STOPS: ReadonlySet<string> = new Set(["avro-schema-invalid", "transform-fails"]);
const ORDER = "order of properties";

function compatibility(golden: Golden, predict: Predict): readonly Outcome[] {
  return Object.entries(golden.compat ?? {}).flatMap(([topic, parts]) => {
    const [before, after] = [predict("before", topic).last, predict("after", topic).last];
    return (["key", "value"] as const).flatMap((part): readonly Outcome[] => {
      const where = `${golden.id} compat ${part} ${topic}`;
      const told = parts[part];
      if (told === undefined || told.error !== undefined) return [];
      const answers = before.flatMap((old) => after.map((now) => compatOf(part, old.schemas, now.schemas)));
      const wanted = told.note ?? `BACKWARD ${told.BACKWARD} FORWARD ${told.FORWARD} FULL ${told.FULL}`;
      if (answers.includes(wanted)) return [{ where, result: "equal", detail: "" }];
      const unknown = [...before, ...after].flatMap(({ projection }) => projection.caveats).find(({ effect }) => effect === "unknown");
      if (unknown !== undefined) return [{ where, result: "unknown", detail: unknown.message }];
      return [{ where, result: "different", detail: `predicted ${answers[0] ?? "nothing"}, recorded ${wanted}` }];
    });
  });
}

function compatOf(part: "key" | "value", before: Schemas, after: Schemas): string {
  const [old, now] = part === "key" ? [before.keyAvro, after.keyAvro] : [before.valueAvro, after.valueAvro];
  if (old === null || now === null)
    return `${old === null ? "no schema" : "schema"} before, ${now === null ? "no schema" : "schema"} after`;
  const backward = checkCompatibility(now, old).compatible;
  const forward = checkCompatibility(old, now).compatible;
  return `BACKWARD ${backward} FORWARD ${forward} FULL ${backward && forward}`;
}

function isError(recorded: Recorded): boolean {
  const schemas = [recorded.keyAvroConfluent ?? recorded.keyAvro, recorded.valueAvroConfluent ?? recorded.valueAvro];
  return recorded.smtError !== undefined || schemas.some((schema) => isObject(schema) && "error" in schema);
}

function firstDifference(schemas: Schemas, recorded: Recorded, common: Common): string | null {
  const pairs: readonly (readonly [string, JsonValue, JsonValue | undefined])[] = [
    // A schema is plain JSON.
    ["keyConnect", (schemas.key ?? null) as JsonValue, recorded.keySchemaConnect],
    ["valueConnect", schemas.value as unknown as JsonValue, recorded.valueSchemaConnect],
    ["keyAvro", schemas.keyAvro, recorded.keyAvroConfluent ?? recorded.keyAvro],
    ["valueAvro", schemas.valueAvro, recorded.valueAvroConfluent ?? recorded.valueAvro],
  ];
  let order: string | null = null;
  for (const [name, mine, theirs] of pairs) {
    // A tombstone has no value, and nothing is registered for it.
    if (theirs === undefined || (theirs === null && name.startsWith("value"))) continue;
    const path = differ(mine, restore(theirs, common), name);
    if (path !== null) return path;
    if (name.endsWith("Avro") && JSON.stringify(mine) !== JSON.stringify(theirs)) order = ORDER;
  }
  return order;
}

function differ(mine: JsonValue, theirs: JsonValue, path: string): string | null {
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
      const name = [mine[at], theirs[at]]
        .map((one) => (one as { field?: string; name?: string } | undefined)?.field ?? (one as { name?: string } | undefined)?.name ?? "")
        .join("~");
      const below = differ(mine[at] ?? null, theirs[at] ?? null, `${path}[${at} ${name}]`);
      if (below !== null) return below;
    }
    return null;
  }
  if (isObject(mine) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      const below = differ(mine[key] ?? null, theirs[key] ?? null, `${path}.${key}`);
      if (below !== null) return below;
    }
    return null;
  }
  return equalJson(mine, theirs) ? null : `${path}: predicted ${short(mine)}, recorded ${short(theirs)}`;
}

const short = (value: JsonValue): string => (JSON.stringify(value) ?? "undefined").slice(0, 160);

/** Puts the constant blocks back that the oracle cut out of Connect schemas. */
function restore(schema: JsonValue, common: Common): JsonValue {
  if (!isObject(schema) || !Array.isArray(schema["fields"])) return schema;
  const before = (schema["fields"] as readonly JsonObject[]).find((field) => field["field"] === "before");
  const fields = (schema["fields"] as readonly JsonObject[]).map((field) => {
    const reference = field["$ref"];
    if (typeof reference === "string") return { ...common[reference], field: field["field"] ?? null };
    return field["fields"] === "$same-as-before" ? { ...field, fields: before?.["fields"] ?? null } : field;
  });
  return { ...schema, fields };
}

function resolve(golden: Golden, topic: string, entry: Recorded | { readonly $same: Phase }): Recorded {
  if (!("$same" in entry)) return entry;
  const other = golden[entry.$same]?.[topic];
  if (other === undefined) throw new Error(`${golden.id}: nothing at ${entry.$same} ${topic}`);
  return resolve(golden, topic, other);
}
