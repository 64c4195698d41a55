import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { StateComparison, StateDifference } from "../../src/model/state-difference.ts";

export const databaseDrifted: Rule = {
  id: "database-drifted",
  title: "The descriptions of the state before the migrations do not agree",
  category: "history",
  severity: "warning",
  since: "0.1.0",
  requires: ["history"],
  check: (context) =>
    context.inputs.comparisons.flatMap((comparison) => comparison.differences.map((one) => judge(context, comparison, one))),
};

/** Where a pending migration changes the table, the verdict hangs on which description is right. */
function judge(
  { impacts, steps, placeOfStep }: RuleContext,
  { first, second }: StateComparison,
  difference: StateDifference,
): FindingDraft {
  const { object, kind, details } = difference;
  const touched = impacts.find(
    ({ before, after, causes }) =>
      causes.length > 0 && [before, after].some((relation) => relation !== null && `${relation.schema}.${relation.name}` === object),
  );
  const shown = details.slice(0, 5);
  const more = details.length - shown.length;
  const step = touched?.causes.at(-1)?.step;
  return {
    what: `The ${kind} ${quote(object)} in ${second} is not what ${first} ${first.startsWith("the migrations") ? "say" : "says"}.`,
    why: `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}. Somebody changed one of them by other means. The verdict stands on ${first}${
      touched === undefined ? "" : ", and a pending migration changes this table"
    }: what the connector sends depends on which is right.`,
    remedy:
      "Find out which of them is what the connector reads, and bring the other in line with it, by a migration or by correcting the file.",
    answer: "risk",
    severity: touched === undefined ? "warning" : "error",
    place: step === undefined || steps[step] === undefined ? null : placeOfStep(step),
    relation: kind === "table" ? object : null,
    detail: `${kind} ${object} ${second}`,
  };
}
