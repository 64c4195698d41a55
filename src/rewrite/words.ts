import type { RelationImpact } from "../model/impact.ts";
import { listOf } from "../model/words.ts";

/** "topic a", "topics a and b", for a sentence. */
export function topicWords(impacts: readonly RelationImpact[]): string {
  return counted("topic", unique(impacts.flatMap(({ projectionBefore }) => projectionBefore?.topic ?? [])));
}

/** "subject a-value", for a sentence. */
export function subjectWords(impacts: readonly RelationImpact[]): string {
  const names = impacts.flatMap(({ projectionBefore, subjects }) => [
    ...subjects.flatMap(({ part, subjectBefore }) => (part === "value" && subjectBefore !== null ? [subjectBefore] : [])),
    ...(projectionBefore?.valueSubject ? [projectionBefore.valueSubject] : []),
  ]);
  return counted("subject", unique(names));
}

export const unique = (items: readonly string[]): readonly string[] => [...new Set(items)];

function counted(noun: string, names: readonly string[]): string {
  return names.length === 0 ? `the table's ${noun}` : `${noun}${names.length === 1 ? "" : "s"} ${listOf(names)}`;
}

/** What every phase waits for after new columns came: the version must stand in the registry before the next one is compared with it. */
export function registeredGate(table: string, field: string, subjects: string): string {
  return `At least one row of ${table} was written since, so that ${subjects} has a version with the field ${field}: a DDL alone registers nothing.`;
}

/** The connector reads nullability, defaults and keys from the catalog as it is when it reads, not as it was when the row was written. */
export const caughtUpGate =
  "The connector has read everything written so far (confirmed_flush_lsn of its slot in pg_replication_slots is past the last write).";
