import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";
import type { Subject } from "../model/subject.ts";
import { equalJson, readJson } from "./avro/json-text.ts";

/** oids of the relations of which the latest registered version is another schema than the stream sends. */
export function drifting(projections: readonly Projection[], subjects: readonly Subject[]): ReadonlySet<number> {
  const latest = new Map(subjects.flatMap(({ name, versions }) => [[name, versions.at(-1)?.schema]]));
  const isOther = (subject: string | null, schema: JsonValue | null | undefined): boolean => {
    const text = subject === null ? undefined : latest.get(subject);
    return text !== undefined && schema !== null && schema !== undefined && !isText(text, schema);
  };
  const found = projections.filter(
    ({ keySubject, valueSubject, streaming }) => isOther(keySubject, streaming?.keyAvro) || isOther(valueSubject, streaming?.valueAvro),
  );
  return new Set(found.map(({ relation }) => relation.oid));
}

function isText(text: string, schema: JsonValue): boolean {
  try {
    return equalJson(readJson(text), schema);
  } catch {
    return false;
  }
}
