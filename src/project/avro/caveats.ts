import type { Caveat } from "../../model/projection.ts";
import type { AvroResult } from "./to-avro.ts";
import { isPlainName, nameProblem } from "./names.ts";

/** What may come of the Avro schemas of one record's key and value, in words. */
export function avroCaveats(...results: readonly (AvroResult | null)[]): readonly Caveat[] {
  const given = results.filter((one) => one !== null);
  return [
    ...given.flatMap(({ problems }) => problems.slice(0, 1).map(invalid)),
    ...redefinedCaveats(new Set(given.flatMap(({ redefined }) => redefined))),
    ...repeatedCaveats(given.flatMap(({ repeated }) => repeated)),
    ...strangeCaveats(given.flatMap(({ strange }) => strange)),
  ];
}

function invalid(problem: string): Caveat {
  const isName = /^(Illegal|Empty)/.test(problem);
  const remedy = isName ? "; set field.name.adjustment.mode=avro or rename the column" : "";
  const message = `The Avro converter cannot build the schema (${isName ? "SchemaParseException: " : ""}${problem}), so the task fails${remedy}.`;
  return { code: "avro-schema-invalid", message, effect: "unknown" };
}

/** Measured: Avro 1.12.1 looks at the name alone when it prints a schema, 1.11.4 compares the whole. */
function redefinedCaveats(names: ReadonlySet<string>): readonly Caveat[] {
  if (names.size === 0) return [];
  const message = `Required columns use the type ${[...names].join(", ")} with different schema parameters: a converter with Avro before 1.12 fails ("Can't redefine"), a later one refers to the first.`;
  return [{ code: "avro-redefined-struct", message, effect: "unknown" }];
}

function repeatedCaveats(fields: readonly string[]): readonly Caveat[] {
  if (fields.length === 0) return [];
  const message = `A struct type is used more than once with schema parameters (${fields.join(", ")}); how that is written depends on the version of the Avro converter.`;
  return [{ code: "avro-repeated-struct", message, effect: "note" }];
}

const REFUSERS =
  "Confluent's Schema Registry 8 (8.0.7, 8.1.5, 8.2 and later) and Karapace refuse it in a new schema (42201), Confluent's 7 takes it";

/** Java's Avro looks at no namespace when it prints a schema, and takes letters of any script in names. */
function strangeCaveats(names: AvroResult["strange"]): readonly Caveat[] {
  const segment = names
    .filter(({ kind }) => kind === "record")
    .flatMap(({ name }) => name.split("."))
    .find((one) => !isPlainName(one));
  const fields = [...new Set(names.filter(({ kind, name }) => kind === "field" && !fails(name)).map(({ name }) => name))];
  const caveats: Caveat[] = [];
  if (segment !== undefined) {
    const remedy = /^\d/.test(segment) ? "Rename what it comes from" : "Set schema.name.adjustment.mode=avro";
    const message = `"${segment}", a part of the schema's name, is no valid Avro name: Java's Avro takes it, but ${REFUSERS}. ${remedy}.`;
    caveats.push({ code: "avro-namespace-invalid", message, effect: "note" });
  }
  if (fields.length > 0) {
    const message = `${fields.map((name) => `"${name}"`).join(", ")} ${fields.length === 1 ? "is no plain field name" : "are no plain field names"}: Java's Avro takes letters of any script, but Confluent's Schema Registry 8 (8.0.7, 8.1.5, 8.2 and later) refuses them in a new schema (42201). Set field.name.adjustment.mode=avro.`;
    caveats.push({ code: "avro-field-name-strange", message, effect: "note" });
  }
  return caveats;
}

/** Told already: Java refuses it too. */
function fails(name: string): boolean {
  return nameProblem(name) !== null;
}
