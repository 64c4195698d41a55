import type { CompatibilityLevel, Subject } from "../../model/subject.ts";

export interface Level {
  readonly level: CompatibilityLevel;
  readonly origin: Subject["compatibilityOrigin"];
}

const levels: readonly CompatibilityLevel[] = [
  "NONE",
  "BACKWARD",
  "BACKWARD_TRANSITIVE",
  "FORWARD",
  "FORWARD_TRANSITIVE",
  "FULL",
  "FULL_TRANSITIVE",
];

/** The level that a value names; null when it names none. */
export function levelOf(value: unknown): CompatibilityLevel | null {
  return levels.find((level) => level === value) ?? null;
}
