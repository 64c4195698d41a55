import { avroLine } from "../compare/avro-line.ts";
import { parseAvro } from "../compare/avro/parse.ts";
import type { ParsedVersion, SubjectCheck } from "../compare/check-subject.ts";
import { createSubjectChecker } from "../compare/check-subject.ts";
import { createStoredSchemas } from "../compare/stored-schemas.ts";
import { UserError } from "../errors.ts";
import type { CompatibilityLevel, LiveVerdict } from "../model/subject.ts";
import { compatibilityLevels } from "../model/subject.ts";
import type { NamedSubject } from "./subjects.ts";

export interface SubjectAnswer {
  readonly level: CompatibilityLevel;
  /** The registry's where it was asked about the level in force, else ours. */
  readonly compatible: boolean;
  readonly own: SubjectCheck;
  /** Null where the registry is a folder, gave no answer, or another level was asked about. */
  readonly live: LiveVerdict | null;
  /** What keeps newer registries from taking the schema whatever the level; null when nothing does. */
  readonly fault: string | null;
  readonly levels: readonly { readonly level: CompatibilityLevel; readonly compatible: boolean }[];
}

/**
 * One schema against all versions of a subject, those with references too.
 * @param path of the schema, for messages
 * @param asked null: the level in force
 * @throws UserError SCHEMA_INVALID when the candidate or a version is no Avro schema, REGISTRY_UNREACHABLE when the subject could not be read
 */
export function answerFor(
  candidate: string,
  path: string,
  { subject, all }: NamedSubject,
  asked: CompatibilityLevel | null,
): SubjectAnswer {
  if (subject.unavailable !== null) throw new UserError("REGISTRY_UNREACHABLE", `${subject.name}: ${subject.unavailable}`);
  const parsed = parseAvro(candidate, { strict: "stored", avroLine });
  if (!parsed.ok) throw new UserError("SCHEMA_INVALID", `${path}: the registry would refuse it: ${parsed.error}`);
  const strict = parseAvro(candidate, { strict: "new", avroLine });
  const stored = createStoredSchemas(all, avroLine);
  const versions = subject.versions.map((version): ParsedVersion => {
    const result = version.schemaType === "AVRO" ? stored.parse(version) : null;
    if (result?.ok === false)
      throw new UserError("SCHEMA_INVALID", `version ${version.version} of ${subject.name} cannot be read: ${result.error}`);
    return { version: version.version, schema: () => (result?.ok === true ? result.schema : null) };
  });
  const check = createSubjectChecker(parsed.schema, versions, avroLine);
  const level = asked ?? subject.compatibility;
  const own = check(level);
  const live = asked === null ? (subject.live.find((verdict) => verdict.candidate === candidate) ?? null) : null;
  const fault = strict.ok || live?.compatible === true ? null : strict.error;
  return {
    level,
    compatible: live?.compatible ?? (own.compatible && fault === null),
    own,
    live,
    fault,
    levels: compatibilityLevels.map((one) => ({ level: one, compatible: check(one).compatible })),
  };
}
