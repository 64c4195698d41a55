import type { Catalog } from "../model/catalog.ts";
import type { Cause } from "../model/impact.ts";
import type { CatalogChange, Step } from "../model/step.ts";
import { diffCatalogs } from "./diff.ts";

/**
 * Net difference between the baseline and the catalog after the last step, each change with the last step that made it so. What cancels out
 * over statements, transactions and files (added and dropped, renamed and renamed back, rolled back) is not there.
 */
export function netCauses(baseline: Catalog, steps: readonly Step[]): readonly Cause[] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const makers = lastMakers(steps);
  return diffCatalogs(baseline, last.after).map((change) => ({ step: stepOf(change, makers), change }));
}

/** Index of the last step for each fact that a change can be made of. */
function lastMakers(steps: readonly Step[]): ReadonlyMap<string, number> {
  const makers = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    if (step.before === step.after) continue;
    for (const change of diffCatalogs(step.before, step.after)) {
      for (const fact of [...factsOf(change), `any ${change.relation}`]) makers.set(fact, index);
    }
  }
  return makers;
}

function stepOf(change: CatalogChange, makers: ReadonlyMap<string, number>): number {
  const found = factsOf(change).flatMap((fact) => makers.get(fact) ?? []);
  return found.length > 0 ? Math.max(...found) : (makers.get(`any ${change.relation}`) ?? 0);
}

/** Facts about an object's being there, its name, and each of its properties; a recreation is made of several. */
function factsOf(change: CatalogChange): readonly string[] {
  const { relation } = change;
  switch (change.kind) {
    case "relation-created":
      return [`exists ${relation}`, `name ${relation}`];
    case "relation-dropped":
      return [`exists ${relation}`];
    case "relation-renamed":
    case "relation-moved":
      return [`name ${relation}`];
    case "relation-recreated":
      return [`exists ${relation}`, `name ${relation}`, `exists ${change.previous}`];
    case "column-added":
      return [`exists ${relation} ${change.position}`, `name ${relation} ${change.position}`];
    case "column-dropped":
      return [`exists ${relation} ${change.position}`];
    case "column-renamed":
      return [`name ${relation} ${change.position}`];
    case "column-recreated":
      return [`exists ${relation} ${change.position}`, `name ${relation} ${change.position}`, `exists ${relation} ${change.previous}`];
    case "column-type-changed":
    case "column-nullability-changed":
    case "column-default-changed":
    case "column-generation-changed":
      return [`${change.kind} ${relation} ${change.position}`];
    case "persistence-changed":
    case "partition-changed":
    case "primary-key-changed":
    case "unique-indexes-changed":
    case "replica-identity-changed":
      return [`${change.kind} ${relation}`];
    default:
      return change satisfies never;
  }
}
