import { UserError } from "../errors.ts";
import type { JsonValue } from "../model/json.ts";
import type { Incompatibility } from "../model/subject.ts";
import { AvroError } from "./avro/avro-error.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { incompatibilitiesOf } from "./avro/compatibility.ts";
import { parseAvro } from "./avro/parse.ts";
import type { AvroSchema } from "./avro/schema.ts";

export interface CompatibilityOptions {
  /** Default "1.12"; the lines differ in the path of a fault below a writer's union, and in what they can parse. */
  readonly avroLine?: AvroLine;
}

export interface Compatibility {
  readonly compatible: boolean;
  readonly incompatibilities: readonly Incompatibility[];
  /** What Java's check throws in place of a list; the registry then refuses the schema. */
  readonly exception?: string;
}

/**
 * Can data written with `writer` be read with `reader`? Each is the text of an Avro schema or the schema as JSON. The answer is that of
 * org.apache.avro.SchemaCompatibility, word by word.
 *
 * ```ts
 * checkCompatibility('"int"', '"long"').incompatibilities[0].message; // reader type: INT not compatible with writer type: LONG
 * ```
 * @throws UserError SCHEMA_INVALID when one of them is no Avro schema.
 */
export function checkCompatibility(reader: JsonValue, writer: JsonValue, options: CompatibilityOptions = {}): Compatibility {
  const avroLine = options.avroLine ?? "1.12";
  return compareParsed(parseStored(reader, "reader", avroLine), parseStored(writer, "writer", avroLine), avroLine);
}

export function compareParsed(reader: AvroSchema, writer: AvroSchema, avroLine: AvroLine): Compatibility {
  try {
    const incompatibilities = incompatibilitiesOf(reader, writer, avroLine);
    return { compatible: incompatibilities.length === 0, incompatibilities };
  } catch (error) {
    if (error instanceof AvroError) return { compatible: false, incompatibilities: [], exception: `${error.exception}: ${error.message}` };
    throw error;
  }
}

/** Parses leniently, as a registry does with what it has stored. @throws UserError SCHEMA_INVALID */
export function parseStored(schema: JsonValue, label: string, avroLine: AvroLine, references: readonly string[] = []): AvroSchema {
  const result = parseAvro(schema, { strict: "stored", avroLine, references });
  if (result.ok) return result.schema;
  throw new UserError(
    "SCHEMA_INVALID",
    `The ${label} schema is not a valid Avro schema: ${result.error}. Mend the schema, or give another one.`,
  );
}
