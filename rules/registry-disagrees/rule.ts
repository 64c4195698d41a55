import { culpritsOf, quote, reasons } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const registryDisagrees: Rule = {
  id: "registry-disagrees",
  title: "The registry's own answer is not the one that Avro's rules give",
  category: "registry",
  severity: "warning",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { disagreement, part, subjectAfter } = subject;
  if (disagreement === undefined || disagreement === null || subjectAfter === null) return [];
  const { accepted, messages } = disagreement;
  const relation = impact.before ?? impact.after;
  const cause = impact.causes.at(-1);
  const name = quote(subjectAfter);
  return [
    {
      what: accepted
        ? `The registry takes the new ${part} schema of ${name}, though by Avro's rules it does not go with the versions that are there.`
        : `The registry refuses the new ${part} schema of ${name}, though by Avro's rules it goes with the versions that are there.`,
      why: accepted
        ? `The stream goes on, as the registry's answer is what counts, and consumers that follow Avro's rules may not be able to read it. By the rules, ${againstIt(subject, messages)}.`
        : `The registry's answer is what counts, so the stream stops, though Java's SchemaCompatibility finds nothing. Registries with an engine of their own (Redpanda, Karapace) are stricter about names, and one with further rules may look at more than compatibility.`,
      remedy: accepted
        ? `Judge the change by what the consumers can read, not by the registry's answer.`
        : `Read under ${name} below why it is refused, in the registry's own words, and change what they name.`,
      answer: accepted ? "risk" : "registry",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: subjectAfter,
      connector: impact.connector,
    },
  ];
}

/** The fields that keep the schemas apart, as they would be told for a refusal. */
function againstIt(subject: SubjectImpact, messages: readonly string[]): string {
  const { verdict } = subject;
  if (verdict.outcome !== "accepted") return messages[0] ?? "it is not compatible";
  const refused = { ...verdict, outcome: "refused", version: null, messages } as const;
  return reasons(culpritsOf({ ...subject, verdict: refused }), refused);
}
