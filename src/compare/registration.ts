import type { Connector } from "../model/connector.ts";
import type { JsonValue } from "../model/json.ts";
import type { Registration } from "../model/registration.ts";
import type { Subject, SubjectVersion } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { equalJson } from "./avro/json-text.ts";
import { parseAvro } from "./avro/parse.ts";
import { printSchema } from "./avro/print.ts";
import { registrationText } from "./avro/registration-text.ts";
import { heldBack } from "./held-back.ts";
import { normalizes, policyOf, policySetting } from "./policy.ts";
import type { StoredSchemas } from "./stored-schemas.ts";

export interface RegistrationCase {
  readonly part: "key" | "value";
  readonly connector: Connector;
  /** undefined: no registry was given, or it has no such subject. */
  readonly subject: Subject | undefined;
  readonly registryGiven: boolean;
  /** What the stream sends from now on. */
  readonly candidate: JsonValue;
}

/** What the converter finds for a new schema, where it does not register it itself; null where it does. */
export function registrationOf(input: RegistrationCase, stored: StoredSchemas, avroLine: AvroLine): Registration | null {
  const { part, connector, subject, candidate, registryGiven } = input;
  const policy = policyOf(part, connector);
  if (policy === null || policy === "auto-register") return null;
  const versions = (subject?.versions ?? []).filter(({ schemaType }) => schemaType === "AVRO");
  const text = registrationText(candidate);
  const same = versions.find((version) => textOf(version, stored) === text);
  const similar = versions.find((version) => equalTo(candidate, version, stored));
  const found = normalizes(part, connector) ? (same ?? similar) : same;
  return {
    policy,
    setting: policySetting[policy],
    isKnown: registryGiven && (subject?.unavailable ?? null) === null,
    version: found?.version ?? null,
    similar: found === undefined ? (similar?.version ?? null) : null,
    latest: policy === "latest" || policy === "latest-unchecked" ? latestOf(candidate, versions.at(-1), policy, stored, avroLine) : null,
  };
}

function latestOf(
  candidate: JsonValue,
  latest: SubjectVersion | undefined,
  policy: "latest" | "latest-unchecked",
  stored: StoredSchemas,
  avroLine: AvroLine,
): Registration["latest"] {
  const own = parseAvro(candidate, { strict: "stored", avroLine });
  const parsed = latest === undefined ? null : stored.parse(latest);
  if (latest === undefined || parsed?.ok !== true || !own.ok) return null;
  return heldBack(own.schema, { version: latest.version, schema: parsed.schema, strict: policy === "latest" }, avroLine);
}

/** As the registry stores and compares it. */
function textOf(version: SubjectVersion, stored: StoredSchemas): string | null {
  const parsed = stored.parse(version);
  return parsed.ok ? printSchema(parsed.schema) : null;
}

function equalTo(candidate: JsonValue, version: SubjectVersion, stored: StoredSchemas): boolean {
  const json = stored.json(version);
  return json !== null && equalJson(json, candidate);
}
