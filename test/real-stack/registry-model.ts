import { checkSubject } from "../../src/compare/check-subject.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { isArray, isObject } from "../../src/model/json.ts";
import type { Projection, Schemas } from "../../src/model/projection.ts";
import type { CompatibilityLevel, Subject } from "../../src/model/subject.ts";

/** Schemas under each subject, oldest first. */
export type Versions = ReadonlyMap<string, readonly JsonValue[]>;

/** Records of one stream. */
export interface Sent {
  readonly projection: Projection;
  readonly schemas: Schemas;
}

export interface Refusal {
  readonly subject: string;
  /** As Apicurio words them: `reader union lacking writer type: RECORD at /fields/1/type/1`. */
  readonly incompatibilities: ReadonlySet<string>;
}

interface Registered {
  readonly versions: Versions;
  /** The first one; the task ends with it, unless errors are tolerated. */
  readonly refusal: Refusal | null;
  readonly arrived: readonly Sent[];
}

export function versionsOf(subjects: readonly Subject[]): Map<string, JsonValue[]> {
  // A registered Avro schema is JSON.
  return new Map(subjects.map(({ name, versions }) => [name, versions.map(({ schema }) => JSON.parse(schema) as JsonValue)]));
}

/**
 * What comes of records in this order: each registers its key schema and then its value schema, unless the subject has it already; the first that
 * driftgate's own check refuses ends it. Subjects that there are not yet have the level BACKWARD.
 * @param tolerant errors.tolerance is all: what is refused is left out, and the rest goes on
 */
export function registered(subjects: readonly Subject[], sent: readonly Sent[], tolerant = false): Registered {
  const versions = versionsOf(subjects);
  const levels = new Map(subjects.map(({ name, compatibility }) => [name, compatibility]));
  const arrived: Sent[] = [];
  let refusal: Refusal | null = null;
  for (const one of sent) {
    const refused = register(versions, levels, one);
    if (refused === null) arrived.push(one);
    refusal ??= refused;
    if (refused !== null && !tolerant) break;
  }
  return { versions, refusal, arrived };
}

/** The key first, then the value, if the key is taken. */
function register(
  versions: Map<string, JsonValue[]>,
  levels: ReadonlyMap<string, CompatibilityLevel>,
  { projection, schemas }: Sent,
): Refusal | null {
  for (const [subject, schema] of [
    [projection.keySubject, schemas.keyAvro],
    [projection.valueSubject, schemas.valueAvro],
  ] as const) {
    if (subject === null || schema === null) continue;
    const known = versions.get(subject) ?? [];
    if (known.some((version) => sameJson(version, schema))) continue;
    const { compatible, failures } = checkSubject(levels.get(subject) ?? "BACKWARD", schema, known);
    if (!compatible) {
      const texts = failures.flatMap(({ incompatibilities }) => incompatibilities.map(({ message, path }) => `${message} at ${path}`));
      return { subject, incompatibilities: new Set(texts) };
    }
    versions.set(subject, [...known, schema]);
  }
  return null;
}

/** Equal whatever the order of properties. */
export function sameJson(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
