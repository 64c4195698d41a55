import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";

/** Which subjects a connector's relations send to before and after, whichever relation it is. */
export interface SubjectIndex {
  /** The stream that was sent to the subject before; null when none was. */
  readonly streamBefore: (subject: string) => Projection | null;
  readonly isSentAfter: (subject: string) => boolean;
  /** Every schema that the connector sent before. */
  readonly allBefore: () => Iterable<JsonValue>;
}

export function createSubjectIndex(before: readonly Projection[], after: readonly Projection[]): SubjectIndex {
  const olds = new Map(before.flatMap(entriesOf));
  const news = new Map(after.flatMap(entriesOf));
  return {
    streamBefore: (subject) => olds.get(subject) ?? null,
    isSentAfter: (subject) => news.has(subject),
    allBefore: () => before.flatMap(schemasOf),
  };
}

function entriesOf(projection: Projection): readonly (readonly [string, Projection])[] {
  const { keySubject, valueSubject, streaming } = projection;
  if (streaming === null) return [];
  const subjects = [streaming.keyAvro === null ? null : keySubject, valueSubject];
  return subjects.flatMap((subject) => (subject === null ? [] : [[subject, projection] as const]));
}

function schemasOf({ streaming }: Projection): readonly JsonValue[] {
  if (streaming === null) return [];
  return streaming.keyAvro === null ? [streaming.valueAvro] : [streaming.keyAvro, streaming.valueAvro];
}
