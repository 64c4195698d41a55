import { UserError } from "../errors.ts";
import type { JsonValue } from "../model/json.ts";
import { parseJson } from "../model/json.ts";
import type { SubjectSchema } from "./subject-schemas.ts";

/**
 * A file that `driftgate schema --format json` wrote, or one Avro schema.
 * @param own what is projected, to find the subject of a lone schema
 * @throws UserError USAGE, SCHEMA_INVALID
 */
export function savedSchemas(text: string, path: string, own: readonly SubjectSchema[]): readonly SubjectSchema[] {
  const json = parsed(text, path);
  if (Array.isArray(json)) return rowsIn(json, path);
  const name = typeof json === "object" && json !== null && "name" in json ? json["name"] : null;
  const part = name === "Key" ? "key" : "value";
  const [only, ...others] = own.filter((one) => one.part === part);
  if (only === undefined || others.length > 0) {
    throw new UserError(
      "USAGE",
      `${path} is one schema, so that one table has to be named: driftgate schema SCHEMA.TABLE --against ${path}`,
    );
  }
  return [{ ...only, avro: json }];
}

function rowsIn(rows: readonly JsonValue[], path: string): readonly SubjectSchema[] {
  const found = new Map<string, SubjectSchema>();
  for (const row of rows) {
    // What is not of the form is refused below.
    const { connector, subject, part, avro } = row as Partial<Record<keyof SubjectSchema, JsonValue>>;
    if (typeof connector !== "string" || (part !== "key" && part !== "value") || avro === undefined) {
      throw new UserError("USAGE", `${path} is no Avro schema and was not written by "driftgate schema --format json"`);
    }
    // The rows of streaming follow those of the snapshot, and count.
    if (typeof subject === "string" && avro !== null) found.set(`${connector}\n${subject}`, { connector, subject, part, avro });
  }
  return [...found.values()];
}

/** @throws UserError SCHEMA_INVALID */
export function parsed(text: string, what: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new UserError("SCHEMA_INVALID", `${what} is not JSON`, { cause: error });
  }
}
