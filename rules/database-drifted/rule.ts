import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact } from "../../src/model/impact.ts";
import type { StateComparison, StateDifference } from "../../src/model/state-difference.ts";

export const databaseDrifted: Rule = {
  id: "database-drifted",
  title: "The descriptions of the state before the migrations do not agree",
  category: "history",
  severity: "warning",
  since: "0.1.0",
  requires: ["history"],
  check: (context) => context.inputs.comparisons.flatMap((comparison) => judgeAll(context, comparison)),
};

const remedy =
  "Find out which of them is what the connector reads, and bring the other in line with it, by a migration or by correcting the file.";

/** What only one of them has and no pending migration touches is told together: there may be much of it. */
function judgeAll(context: RuleContext, comparison: StateComparison): readonly FindingDraft[] {
  const isLone = (difference: StateDifference): boolean => difference.presence !== "both" && impactOn(context, difference) === undefined;
  const { first, second, differences } = comparison;
  const lone = differences.filter(isLone);
  return [
    ...differences.filter((difference) => !isLone(difference)).map((difference) => judge(context, comparison, difference)),
    ...presentOnly(
      lone.filter(({ presence }) => presence === "first"),
      first,
      second,
    ),
    ...presentOnly(
      lone.filter(({ presence }) => presence === "second"),
      second,
      first,
    ),
  ];
}

const impactOn = ({ impacts }: RuleContext, { object, kind }: StateDifference): RelationImpact | undefined =>
  impacts.find(
    ({ before, after, causes }) =>
      kind === "table" &&
      causes.length > 0 &&
      [before, after].some((relation) => relation !== null && `${relation.schema}.${relation.name}` === object),
  );

/** Where a pending migration changes the table, the verdict hangs on which description is right. */
function judge(context: RuleContext, { first, second }: StateComparison, difference: StateDifference): FindingDraft {
  const { object, kind, presence, details } = difference;
  const touched = impactOn(context, difference);
  const shown = details.slice(0, 5);
  const more = details.length - shown.length;
  const what =
    presence === "both"
      ? `The ${kind} ${quote(object)} in ${second} is not what ${first} ${first.startsWith("the migrations") ? "say" : "says"}.`
      : `The ${kind} ${quote(object)} is only in ${presence === "first" ? first : second}, not in ${presence === "first" ? second : first}.`;
  const how = shown.length === 0 ? "" : `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}. `;
  const also = touched === undefined ? "" : ", and a pending migration changes this table";
  const cause = touched?.causes.at(-1);
  return {
    what,
    why: `${how}Somebody changed one of them by other means. The verdict stands on ${first}${also}: what the connector sends depends on which is right.`,
    remedy,
    answer: "risk",
    severity: touched === undefined ? "warning" : "error",
    place: cause === undefined ? null : context.placeOfCause(cause),
    relation: kind === "table" ? object : null,
    detail: `${kind} ${object} ${second}`,
  };
}

function presentOnly(differences: readonly StateDifference[], there: string, missing: string): readonly FindingDraft[] {
  if (differences.length === 0) return [];
  const names = differences.slice(0, 10).map(({ kind, object }) => `${kind} ${quote(object)}`);
  const more = differences.length - names.length;
  return [
    {
      what: `${differences.length === 1 ? "One object is" : `${differences.length} objects are`} in ${there} and not in ${missing}.`,
      why: `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}. No pending migration touches them, but the connector captures the tables that the database has.`,
      remedy,
      answer: "risk",
      place: null,
      detail: `only in ${there}`,
    },
  ];
}
