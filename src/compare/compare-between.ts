import type { StateImpact, StreamState } from "../model/between.ts";
import type { Connector } from "../model/connector.ts";
import type { SubjectImpact } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import type { Subject } from "../model/subject.ts";
import { avroLine } from "./avro-line.ts";
import { ask, byOid, isAccepted, register, shows } from "./course.ts";
import type { Following } from "./course.ts";
import { createStoredSchemas, withRegistered } from "./stored-schemas.ts";
import { createSubjectIndex } from "./subject-index.ts";

export interface BetweenInput {
  readonly connectors: readonly Connector[];
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  /** In the order of the steps. */
  readonly states: readonly StreamState[];
  /** Index of the last step. */
  readonly lastStep: number;
  readonly subjects: readonly Subject[];
  readonly registryGiven: boolean;
}

/**
 * What the registry says to the states in between. Rows that the migrations write register a version, with which the later ones are compared; what is
 * only committed, or raced for, registers nothing for sure. States that show nothing new are left out.
 */
export function compareBetween(input: BetweenInput): readonly StateImpact[] {
  return input.connectors.flatMap((connector) => {
    const states = byRelation(input.states.filter(({ projection }) => projection.connector === connector.name));
    if (states.size === 0) return [];
    const before = input.before.filter((one) => one.connector === connector.name);
    const after = input.after.filter((one) => one.connector === connector.name);
    const index = createSubjectIndex(before, after);
    const [olds, news] = [byOid(before), byOid(after)];
    return [...states].flatMap(([oid, list]) => {
      const stored = withRegistered(createStoredSchemas(input.subjects, avroLine));
      const context = { connector, avroLine, registryGiven: input.registryGiven, index, causes: [], sameRelation: true, stored };
      return follow({ before: olds.get(oid) ?? null, after: news.get(oid) ?? null, states: list, lastStep: input.lastStep }, context);
    });
  });
}

interface Course {
  readonly before: Projection | null;
  readonly after: Projection | null;
  readonly states: readonly StreamState[];
  readonly lastStep: number;
}

/** One stream from state to state. */
function follow({ before, after, states, lastStep }: Course, context: Following): StateImpact[] {
  const impacts: StateImpact[] = [];
  let latest = before;
  const add = (projection: Projection, step: number, seen: StateImpact["seen"], subjects: readonly SubjectImpact[]): void => {
    // What the net effect says already is not said twice.
    if (latest === before && shows(after, projection) && seen !== "raced-final") return;
    impacts.push({ connector: context.connector.name, relation: projection.relation.oid, step, seen, projection, subjects });
  };
  for (const { step, seen, projection } of states) {
    const isWritten = seen === "written";
    if (projection.streaming === null || shows(latest, projection) || (!isWritten && shows(after, projection))) continue;
    const subjects = ask(latest, projection, context);
    add(projection, step, seen, subjects);
    if (!isAccepted(subjects)) continue;
    if (isWritten) {
      register(subjects, context.stored);
      latest = projection;
    } else if (seen === "raced" && after !== null && after.streaming !== null) {
      const stored = withRegistered(context.stored);
      register(subjects, stored);
      add(projection, step, "raced-final", ask(projection, after, { ...context, stored }));
    }
  }
  if (latest !== before && after !== null && after.streaming !== null && !shows(latest, after))
    add(after, lastStep, "final", ask(latest, after, context));
  return impacts;
}

function byRelation(states: readonly StreamState[]): ReadonlyMap<number, readonly StreamState[]> {
  return Map.groupBy(states, ({ projection }) => projection.relation.oid);
}
