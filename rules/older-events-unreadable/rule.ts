import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const olderEventsUnreadable: Rule = {
  id: "older-events-unreadable",
  title: "The new schema cannot read events of versions before the latest, which the level does not look at",
  category: "registry",
  severity: "warning",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { unreadable = [], subjectAfter, part, verdict, changes } = subject;
  const [oldest] = unreadable;
  if (oldest === undefined || subjectAfter === null) return [];
  const relation = impact.before ?? impact.after;
  const fields = [...new Set(oldest.reasons.flatMap(({ field }) => field ?? []))];
  const change = changes.findLast(({ path, step }) => step !== null && path !== null && fields.includes(path));
  const cause = impact.causes.findLast(({ step }) => step === change?.step) ?? impact.causes.at(-1);
  const numbers = unreadable.map(({ version }) => version);
  return [
    {
      what: `The new ${part} schema of ${quote(subjectAfter)} cannot read events of ${numbers.length === 1 ? "version" : "versions"} ${listOf(numbers.map(String))}${fields.length === 0 ? "" : `, because of ${listOf(fields.map(quote))}`}.`,
      why: `${levelWords(verdict)}, so nothing stops the change. Events of those versions are in the topic for as long as it keeps them, for ever where it is compacted, and a consumer that starts from the beginning with the new schema fails on them.`,
      remedy: `Take another name for the field, wait until no such event is left in the topic, or set the level to BACKWARD_TRANSITIVE so that the registry looks at all versions.`,
      answer: "risk",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: subjectAfter,
      connector: impact.connector,
    },
  ];
}

function levelWords(verdict: SubjectImpact["verdict"]): string {
  return "level" in verdict ? `Level ${verdict.level} looks at the latest version alone` : "Nothing is checked";
}
