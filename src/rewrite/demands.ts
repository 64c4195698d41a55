import type { RelationImpact } from "../model/impact.ts";
import type { CompatibilityLevel } from "../model/subject.ts";

/** What the registry asks of a new version of the value subjects of one table, over all connectors that capture it. */
export interface Demands {
  /** As text for the user: "BACKWARD", or "BACKWARD (assumed)". */
  readonly level: string;
  /** The new schema must read what the old one wrote. */
  readonly backward: boolean;
  /** The old schema must read what the new one writes. */
  readonly forward: boolean;
  /** Every earlier version counts, not the last alone. */
  readonly transitive: boolean;
}

/** Levels in force, joined. Where no registry said one, Confluent's own default BACKWARD is planned for. */
export function demandsOf(impacts: readonly RelationImpact[]): Demands {
  const levels = new Set<CompatibilityLevel>();
  for (const { part, verdict } of impacts.flatMap(({ subjects }) => subjects)) {
    if (part === "value" && (verdict.outcome === "accepted" || verdict.outcome === "refused")) levels.add(verdict.level);
  }
  const all: readonly CompatibilityLevel[] = levels.size === 0 ? ["BACKWARD"] : [...levels];
  const some = (pattern: RegExp): boolean => all.some((level) => pattern.test(level));
  return {
    level: levels.size === 0 ? "BACKWARD (assumed)" : all.join(" and "),
    backward: some(/^(?:BACKWARD|FULL)/),
    forward: some(/^(?:FORWARD|FULL)/),
    transitive: some(/TRANSITIVE$/),
  };
}
