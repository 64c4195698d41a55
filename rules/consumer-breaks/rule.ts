import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { ConsumerExample, ConsumerImpact } from "../../src/model/consumer.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const consumerBreaks: Rule = {
  id: "consumer-breaks",
  title: "A consumer named in driftgate.yml reads something else, or nothing",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["connector"],
  check: (context) =>
    context.impacts.flatMap((impact) =>
      impact.subjects.flatMap((subject) => (subject.consumers ?? []).map((consumer) => judge(context, impact, subject, consumer))),
    ),
};

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact, consumer: ConsumerImpact): FindingDraft {
  const relation = impact.before ?? impact.after;
  const column = impact.before?.columns.find(({ position }) => position === consumer.position)?.name ?? null;
  const name = subject.subjectBefore ?? subject.subjectAfter ?? "";
  return {
    what: whatOf(consumer, name),
    why: whyOf(consumer),
    remedy: remedyOf(consumer),
    answer: "risk",
    place: placeOf(context, impact, subject, consumer),
    relation: relation === null ? null : `${relation.schema}.${relation.name}`,
    column,
    subject: name,
    connector: impact.connector,
    changes: subject.changes.filter(({ position }) => position !== null && position === consumer.position),
    // What is given may not be what is in force.
    ...(consumer.drifted === undefined ? {} : { severity: "warning" as const }),
    detail: [consumer.consumer, consumer.path, consumer.field ?? ""].join("\n"),
  };
}

function whatOf({ consumer, kind, field, example, reason }: ConsumerImpact, subject: string): string {
  const who = `Consumer ${quote(consumer)}`;
  const what = field === null ? "" : quote(field);
  switch (kind) {
    case "error":
      return field === null
        ? `${who} can no longer read the events of ${quote(subject)}: ${reason}.`
        : `${who} can no longer read the events of ${quote(subject)}, because of its field ${what}: ${reason}.`;
    case "null":
      return `${who} reads ${what} of ${quote(subject)} as null from now on: ${reason}.`;
    case "default":
      return `${who} reads ${what} of ${quote(subject)} as its own default${example === null ? "" : `, ${example.after},`} from now on: ${reason}.`;
    case "wrong-value":
      return `${who} reads wrong values of ${what} in ${quote(subject)}: ${reason}.`;
    case "silent":
      return `${who} gets no more events of ${quote(subject)}: ${reason}.`;
    default:
      return kind satisfies never;
  }
}

function whyOf({ kind, path, example, drifted }: ConsumerImpact): string {
  const drift =
    drifted === undefined
      ? ""
      : ` It does not come from the migration: version ${drifted}, which was sent so far, is not what the table gives before it, by the connector configuration and the migrations that are given.`;
  const shown = `${example === null || kind === "error" ? "" : ` ${exampleWords(example)}`}${drift}`;
  switch (kind) {
    case "error":
      return `Avro cannot resolve the new schema as ${path}, so reading an event fails as a whole, whatever field the consumer wants, and it stops there.${shown}`;
    case "null":
    case "default":
      return `Avro resolves the new schema as ${path} without an error, so the consumer goes on with values that are not in the table.${shown}`;
    case "wrong-value":
      return `Avro compares neither units nor scales with ${path}, so nothing fails.${shown}`;
    case "silent":
      return `The schema ${path} is read for that subject alone; a consumer that waits for events does not notice that there are none.`;
    default:
      return kind satisfies never;
  }
}

function exampleWords({ before, sent, after }: ConsumerExample): string {
  return sent === null ? `What it read as ${before} so far is ${after} then.` : `For example, ${sent} is sent and ${after} is read.`;
}

function remedyOf({ kind, consumer }: ConsumerImpact): string {
  return kind === "silent"
    ? `Move ${quote(consumer)} to the subject that the rows go to, before the migration is applied.`
    : `Let ${quote(consumer)} read both forms first, or make the change in steps that leave its field as it is until it does.`;
}

function placeOf(context: RuleContext, impact: RelationImpact, subject: SubjectImpact, { position }: ConsumerImpact): Place | null {
  const change =
    subject.changes.findLast((one) => one.step !== null && position !== null && one.position === position) ??
    subject.changes.findLast(({ step }) => step !== null);
  const cause = impact.causes.findLast(({ step }) => step === change?.step) ?? impact.causes.at(-1);
  return cause === undefined ? null : context.placeOfCause(cause);
}
