import type { CompatibilityLevel, Incompatibility } from "../../model/subject.ts";

/** Who reads whom: "backward" new schemas reading old data, "forward" the other way round. */
export type Direction = "backward" | "forward";

/** Above it the registry cuts the old schema. */
const maxSchemaText = 10_240;

/** One incompatibility as the registry's `verbose` reply words it (io.confluent.kafka.schemaregistry.avro.Difference). */
export function messageOf(one: Incompatibility, direction: Direction): string {
  return `{errorType:'${one.type}', description:'${descriptionOf(one, direction)}', additionalInfo:'${one.message}'}`;
}

function descriptionOf({ type, path, message }: Incompatibility, direction: Direction): string {
  const [reader, writer] = direction === "backward" ? ["new", "old"] : ["old", "new"];
  switch (type) {
    case "FIXED_SIZE_MISMATCH":
      return `The size of FIXED type field at path '${path}' in the ${reader} schema does not match with the ${writer} schema`;
    case "TYPE_MISMATCH":
      return `The type (path '${path}') of a field in the ${reader} schema does not match with the ${writer} schema`;
    case "NAME_MISMATCH":
      return `The name of the schema has changed (path '${path}')`;
    case "MISSING_ENUM_SYMBOLS":
      return `The ${reader} schema is missing enum symbols '${message}' at path '${path}' in the ${writer} schema`;
    case "MISSING_UNION_BRANCH":
      return `The ${reader} schema is missing a type inside a union field at path '${path}' in the ${writer} schema`;
    case "READER_FIELD_MISSING_DEFAULT_VALUE":
      return `The field '${message}' at path '${path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`;
    default:
      throw type satisfies never;
  }
}

/** What follows the messages of one old version: its number, then its text. */
export function versionLine(version: number): string {
  return `{oldSchemaVersion: ${version}}`;
}

export function schemaLine(text: string): string {
  return text.length <= maxSchemaText ? `{oldSchema: '${text}'}` : `{oldSchema: <truncated> '${text.slice(0, maxSchemaText)}...'}`;
}

export function levelLine(level: CompatibilityLevel): string {
  return `{validateFields: 'false', compatibility: '${level}'}`;
}
