import type { JsonValue } from "../model/json.ts";
import type { CompatibilityLevel, Incompatibility, SubjectVersion } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import type { Direction } from "./avro/messages.ts";
import { levelLine, messageOf, schemaLine, versionLine } from "./avro/messages.ts";
import { printSchema } from "./avro/print.ts";
import type { AvroSchema } from "./avro/schema.ts";
import type { Compatibility } from "./check-compatibility.ts";
import { compareParsed, parseStored } from "./check-compatibility.ts";

/** What keeps one old version and the candidate apart, in one direction. */
export interface SubjectFailure {
  readonly version: number;
  /** "backward": the candidate cannot read the version; "forward": the version cannot read the candidate. */
  readonly direction: Direction;
  readonly incompatibilities: readonly Incompatibility[];
  /** Texts in the registry's verbose form; those of all failures together are its whole list. */
  readonly messages: readonly string[];
}

export interface SubjectCheck {
  readonly compatible: boolean;
  readonly failures: readonly SubjectFailure[];
}

export interface SubjectCheckOptions {
  readonly avroLine?: AvroLine;
}

/** One version to check against; `schema` null stands for one of another format than Avro. */
export interface ParsedVersion {
  readonly version: number;
  readonly schema: () => AvroSchema | null;
}

/**
 * Would a registry take `candidate` for a subject at this level? As Confluent's, it looks at the latest version, or with a transitive
 * level at every one, newest first, and stops at the first with faults.
 *
 * @param versions oldest first; each the text of a schema, a schema as JSON, or a SubjectVersion. Texts and JSON count from version 1.
 * @throws UserError SCHEMA_INVALID when one of them is no Avro schema.
 */
export function checkSubject(
  level: CompatibilityLevel,
  candidate: JsonValue,
  versions: readonly (JsonValue | SubjectVersion)[],
  options: SubjectCheckOptions = {},
): SubjectCheck {
  const avroLine = options.avroLine ?? "1.12";
  const parsed = versions.map((version, index) => toParsedVersion(version, index + 1, avroLine));
  return createSubjectChecker(parseStored(candidate, "new", avroLine), parsed, avroLine)(level);
}

function toParsedVersion(input: JsonValue | SubjectVersion, number: number, avroLine: AvroLine): ParsedVersion {
  if (!isSubjectVersion(input)) return { version: number, schema: () => parseStored(input, `version ${number} of the`, avroLine) };
  const { version, schema, schemaType } = input;
  return { version, schema: () => (schemaType === "AVRO" ? parseStored(schema, `version ${version} of the`, avroLine) : null) };
}

function isSubjectVersion(input: JsonValue | SubjectVersion): input is SubjectVersion {
  // An Avro schema written as an object always has a `type`.
  return typeof input === "object" && input !== null && !("type" in input) && "version" in input && "schemaType" in input;
}

/** As checkSubject for parsed schemas; each pair is compared once, whatever number of levels is asked about. */
export function createSubjectChecker(
  candidate: AvroSchema,
  versions: readonly ParsedVersion[],
  avroLine: AvroLine,
): (level: CompatibilityLevel) => SubjectCheck {
  const known = new Map<ParsedVersion, Partial<Record<Direction, Compatibility>>>();
  const compareWith = (version: ParsedVersion, schema: AvroSchema, direction: Direction): Compatibility => {
    const results = known.get(version) ?? {};
    known.set(version, results);
    const [reader, writer] = direction === "backward" ? [candidate, schema] : [schema, candidate];
    return (results[direction] ??= compareParsed(reader, writer, avroLine));
  };
  return (level) => {
    const newestFirst = versions.toReversed();
    for (const version of level.endsWith("_TRANSITIVE") ? newestFirst : newestFirst.slice(0, 1)) {
      const failures = failuresOf(level, version, compareWith);
      if (failures.length > 0) return { compatible: false, failures };
    }
    return { compatible: true, failures: [] };
  };
}

function failuresOf(
  level: CompatibilityLevel,
  version: ParsedVersion,
  compareWith: (version: ParsedVersion, schema: AvroSchema, direction: Direction) => Compatibility,
): readonly SubjectFailure[] {
  const directions = directionsOf(level);
  if (directions.length === 0) return [];
  const schema = version.schema();
  if (schema === null) return [otherFormat(level, version.version)];
  const failures = directions.flatMap((direction) => {
    const { compatible, incompatibilities, exception } = compareWith(version, schema, direction);
    if (compatible) return [];
    const messages = exception === undefined ? incompatibilities.map((one) => messageOf(one, direction)) : [exceptionMessage(exception)];
    return [{ version: version.version, direction, incompatibilities, messages }];
  });
  const last = failures.at(-1);
  if (last === undefined) return [];
  // With FULL the old schema is shown only if the new one cannot read it.
  const shown = directions.length === 1 || last.direction === "backward";
  const old = shown ? [versionLine(version.version), schemaLine(printSchema(schema))] : [];
  return [...failures.slice(0, -1), { ...last, messages: [...last.messages, ...old, levelLine(level)] }];
}

/** Directions in the order in which the registry looks (io.confluent.kafka.schemaregistry.CompatibilityChecker). */
function directionsOf(level: CompatibilityLevel): readonly Direction[] {
  switch (level) {
    case "NONE":
      return [];
    case "BACKWARD":
    case "BACKWARD_TRANSITIVE":
      return ["backward"];
    case "FORWARD":
    case "FORWARD_TRANSITIVE":
      return ["forward"];
    case "FULL":
    case "FULL_TRANSITIVE":
      return ["forward", "backward"];
    default:
      throw level satisfies never;
  }
}

function exceptionMessage(exception: string): string {
  return `Unexpected exception during compatibility check: ${exception.slice(exception.indexOf(": ") + 2)}`;
}

function otherFormat(level: CompatibilityLevel, version: number): SubjectFailure {
  const messages = ["Incompatible because of different schema type", levelLine(level)];
  return { version, direction: "backward", incompatibilities: [], messages };
}
