import type { Disagreement, RegistryVerdict } from "../model/impact.ts";
import type { JsonValue } from "../model/json.ts";
import type { LiveVerdict, Subject, SubjectVersion } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { equalJson, readJson } from "./avro/json-text.ts";
import { parseAvro } from "./avro/parse.ts";
import type { AvroSchema } from "./avro/schema.ts";
import { compareParsed } from "./check-compatibility.ts";
import type { ParsedVersion, SubjectCheck } from "./check-subject.ts";
import { createSubjectChecker } from "./check-subject.ts";
import { faultOfForm } from "./form-fault.ts";
import type { StoredSchemas } from "./stored-schemas.ts";

/** What is compared when the registry is asked for its verdict on one candidate. */
export interface RegistryCase {
  readonly name: string;
  /** undefined: no registry was given, or it has no such subject. */
  readonly subject: Subject | undefined;
  readonly registryGiven: boolean;
  readonly candidate: JsonValue;
  /** What the stream sent before; null when it sent nothing to this subject. */
  readonly before: JsonValue | null;
  /** Schemas that the same registry is known or supposed to have taken: their faults of form are no reason to refuse. */
  readonly accepted: () => Iterable<JsonValue>;
}

export interface RegistryAnswer {
  readonly verdict: RegistryVerdict;
  /** The check at any level; null when nothing is compared. */
  readonly check: ((level: Subject["compatibility"]) => SubjectCheck) | null;
  /** The version the candidate is refused for, else the latest; null when none is registered. */
  readonly against: AvroSchema | null;
  readonly disagreement: Disagreement | null;
  /** Versions before the latest that the latest can read and the candidate cannot; oldest first. */
  readonly unreadable: readonly OlderVersion[];
}

export interface OlderVersion {
  readonly version: number;
  readonly schema: AvroSchema;
}

type Refused = Extract<RegistryVerdict, { outcome: "refused" }>;

/** What the registry would do with the candidate, in the order in which it decides. */
export function askRegistry(input: RegistryCase, stored: StoredSchemas, avroLine: AvroLine): RegistryAnswer {
  const { subject, candidate } = input;
  const parsed = parseAvro(candidate, { strict: "stored", avroLine });
  if (!parsed.ok) return answer({ ...refused(subject, null, [parsed.error]), cause: "schema" });
  const versions = parseVersions(input, stored, avroLine);
  if (typeof versions === "string") return answer(decideWithout(input, stored) ?? { outcome: "unknown", reason: versions });
  const check = versions.length === 0 ? null : createSubjectChecker(parsed.schema, versions, avroLine);
  const verdict = decideWithout(input, stored) ?? decideByForm(input, avroLine) ?? decide(input, check);
  const failed = verdict.outcome === "refused" ? verdict.version : null;
  const against = (versions.find(({ version }) => version === failed) ?? versions.at(-1))?.schema() ?? null;
  const disagreement = disagreementOf(input, verdict, check);
  return { verdict, check, against, disagreement, unreadable: unreadableOf(parsed.schema, versions, check, avroLine) };
}

function answer(verdict: RegistryVerdict): RegistryAnswer {
  return { verdict, check: null, against: null, disagreement: null, unreadable: [] };
}

function unreadableOf(
  candidate: AvroSchema,
  versions: readonly ParsedVersion[],
  check: RegistryAnswer["check"],
  avroLine: AvroLine,
): readonly OlderVersion[] {
  const latest = versions.at(-1)?.schema() ?? null;
  if (check === null || latest === null || !check("BACKWARD").compatible || check("BACKWARD_TRANSITIVE").compatible) return [];
  return versions.slice(0, -1).flatMap(({ version, schema }) => {
    const old = schema();
    if (old === null || compareParsed(candidate, old, avroLine).compatible) return [];
    return compareParsed(latest, old, avroLine).compatible ? [{ version, schema: old }] : [];
  });
}

/** Where a live answer is the verdict and the engine's is another. */
function disagreementOf(
  { subject, candidate }: RegistryCase,
  verdict: RegistryVerdict,
  check: RegistryAnswer["check"],
): Disagreement | null {
  const live = subject?.live.find((one) => isAbout(one, candidate));
  if (subject === undefined || check === null || live === undefined) return null;
  const accepted = verdict.outcome === "accepted";
  if (verdict.outcome === "refused" && verdict.cause !== undefined) return null;
  // A text that is registered already is taken whatever the check says.
  if ((!accepted && verdict.outcome !== "refused") || live.compatible !== accepted) return null;
  const own = check(subject.compatibility);
  return own.compatible === accepted ? null : { accepted, messages: own.failures.flatMap(({ messages }) => messages) };
}

/** What needs no comparison; null when it comes to one. */
function decideWithout({ name, subject, candidate }: RegistryCase, stored: StoredSchemas): RegistryVerdict | null {
  if (subject === undefined) return null;
  const { compatibility: level, mode, versions, unavailable } = subject;
  if (unavailable !== null) return { outcome: "unknown", reason: `the registry could not be asked about subject ${name}: ${unavailable}` };
  // A text that the subject has already is answered with its version, without any check.
  if (versions.some((version) => hasSameText(version, candidate, stored))) return { outcome: "accepted", level, origin: originOf(subject) };
  if (mode === "READONLY" || mode === "READONLY_OVERRIDE") {
    return { ...refused(subject, null, [`Subject ${name} is in read-only mode (error code 42205)`]), cause: "mode" };
  }
  if (mode === "IMPORT" || mode === "FORWARD") {
    return { outcome: "not-protected", reason: `subject ${name} is in mode ${mode}, in which the registry checks nothing` };
  }
  if (level === "NONE") {
    return { outcome: "not-protected", reason: `the compatibility level of subject ${name} is NONE (${originOf(subject)})` };
  }
  return null;
}

function hasSameText(version: SubjectVersion, candidate: JsonValue, stored: StoredSchemas): boolean {
  if (version.schemaType !== "AVRO" || version.references.length > 0) return false;
  const json = stored.json(version);
  return json !== null && equalJson(json, candidate);
}

function decideByForm(input: RegistryCase, avroLine: AvroLine): RegistryVerdict | null {
  const { subject, candidate, accepted } = input;
  const live = subject?.live.find((one) => isAbout(one, candidate));
  const fault = faultOfForm({ candidate, newNames: subject?.newNames ?? null, live, accepted }, avroLine);
  if (fault === null) return null;
  if (fault.kind === "unknown") return { outcome: "unknown", reason: fault.reason };
  return { ...refused(subject, null, [fault.message]), cause: "schema" };
}

function decide({ subject, candidate, before, registryGiven }: RegistryCase, check: RegistryAnswer["check"]): RegistryVerdict {
  const live = subject === undefined ? undefined : subject.live.find((one) => isAbout(one, candidate));
  if (subject !== undefined && subject.versions.length > 0 && live !== undefined) return fromLive(subject, live, check);
  if (check === null) return { outcome: "new-subject" };
  const level = subject?.compatibility ?? "BACKWARD";
  const origin = hasVersions(subject) ? originOf(subject) : originWithout(registryGiven, before);
  const { compatible, failures } = check(level);
  if (compatible) return { outcome: "accepted", level, origin };
  const version = hasVersions(subject) ? (failures[0]?.version ?? null) : null;
  return { outcome: "refused", level, origin, version, messages: failures.flatMap(({ messages }) => messages) };
}

function hasVersions(subject: Subject | undefined): subject is Subject {
  return subject !== undefined && subject.versions.length > 0;
}

function isAbout(live: LiveVerdict, candidate: JsonValue): boolean {
  try {
    return equalJson(readJson(live.candidate), candidate);
  } catch {
    return false;
  }
}

function fromLive(subject: Subject, { compatible, messages }: LiveVerdict, check: RegistryAnswer["check"]): RegistryVerdict {
  if (compatible) return { outcome: "accepted", level: subject.compatibility, origin: originOf(subject) };
  // Each vendor words its no in its own way, or not at all (Apicurio 3): what a reader gets is the same with and without a live registry.
  const failures = check?.(subject.compatibility).failures ?? [];
  const own = failures.flatMap((failure) => failure.messages);
  if (own.length > 0) return refused(subject, failures[0]?.version ?? null, own);
  return refused(subject, versionIn(messages) ?? latestOf(subject), messages.length > 0 ? messages : ["the registry gave no reason"]);
}

/** The one a level looks at that looks at one. */
function latestOf({ compatibility, versions }: Subject): number | null {
  return compatibility.endsWith("_TRANSITIVE") ? null : (versions.at(-1)?.version ?? null);
}

function versionIn(messages: readonly string[]): number | null {
  const named = messages.map((message) => /^\{oldSchemaVersion: (\d+)\}$/.exec(message)?.[1]).find((number) => number !== undefined);
  return named === undefined ? null : Number(named);
}

function refused(subject: Subject | undefined, version: number | null, messages: readonly string[]): Refused {
  const origin = subject === undefined ? originWithout(false, null) : originOf(subject);
  return { outcome: "refused", level: subject?.compatibility ?? "BACKWARD", origin, version, messages };
}

function originOf({ compatibilityOrigin: origin }: Subject): string {
  if (origin === "subject") return "set for the subject";
  return origin === "global" ? "the registry's global level" : "the registry's default";
}

function originWithout(registryGiven: boolean, before: JsonValue | null): string {
  if (!registryGiven || before === null) return "default: no registry was given";
  return "default: the registry has no such subject";
}

/** The versions to check against: the registered ones, else what the stream sent before. In words, what cannot be read. */
function parseVersions(
  { name, subject, before }: RegistryCase,
  stored: StoredSchemas,
  avroLine: AvroLine,
): readonly ParsedVersion[] | string {
  if (!hasVersions(subject)) return before === null ? [] : parseBefore(before, avroLine);
  const parsed: ParsedVersion[] = [];
  for (const version of subject.versions) {
    const result = version.schemaType === "AVRO" ? stored.parse(version) : null;
    if (result?.ok === false) return `version ${version.version} of subject ${name} cannot be read: ${result.error}`;
    parsed.push({ version: version.version, schema: () => (result?.ok === true ? result.schema : null) });
  }
  return parsed;
}

function parseBefore(before: JsonValue, avroLine: AvroLine): readonly ParsedVersion[] | string {
  const result = parseAvro(before, { strict: "stored", avroLine });
  if (!result.ok) return `the schema before the migration is not a valid Avro schema: ${result.error}`;
  return [{ version: 1, schema: () => result.schema }];
}
