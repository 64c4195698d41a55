import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const subjectDrifted: Rule = {
  id: "subject-drifted",
  title: "The registry's latest schema is not the one that the migrations so far lead to",
  category: "registry",
  severity: "warning",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, { drift, subjectBefore, changes }: SubjectImpact): readonly FindingDraft[] {
  // Where the pending migrations change nothing, the verdict does not hang on the subject.
  if (drift === null || subjectBefore === null || (impact.causes.length === 0 && changes.length === 0)) return [];
  const cause = impact.causes.at(-1);
  const relation = impact.before ?? impact.after;
  const shown = drift.differences.slice(0, 5);
  const more = drift.differences.length - shown.length;
  return [
    {
      what: `Version ${drift.version} of the subject ${quote(subjectBefore)} is not what Debezium would send for the table before this migration.`,
      why: `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}. ${sourceWords(drift.explanation)}; the verdict for this subject compares with the registry, the cause is told from the migrations.`,
      remedy:
        drift.explanation === undefined
          ? `Give the migrations and the connector configuration that are really in force, or correct the one that is wrong.`
          : `Give the connector configuration that is really in force, or expect one more version when this one is applied.`,
      answer: "risk",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: subjectBefore,
      connector: impact.connector,
    },
  ];
}

function sourceWords(explanation: string | undefined): string {
  return explanation === undefined
    ? "Somebody changed the table by hand, or the connector, its version or its settings differ from the given ones"
    : `${explanation} gives exactly this, so the connector that registered it is not quite the given one`;
}
