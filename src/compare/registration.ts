import type { Connector } from "../model/connector.ts";
import type { JsonValue } from "../model/json.ts";
import type { Registration } from "../model/registration.ts";
import type { Subject, SubjectVersion } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { equalJson } from "./avro/json-text.ts";
import { parseAvro } from "./avro/parse.ts";
import { printSchema } from "./avro/print.ts";
import { registrationText } from "./avro/registration-text.ts";
import type { AvroSchema } from "./avro/schema.ts";
import { heldBack } from "./held-back.ts";
import { policyOf } from "./policy.ts";
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
  const found = policyOf(part, connector);
  if (found === null) return null;
  const { setting, normalizes } = found;
  const policy = found.policy === "look-up-in-parts" && !hasParts(candidate, avroLine) ? "look-up" : found.policy;
  if (policy === "auto-register") return null;
  const versions = (subject?.versions ?? []).filter(({ schemaType }) => schemaType === "AVRO");
  const text = registrationText(candidate);
  const same = versions.find((version) => textOf(version, stored) === text);
  const similar = versions.find((version) => equalTo(candidate, version, stored));
  const match = normalizes ? (same ?? similar) : same;
  return {
    policy,
    setting,
    isKnown: registryGiven && (subject?.unavailable ?? null) === null,
    version: match?.version ?? null,
    similar: match === undefined ? (similar?.version ?? null) : null,
    latest: policy === "latest" || policy === "latest-unchecked" ? latestOf(candidate, versions.at(-1), policy, stored, avroLine) : null,
  };
}

/** Named types inside the record, which Apicurio's look-up takes out of it. */
function hasParts(candidate: JsonValue, avroLine: AvroLine): boolean {
  const parsed = parseAvro(candidate, { strict: "stored", avroLine });
  return parsed.ok && parsed.schema.type === "record" && parsed.schema.fields.some(({ type }) => isNamedInside(type));
}

function isNamedInside(schema: AvroSchema): boolean {
  switch (schema.type) {
    case "record":
    case "enum":
      return true;
    case "union":
      return schema.branches.some(isNamedInside);
    case "array":
      return isNamedInside(schema.items);
    case "map":
      return isNamedInside(schema.values);
    default:
      return false;
  }
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
