import type { LaggingImpact, StateImpact } from "../model/between.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Cause, RelationImpact } from "../model/impact.ts";
import type { IdlePattern } from "../model/connector.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Projection } from "../model/projection.ts";
import type { CatalogChange } from "../model/step.ts";
import { isHeartbeat } from "./heartbeat.ts";
import { placeOfCause, placeOfStep, placeWhere } from "./place.ts";
import type { RuleContext, TablePair } from "./rule.ts";
import { tablesOf } from "./tables.ts";

/** What the stages before know. */
export interface JudgeInput {
  readonly inputs: Inputs;
  /** Catalog after the last pending statement. */
  readonly final: Catalog;
  readonly impacts: readonly RelationImpact[];
  readonly between: readonly StateImpact[];
  readonly lagging: readonly LaggingImpact[];
  readonly astray: readonly Projection[];
  /** Net differences from the baseline to `final`, of all relations. */
  readonly causes: readonly Cause[];
  /** What the connectors make of every captured relation, also of those without an impact. */
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  /** Patterns of the connectors that fit nothing before and nothing after. */
  readonly idlePatterns: readonly IdlePattern[];
}

/** Everything a rule may ask, made once for all rules. */
export function contextOf(input: JudgeInput): RuleContext {
  const { inputs, final, impacts, between, lagging, astray, causes } = input;
  const { steps, baseline, connectors } = inputs;
  const byName = new Map(connectors.map((connector) => [connector.name, connector]));
  return {
    inputs,
    steps,
    baseline,
    final,
    impacts,
    between,
    lagging,
    astray,
    causes,
    idlePatterns: input.idlePatterns,
    subjectsSent: subjectsSent(input),
    tables: tablesOf(input),
    connector: (name) => byName.get(name),
    placeOfCause: (cause) => placeOfCause(steps, cause),
    placeOfStep: (index) => placeOfStep(steps, index),
    causeOf,
    placeWhere: (describe) => placeWhere(steps, describe),
    isHeartbeat: (relation) => isHeartbeat(baseline, connectors, relation),
  };
}

/** Where the records go is not known, or the rows themselves tell. */
const isOpen = ({ valueSubject, caveats }: Projection): boolean =>
  valueSubject === null || caveats.some(({ effect }) => effect === "unknown");

function subjectsSent({ inputs, final, before, after }: JudgeInput): readonly string[] | null {
  const streams = [...before, ...after];
  const isAssumed = [...inputs.baseline.relations, ...final.relations].some(({ oid }) => oid < 0);
  if (isAssumed || streams.length === 0 || streams.some(isOpen)) return null;
  return [...new Set(streams.flatMap(({ keySubject, valueSubject }) => [keySubject, valueSubject].filter((name) => name !== null)))];
}

function causeOf(table: TablePair, kinds: readonly CatalogChange["kind"][], position?: number): Cause | null {
  const fits = ({ change }: Cause): boolean =>
    kinds.includes(change.kind) && (position === undefined || ("position" in change && change.position === position));
  return table.causes.findLast(fits) ?? null;
}
