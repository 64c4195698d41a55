import type { Cause, RelationImpact } from "../model/impact.ts";
import type { Migration } from "../model/migration.ts";
import type { Finding, Phase, Rewrite, RewriteFile } from "../model/report.ts";
import type { Step } from "../model/step.ts";
import { conflictOf } from "./conflict.ts";
import type { Draft, Hazard, Recipe, Refusal } from "./draft.ts";
import { canAutocommit, framed, toolNotes } from "./frame.ts";
import { hazardsOf } from "./hazards.ts";
import { answered, noRecipe } from "./match.ts";
import { namingAfter } from "./naming.ts";
import { addRequiredColumn } from "./recipes/add-required-column.ts";
import { changeType } from "./recipes/change-type.ts";
import { dropColumn } from "./recipes/drop-column.ts";
import { renameColumn } from "./recipes/rename-column.ts";
import { renameTable } from "./recipes/rename-table.ts";
import { setNotNull } from "./recipes/set-not-null.ts";
import { type Planned, expandedFile } from "./splice.ts";
import { isWritten, placeholderNotes } from "./written.ts";

export interface RewriteInput {
  readonly findings: readonly Finding[];
  readonly impacts: readonly RelationImpact[];
  readonly causes: readonly Cause[];
  readonly steps: readonly Step[];
  readonly migrations: readonly Migration[];
}

export interface RewritePlans {
  readonly rewrites: readonly Rewrite[];
  /** Why there is none, by the fingerprint of each error or warning that no rewrite answers. */
  readonly noRewrite: Readonly<Record<string, string>>;
}

const recipes: Readonly<Record<Hazard["kind"], Recipe>> = {
  "rename-column": renameColumn,
  "drop-column": dropColumn,
  "change-type": changeType,
  "set-not-null": setNotNull,
  "add-required-column": addRequiredColumn,
  "rename-table": renameTable,
};

/**
 * An additive way to the same catalog for every change that a finding is about: expand (replaces the statement in its own file), migrate and
 * contract (new files, numbered after all others). Rewrites of one file share its expand file, which holds the changes of all of them.
 */
export function planRewrites({ findings, impacts, steps, migrations }: RewriteInput): RewritePlans {
  const serious = findings.filter(({ severity }) => severity !== "note");
  const { hazards, unplaced } = hazardsOf(impacts, steps);
  const planned: Planned[] = [];
  const reasons = new Map<string, string>();
  const refuse = (change: Pick<Hazard, "cause" | "column"> & { readonly names: readonly string[] }, reason: string): void => {
    for (const { fingerprint } of answered(serious, change)) reasons.set(fingerprint, reason);
  };
  for (const entry of unplaced) refuse({ ...entry, names: [`${entry.relation.schema}.${entry.relation.name}`] }, entry.reason);
  for (const hazard of hazards) {
    if (answered(serious, matchable(hazard)).length === 0) continue;
    const migration = migrations.find(({ id }) => id === hazard.step.migration);
    const result = migration === undefined ? { reason: "its migration file is not known" } : draftOf(hazard, hazards, steps, migration);
    if ("reason" in result) refuse(matchable(hazard), result.reason);
    else if (migration !== undefined) planned.push({ hazard, draft: result, migration });
  }
  const rewrites = numbered(planned, migrations).map(({ plan, phases }) => rewriteOf(plan, phases, serious));
  const done = new Set(rewrites.flatMap((rewrite) => rewrite.findings));
  const open = serious.filter(({ fingerprint }) => !done.has(fingerprint));
  return {
    rewrites,
    noRewrite: Object.fromEntries(open.map((finding) => [finding.fingerprint, reasons.get(finding.fingerprint) ?? noRecipe(finding)])),
  };
}

function draftOf(hazard: Hazard, hazards: readonly Hazard[], steps: readonly Step[], migration: Migration): Draft | Refusal {
  const { tool, path } = migration;
  if (!isWritten(migration, hazard.statement))
    return { reason: `its statement does not stand in ${path} itself, so that nothing can be put in its place` };
  const conflict = conflictOf(hazard, hazards, steps);
  return conflict === null ? recipes[hazard.kind](hazard, { tool, autocommit: canAutocommit(tool) }) : { reason: conflict };
}

interface NumberedPlan {
  readonly plan: Planned;
  readonly phases: readonly Phase[];
}

/** Files of an earlier phase sort before those of a later one, over all plans: they are released together. */
function numbered(plans: readonly Planned[], migrations: readonly Migration[]): readonly NumberedPlan[] {
  const files = new Map<object, readonly RewriteFile[]>();
  const used = new Map<string, number>();
  const depth = Math.max(0, ...plans.map(({ draft }) => draft.later.length));
  const ordered = ["migrate", "contract"].flatMap((name) =>
    Array.from({ length: depth }, (_, index) => plans.flatMap((plan) => phaseAt(plan, name, index))).flat(),
  );
  for (const { plan, phase } of ordered) {
    const { migration } = plan;
    const path = namingAfter(migrations, migration);
    const made = phase.files.flatMap((file) => {
      const index = used.get(migration.tool) ?? 0;
      used.set(migration.tool, index + 1);
      return framed(migration, path(file.name, index), file);
    });
    files.set(phase, made);
  }
  return plans.map((plan) => ({
    plan,
    phases: [
      {
        name: "expand",
        files: [
          expandedFile(
            plan.migration.path,
            plans.filter(({ migration }) => migration.path === plan.migration.path),
          ),
        ],
        gate: plan.draft.expandGate,
      },
      ...plan.draft.later.map((phase) => ({ name: phase.name, files: files.get(phase) ?? [], gate: phase.gate })),
    ],
  }));
}

function phaseAt(
  plan: Planned,
  name: string,
  index: number,
): readonly { readonly plan: Planned; readonly phase: Planned["draft"]["later"][number] }[] {
  const phase = plan.draft.later.filter((each) => each.name === name)[index];
  return phase === undefined ? [] : [{ plan, phase }];
}

function rewriteOf({ hazard, draft, migration }: Planned, phases: readonly Phase[], findings: readonly Finding[]): Rewrite {
  const batched = draft.later.every(({ files }) => files.every(({ name, autocommit }) => !name.startsWith("backfill") || autocommit));
  return {
    recipe: draft.recipe,
    findings: answered(findings, matchable(hazard)).map(({ fingerprint }) => fingerprint),
    replaces: hazard.span,
    migration: migration.id,
    phases,
    notes: [...draft.notes, ...placeholderNotes(migration, hazard.statement), ...toolNotes(migration, batched)],
  };
}

function matchable(
  hazard: Hazard,
): Pick<Hazard, "cause" | "column"> & { readonly names: readonly string[]; readonly span: Hazard["span"] } {
  const { cause, column, before, after, span } = hazard;
  return { cause, column, span, names: [`${before.schema}.${before.name}`, `${after.schema}.${after.name}`] };
}
