import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";

/** Which subjects a connector's relations send to before and after, whichever relation it is. */
export interface SubjectIndex {
  /** What was sent to the subject before; null when nothing was. */
  readonly schemaBefore: (subject: string) => JsonValue | null;
  readonly isSentAfter: (subject: string) => boolean;
  /** Every schema that the connector sent before. */
  readonly allBefore: () => Iterable<JsonValue>;
}

export function createSubjectIndex(before: readonly Projection[], after: readonly Projection[]): SubjectIndex {
  const olds = new Map(before.flatMap(entriesOf));
  const news = new Map(after.flatMap(entriesOf));
  return {
    schemaBefore: (subject) => olds.get(subject) ?? null,
    isSentAfter: (subject) => news.has(subject),
    allBefore: () => olds.values(),
  };
}

function entriesOf({ keySubject, valueSubject, streaming }: Projection): readonly (readonly [string, JsonValue])[] {
  if (streaming === null) return [];
  const key: readonly (readonly [string, JsonValue])[] =
    keySubject === null || streaming.keyAvro === null ? [] : [[keySubject, streaming.keyAvro]];
  return valueSubject === null ? key : [...key, [valueSubject, streaming.valueAvro]];
}
