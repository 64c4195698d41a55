import type { JsonValue } from "../model/json.ts";
import { isObject } from "../model/json.ts";
import type { Drift, DriftSource, FoundSource } from "../model/impact.ts";
import type { Subject, SubjectVersion } from "../model/subject.ts";
import { equalJson } from "./avro/json-text.ts";
import { foreignSign } from "./foreign.ts";
import { fieldsOf, rowOf } from "./json-row.ts";
import type { StoredSchemas } from "./stored-schemas.ts";
import { differingKeys, fieldDifferences, short } from "./type-difference.ts";

/** More fields than these are only counted. */
const maxDifferences = 12;

interface Explanation {
  /** Where a schema comes from that the table or its connector gave otherwise. */
  readonly find: (isRegistered: (schema: JsonValue) => boolean) => FoundSource | null;
  /** Why the registry refuses what streaming sends first; null where it does not. */
  readonly refusal: () => string | null;
}

/**
 * How the latest registered version differs from what the baseline projects; null when it does not, or nothing is registered.
 * @param projected the schemas that are no drift: what streaming sends first, what the snapshot sent
 */
export function driftOf(
  subject: Subject | undefined,
  projected: readonly JsonValue[],
  stored: StoredSchemas,
  explanation: Explanation,
): Drift | null {
  const latest = subject?.versions.at(-1);
  const [streaming] = projected;
  if (subject === undefined || latest === undefined || streaming === undefined || latest.schemaType !== "AVRO") return null;
  const registered = stored.json(latest);
  if (registered === null) return { version: latest.version, differences: ["the registered text is not JSON"] };
  if (projected.some((one) => equalJson(one, registered))) return null;
  const drift = { version: latest.version, differences: differencesOf(registered, streaming) };
  const own = subject.versions.slice(0, -1).findLast((version) => isSchema(version, streaming, stored))?.version ?? null;
  const source = sourceOf(registered, streaming, own, explanation);
  return source === null ? drift : { ...drift, source };
}

/** @param own the earlier version that is what streaming sends */
function sourceOf(registered: JsonValue, streaming: JsonValue, own: number | null, { find, refusal }: Explanation): DriftSource | null {
  const found = find((one) => equalJson(one, registered));
  if (found?.kind === "behind") return { ...found, own, refusal: own === null ? refusal() : null };
  if (found !== null) return found;
  const sign = foreignSign(registered, streaming);
  if (own !== null) return { kind: "superseded", own, words: sign?.words ?? null };
  return sign === null ? null : { kind: "foreign", ...sign };
}

function isSchema(version: SubjectVersion, schema: JsonValue, stored: StoredSchemas): boolean {
  const json = version.schemaType === "AVRO" ? stored.json(version) : null;
  return json !== null && equalJson(json, schema);
}

function differencesOf(registered: JsonValue, projected: JsonValue): readonly string[] {
  const [left, right] = [fieldsOf(rowOf(registered)), fieldsOf(rowOf(projected))];
  if (left === null || right === null) return [`registered is ${short(registered)}, projected is ${short(projected)}`];
  const all = fieldDifferences(left, right, "");
  if (all.length > maxDifferences) return [...all.slice(0, maxDifferences), `and ${all.length - maxDifferences} more`];
  return all.length > 0 ? all : [restDifference(registered, projected, [...left.keys()], [...right.keys()])];
}

function restDifference(registered: JsonValue, projected: JsonValue, left: readonly string[], right: readonly string[]): string {
  if (!equalJson(left, right)) return "equal but for the order of the fields";
  if (!isObject(registered) || !isObject(projected)) return "equal but for properties outside the row";
  const keys = differingKeys(registered, projected);
  if (keys.length === 1 && keys[0] === "fields") return "equal but for the fields around the row";
  return `equal but for ${keys.join(", ")}`;
}
