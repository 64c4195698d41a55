import type { Unknown } from "../../model/report.ts";
import type { Step } from "../../model/step.ts";
import type { VersionDifference } from "./difference.ts";
import { versionDifferences } from "./differences.ts";

/** What ran, and what became of it. */
interface Ran {
  readonly steps: readonly Step[];
  readonly problems: readonly Unknown[];
}

/** The least major version whose differences are listed. */
export const leastListed = 15;

/**
 * The problems of a replay as they are for another server than the one that ran it: what that refuses or does otherwise is added, and what only
 * the server that ran it refuses says so. Looks at pending statements one by one; of applied ones only refusals are known.
 * @param ran major version of the server that ran the migrations
 * @param target major version of the server that they are for
 */
export function forVersion({ steps, problems }: Ran, ran: number, target: number): readonly Unknown[] {
  const between = versionDifferences.filter(({ since }) => ran >= since && target < since);
  if (between.length === 0) return problems;
  const refusals = problems.map((problem) => (problem.code === "sql-refused" ? ofRefusal(problem, steps, between, ran, target) : problem));
  return [...refusals, ...steps.flatMap((step) => ofStep(step, ran, target))];
}

/** The differences that a statement meets, by the table; what is refused does nothing otherwise as well. */
export function met(step: Step, ran: number, target: number): readonly VersionDifference[] {
  const all = versionDifferences.filter((difference) => ran >= difference.since && target < difference.since && isMet(difference, step));
  const refused = all.filter(({ kind }) => kind === "refused-before");
  return refused.length > 0 ? refused : all;
}

const isMet = (difference: VersionDifference, step: Step): boolean =>
  difference.kind === "refused-since"
    ? step.error !== null && difference.refusal(step.error, step)
    : step.error === null && step.certainty === "executed" && difference.meets(step);

function ofStep(step: Step, ran: number, target: number): readonly Unknown[] {
  return met(step, ran, target).flatMap((difference) => {
    if (difference.kind === "refused-since" || (difference.kind === "different" && !difference.seen)) return [];
    const head =
      difference.kind === "different"
        ? `PostgreSQL ${target}, which the migrations are for, does not do the same here as PostgreSQL ${ran}, which ran them: ${difference.what}.`
        : `PostgreSQL ${target}, which the migrations are for, refuses this statement, which PostgreSQL ${ran} took here: ${difference.what}.`;
    return [{ code: "version-differs", reason: `${head} ${advice(target)}`, span: step.statement.span, migration: step.migration }];
  });
}

/** The error behind the problem, where a step has it; of applied migrations the reason has its message and code. */
function ofRefusal(problem: Unknown, steps: readonly Step[], between: readonly VersionDifference[], ran: number, target: number): Unknown {
  const step =
    steps.find(({ error, migration }) => error !== null && error.span === problem.span && migration === problem.migration) ?? null;
  const [, message, code] = /refuses (?:this statement|it): ([\s\S]*?) \((\w{5})\)/.exec(problem.reason) ?? [];
  const error = step?.error ?? (message === undefined || code === undefined ? null : { message, code });
  const difference = between.find((one) => one.kind === "refused-since" && error !== null && one.refusal(error, step));
  if (difference === undefined) return problem;
  const more = `That is PostgreSQL ${ran}, which ran it here; PostgreSQL ${target}, which the migrations are for, may well take it: ${difference.what}.`;
  return { ...problem, reason: `${problem.reason} ${more} ${advice(target)}` };
}

const advice = (target: number): string =>
  target >= leastListed
    ? `To be sure, run it on that version: --engine embedded@${target}.`
    : "To be sure, give the URL of an empty scratch database of that version as --engine.";
