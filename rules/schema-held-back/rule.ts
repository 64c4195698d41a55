import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { HeldBack, Registration } from "../../src/model/registration.ts";

export const schemaHeldBack: Rule = {
  id: "schema-held-back",
  title: "The connector writes with the registry's latest version, so the new schema is not used",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, { registration, subjectAfter, part }: SubjectImpact): readonly FindingDraft[] {
  if (registration === undefined || registration === null || subjectAfter === null) return [];
  if (registration.policy !== "latest" && registration.policy !== "latest-unchecked") return [];
  const told = wordsOf(registration, quote(subjectAfter), part);
  if (told === null) return [];
  const relation = impact.before ?? impact.after;
  const cause = impact.causes.at(-1);
  return [
    {
      ...told,
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: subjectAfter,
      connector: impact.connector,
    },
  ];
}

type Told = Pick<FindingDraft, "what" | "why" | "remedy" | "answer" | "severity">;

const remedy = `Register the new schema first, so that it is the latest version: \`driftgate register --yes\` with the same options as this check, then restart the connector, which keeps the version it has once found.`;

function wordsOf({ latest, isKnown, setting: decided }: Registration, name: string, part: "key" | "value"): Told | null {
  const setting = `${part}.converter.${decided}`;
  if (latest === null) {
    if (!isKnown)
      return {
        what: `The connector writes the ${part} of ${name} with the latest version that is registered (${setting}), and no registry was given to see which.`,
        why: `A new field is then not sent, a renamed one goes on under its old name, and a dropped one stops the task, unless the new schema is registered before.`,
        remedy,
        answer: "unknown",
      };
    return {
      what: `The connector writes the ${part} of ${name} with the latest version that is registered (${setting}), and there is none.`,
      why: `With the first change of the table its task fails, as it finds no version, and stops for all tables.`,
      remedy,
      answer: "registry",
    };
  }
  if (latest.stops !== null)
    return {
      what: `The connector writes the ${part} of ${name} with version ${latest.version} (${setting}), which the new rows do not fit: ${latest.stops}.`,
      why: `With the first change of the table after the migration its task fails and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`,
      remedy,
      answer: "registry",
    };
  const effects = effectsOf(latest);
  if (effects.length === 0) return null;
  return {
    what: `The connector goes on to write the ${part} of ${name} with version ${latest.version} (${setting}), so ${listOf(effects)}.`,
    why: `A record's values are written by their position, not by their name, and nothing tells consumers of the change.`,
    remedy,
    answer: "risk",
    ...(latest.misplaced.length === 0 && latest.narrowed.length === 0 ? { severity: "warning" } : {}),
  };
}

function effectsOf({ notSent, misplaced, narrowed }: HeldBack): readonly string[] {
  return [
    ...(notSent.length === 0 ? [] : [`${listOf(notSent.map(quote))} ${notSent.length === 1 ? "is" : "are"} not sent`]),
    ...misplaced.map(({ from, to }) => `the value of ${quote(from)} goes under the name ${quote(to)}`),
    ...narrowed.map((field) => `${quote(field)} is cut to the smaller number type it had`),
  ];
}
