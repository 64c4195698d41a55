import type { JsonValue } from "../model/json.ts";
import type { NewNames } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { faultOfName } from "./avro/names.ts";
import { parseAvro } from "./avro/parse.ts";

/** A schema that is new to a registry. */
export interface NewSchema {
  readonly candidate: JsonValue;
  readonly newNames: NewNames | null;
  /** What the registry itself said; undefined where it was not asked. */
  readonly live: { readonly compatible: boolean } | undefined;
  /** Schemas that the same registry is known or supposed to have taken: their faults of form are no reason to refuse. */
  readonly accepted: () => Iterable<JsonValue>;
}

/** In words: what is wrong, and whether the registry refuses it. */
export type FormFault = { readonly kind: "refused"; readonly message: string } | { readonly kind: "unknown"; readonly reason: string };

/** Newer registries refuse names in a new schema that older ones take, whatever the level; null where the schema's form is no obstacle. */
export function faultOfForm({ candidate, newNames, live, accepted }: NewSchema, avroLine: AvroLine): FormFault | null {
  const fault = newFaultOf(candidate, avroLine);
  if (fault === null || live?.compatible === true) return null;
  const takes = takesFault(fault, newNames);
  if (takes === false) return { kind: "refused", message: `Invalid schema: ${fault} (error code 42201)` };
  if (takes === true || live !== undefined) return null;
  for (const other of accepted()) if (newFaultOf(other, avroLine) === fault) return null;
  const servers = isOfName(fault)
    ? "Confluent's registry refuses it from 8.0.7 on (error code 42201), as Karapace does; 7.x takes it"
    : "Confluent's registry refuses it in a new schema (error code 42201)";
  return { kind: "unknown", reason: `${fault}. ${servers}` };
}

function newFaultOf(schema: JsonValue, avroLine: AvroLine): string | null {
  const result = parseAvro(schema, { strict: "new", avroLine });
  return result.ok ? null : result.error.slice(result.error.indexOf(": ") + 2);
}

const isOfName = (fault: string): boolean => /^(?:Namespace part|Illegal (?:initial )?character)/.test(fault);

/** Does a registry with that rule take the fault of a name? Null where that is not known. */
function takesFault(fault: string, names: NewNames | null): boolean | null {
  if (names === null || !isOfName(fault)) return null;
  if (names !== "letters") return names === "any";
  const part = /^Namespace part "(.*)" is invalid: /s.exec(fault)?.[1];
  return part === undefined || faultOfName(part, "unicode") === null;
}
