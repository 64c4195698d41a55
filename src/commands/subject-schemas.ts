import { checkCompatibility } from "../compare/check-compatibility.ts";
import { UserError } from "../errors.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";
import type { SubjectDifference } from "../report/schema/against.ts";
import { schemaDifferences } from "../report/schema/differences.ts";

/** One schema of one subject. */
export interface SubjectSchema {
  readonly connector: string;
  readonly subject: string;
  readonly part: "key" | "value";
  readonly avro: JsonValue;
}

/** What is sent to each subject: by the stream, or by the snapshot where nothing is streamed. */
export function schemasOf(projections: readonly Projection[]): readonly SubjectSchema[] {
  return projections.flatMap(({ connector, keySubject, valueSubject, streaming, snapshot }) => {
    const schemas = streaming ?? snapshot;
    if (schemas === null) return [];
    const { keyAvro, valueAvro } = schemas;
    return [
      ...(keySubject === null || keyAvro === null ? [] : [{ connector, subject: keySubject, part: "key" as const, avro: keyAvro }]),
      ...(valueSubject === null ? [] : [{ connector, subject: valueSubject, part: "value" as const, avro: valueAvro }]),
    ];
  });
}

/** Subject by subject; those of the later side first. */
export function compareSides(before: readonly SubjectSchema[], after: readonly SubjectSchema[]): readonly SubjectDifference[] {
  const keyOf = ({ connector, subject }: SubjectSchema): string => `${connector}\n${subject}`;
  const [olds, news] = [new Map(before.map((one) => [keyOf(one), one])), new Map(after.map((one) => [keyOf(one), one]))];
  const all = [...after, ...before.filter((one) => !news.has(keyOf(one)))];
  return all.map((one): SubjectDifference => {
    const { connector, subject, part } = one;
    const [old, now] = [olds.get(keyOf(one)), news.get(keyOf(one))];
    const nothing = { connector, subject, part, differences: [], compatible: null };
    if (old === undefined || now === undefined) return { ...nothing, change: old === undefined ? "new" : "gone" };
    const differences = schemaDifferences(old.avro, now.avro);
    if (differences.length === 0) return { ...nothing, change: "same" };
    return { ...nothing, change: "changed", differences, compatible: compatibility(old.avro, now.avro) };
  });
}

/** Null where one of them is no schema that Avro reads. */
function compatibility(before: JsonValue, after: JsonValue): SubjectDifference["compatible"] {
  try {
    return { backward: checkCompatibility(after, before).compatible, forward: checkCompatibility(before, after).compatible };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
