import { compareBetween } from "../compare/compare-between.ts";
import { compare } from "../compare/compare.ts";
import { registrationText } from "../compare/avro/registration-text.ts";
import type { Connector } from "../model/connector.ts";
import type { SubjectImpact } from "../model/impact.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Subject } from "../model/subject.ts";
import type { Projected } from "../pipeline.ts";

/** One schema that the stream will need, and what the registry is expected to say to it. */
export interface Needed {
  readonly subject: string;
  readonly part: "key" | "value";
  /** The text to register. */
  readonly schema: string;
  /** False: it must not be registered. */
  readonly isTaken: boolean;
  /** Why, or at which level. */
  readonly words: string;
}

export interface PlanInput {
  readonly baseline: Catalog;
  readonly connectors: readonly Connector[];
  readonly subjects: readonly Subject[];
  readonly projected: Projected;
  /** Index of the last step. */
  readonly lastStep: number;
}

/** The schemas that the pending migrations lead to, in the order in which the stream needs them: those of rows that they write in between come first. */
export function neededSchemas({ baseline, connectors, subjects, projected, lastStep }: PlanInput): readonly Needed[] {
  const { final, causes, before, after, states } = projected;
  const streams = { connectors, before, after, subjects, registryGiven: true };
  const between = compareBetween({ ...streams, states, lastStep }).filter(({ seen }) => seen === "written" || seen === "final");
  const net = compare({ ...streams, baseline, final, causes });
  const all = [...between, ...net].flatMap((impact) => impact.subjects.flatMap(neededFor));
  const seen = new Set<string>();
  return all.filter(({ subject, schema }) => {
    const key = `${subject}\n${schema}`;
    return !seen.has(key) && seen.add(key);
  });
}

const noVersion = "the subject has no version yet";

/** The registry has nothing to compare with, whatever the table sent before. */
const isNew = (origin: string): boolean => origin.startsWith("default: ");

function neededFor({ part, subjectAfter, schemaAfter, verdict }: SubjectImpact): readonly Needed[] {
  if (subjectAfter === null || schemaAfter === null) return [];
  const needed = { subject: subjectAfter, part, schema: registrationText(schemaAfter) };
  switch (verdict.outcome) {
    case "unchanged":
    case "silent":
      return [];
    case "accepted":
      return [
        { ...needed, isTaken: true, words: isNew(verdict.origin) ? noVersion : `level ${verdict.level} takes it (${verdict.origin})` },
      ];
    case "new-subject":
      return [{ ...needed, isTaken: true, words: noVersion }];
    case "not-protected":
      return [{ ...needed, isTaken: true, words: `nothing checks it: ${verdict.reason}` }];
    case "refused": {
      const against = verdict.version === null ? "" : ` with version ${verdict.version}`;
      const words = `level ${verdict.level} refuses it (${verdict.origin})${against}: ${verdict.messages[0] ?? "no reason given"}`;
      return [{ ...needed, isTaken: false, words }];
    }
    case "unknown":
      return [{ ...needed, isTaken: false, words: verdict.reason }];
    default:
      return verdict satisfies never;
  }
}
