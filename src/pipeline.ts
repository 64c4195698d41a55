import { netCauses } from "./catalog/net-causes.ts";
import { statesSeen } from "./catalog/states-seen.ts";
import { compareLagging } from "./compare/compare-lagging.ts";
import { compareBetween } from "./compare/compare-between.ts";
import { compare } from "./compare/compare.ts";
import { judge } from "./judge/judge.ts";
import type { Rule } from "./judge/rule.ts";
import type { StreamState } from "./model/between.ts";
import type { Catalog } from "./model/catalog.ts";
import type { Cause } from "./model/impact.ts";
import type { Inputs } from "./model/inputs.ts";
import type { Projection } from "./model/projection.ts";
import type { Report } from "./model/report.ts";
import { idlePatterns } from "./project/idle-patterns.ts";
import { projectLagging } from "./project/lagging.ts";
import { project } from "./project/project.ts";
import { projectAstray } from "./project/running.ts";
import { createExplainer } from "./project/alternatives.ts";
import type { AheadState } from "./project/alternatives.ts";
import { planRewrites } from "./rewrite/plan.ts";

/** What can be said before any subject is known: the streams before and after all pending migrations. */
export interface Projected {
  readonly final: Catalog;
  readonly causes: readonly Cause[];
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  /** What the streams show in between, in the order of the steps. */
  readonly states: readonly StreamState[];
  /** How rows of changed relations are sent that were written before the first step and are read after the last. */
  readonly lagging: readonly Projection[];
}

type Projectable = Pick<Inputs, "baseline" | "steps" | "connectors">;

/** project: the schemas of every captured relation, before the first and after the last pending statement, and what a row may show in between. */
export function projectAll({ baseline, steps, connectors }: Projectable): Projected {
  const final = steps.at(-1)?.after ?? baseline;
  const all = (catalog: Catalog): readonly Projection[] => connectors.flatMap((connector) => project(catalog, connector));
  const before = all(baseline);
  const states = statesSeen(baseline, steps).flatMap(({ step, commit, written, relations }) => {
    const oids = new Set(relations.map(({ oid }) => oid));
    const [then, now] = [steps[step]?.after ?? final, steps[commit]?.after ?? final];
    return connectors.flatMap((connector) => {
      const early = project(then, connector, oids);
      if (then === now) return early.map((projection): StreamState => ({ step, seen: written ? "written" : "committed", projection }));
      const late = projectLagging(then, now, connector, oids);
      // Either is registered, not both: what may be comes first, as it is compared with what was there before.
      return [
        ...early.map((projection): StreamState => ({ step, seen: "raced", projection })),
        ...late.map((projection): StreamState => ({ step, seen: "written", projection })),
      ];
    });
  });
  const causes = netCauses(baseline, steps);
  const touched = new Set(
    causes.flatMap(({ change }) => [change.relation, ...(change.kind === "relation-recreated" ? [change.previous] : [])]),
  );
  const lagging = connectors.flatMap((connector) => projectLagging(baseline, final, connector, touched));
  return { final, causes, before, after: final === baseline ? before : all(final), states, lagging };
}

/** After each pending migration but the last, whose state the registry may have without any drift. */
function statesAhead({ steps, migrations }: Pick<Inputs, "steps" | "migrations">): readonly AheadState[] {
  const paths = new Map(migrations.map(({ id, path }) => [id, path]));
  return steps.flatMap(({ migration, after }, index) => {
    const next = steps[index + 1];
    return next === undefined || next.migration === migration ? [] : [{ path: paths.get(migration) ?? migration, catalog: after }];
  });
}

/**
 * Every stage once, in order: project, compare, judge, rewrite. Pure and synchronous.
 * @param projected what projectAll gave for the same inputs, so that a caller who needed it to find the subjects does not pay twice
 */
export function check(inputs: Inputs, rules: readonly Rule[], projected: Projected = projectAll(inputs)): Report {
  const { final, causes, before, after, states } = projected;
  const { baseline, steps, connectors, subjects, migrations } = inputs;
  const streams = { connectors, before, after, subjects, registryGiven: inputs.registry !== null };
  const explain = createExplainer(baseline, inputs.past ?? [], statesAhead(inputs));
  const impacts = compare({ ...streams, baseline, final, causes, consumers: inputs.consumers ?? [], explain });
  const between = compareBetween({ ...streams, states, lastStep: steps.length - 1 });
  const lagging = compareLagging({ ...streams, lagging: projected.lagging });
  const astray = connectors.flatMap((connector) => projectAstray(baseline, final, connector));
  const idle = connectors.flatMap((connector) => idlePatterns([baseline, final], connector));
  const verdict = judge({ inputs, final, impacts, between, lagging, astray, causes, before, after, idlePatterns: idle }, rules);
  const { rewrites, noRewrite } = planRewrites({ findings: verdict.findings, impacts, causes, steps, migrations });
  return {
    schemaVersion: 1,
    tool: { name: "driftgate", version: inputs.toolVersion },
    checked: {
      statements: steps.length,
      connectors: connectors.map(({ name }) => name),
      streams: after.filter(({ streaming }) => streaming !== null).length,
      registry: inputs.registry,
      postgresVersion: inputs.postgresVersion,
    },
    verdict,
    migrations,
    impacts,
    subjects: impacts.flatMap((impact) => impact.subjects),
    rewrites,
    noRewrite,
    assumptions: inputs.assumptions,
  };
}
