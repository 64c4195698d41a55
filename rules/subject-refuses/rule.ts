import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { ConnectField, ConnectSchema } from "../../src/model/connect-schema.ts";
import type { RegistryVerdict, RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { Incompatibility } from "../../src/model/subject.ts";

export const subjectRefuses: Rule = {
  id: "subject-refuses",
  title: "The schema registry refuses the schema that the stream will have",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

type Refusal = Extract<RegistryVerdict, { outcome: "refused" }>;

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { verdict } = subject;
  if (verdict.outcome !== "refused") return [];
  const name = subject.subjectAfter ?? subject.subjectBefore ?? "";
  const relation = impact.before ?? impact.after;
  const culprits = culpritsOf(impact, subject);
  const tolerant = context.connector(impact.connector)?.settings["errors.tolerance"] === "all";
  return [
    {
      what: `The registry will refuse the ${subject.part} schema of ${quote(name)} at its level ${verdict.level} (${verdict.origin}).`,
      why: `${reasons(culprits, verdict)} ${consequence(tolerant)}`,
      remedy: `Change the table in steps that each keep the schema compatible, as the findings beside this one say; lowering the level lets the schema in and breaks the consumers instead.`,
      answer: "registry",
      place: placeOf(context, impact, subject, culprits),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: name,
      connector: impact.connector,
      changes: subject.changes.filter(({ path }) => culprits.some(({ field }) => field === path)),
    },
  ];
}

function consequence(tolerant: boolean): string {
  return tolerant
    ? `As errors.tolerance is all, the connector then drops every record of the table without a word.`
    : `With the first change of the table after the migration the connector's task fails and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`;
}

/** A field that keeps the schemas apart, and in words why. */
interface Culprit {
  readonly field: string;
  readonly words: string;
}

/** The inner reasons of the directions that the level asks for, by field: the envelope hides them from the registry's own answer. */
function culpritsOf(impact: RelationImpact, { part, verdict, backward, forward }: SubjectImpact): readonly Culprit[] {
  if (verdict.outcome !== "refused") return [];
  const asksBackward = !verdict.level.startsWith("FORWARD");
  const asksForward = !verdict.level.startsWith("BACKWARD");
  const before = rowFields(impact.projectionBefore, part);
  const after = rowFields(impact.projectionAfter, part);
  const found = [
    ...(asksBackward
      ? backward.flatMap((incompatibility) => culprit(incompatibility, after, "events already in the topic do not have it"))
      : []),
    ...(asksForward ? forward.flatMap((incompatibility) => culprit(incompatibility, before, "new events no longer have it")) : []),
  ];
  return found.filter(({ field }, index) => found.findIndex((other) => other.field === field) === index);
}

function culprit({ type, path, message }: Incompatibility, fields: readonly ConnectField[], missing: string): readonly Culprit[] {
  const index = /^\/fields\/(\d+)/.exec(path)?.[1];
  const field = fields[Number(index)]?.field ?? (type === "READER_FIELD_MISSING_DEFAULT_VALUE" ? message : undefined);
  if (field === undefined) return [];
  if (type === "READER_FIELD_MISSING_DEFAULT_VALUE")
    return [{ field, words: `${quote(field)} must have a value and has no default, and ${missing}` }];
  if (type === "MISSING_UNION_BRANCH")
    return [{ field, words: `the values of ${quote(field)} do not fit the kinds of value that the other schema allows (${message})` }];
  return [{ field, words: `${quote(field)} has another type (${message})` }];
}

/** Fields of the row: of the envelope's "after", or of the schema itself where it is flat. */
function rowFields(projection: Projection | null, part: "key" | "value"): readonly ConnectField[] {
  const schema: ConnectSchema | null = projection?.streaming?.[part] ?? null;
  const row = part === "value" ? schema?.fields?.find(({ field }) => field === "after") : undefined;
  return row?.fields ?? schema?.fields ?? [];
}

function reasons(culprits: readonly Culprit[], verdict: Refusal): string {
  const against = verdict.version === null ? "the schema sent so far" : `version ${verdict.version}`;
  if (culprits.length > 0) return `It does not go with ${against}: ${listOf(culprits.map(({ words }) => words))}.`;
  const said = verdict.messages[0];
  return said === undefined ? `It does not go with ${against}.` : `It does not go with ${against}: ${said.replace(/\.$/, "")}.`;
}

function placeOf(context: RuleContext, impact: RelationImpact, subject: SubjectImpact, culprits: readonly Culprit[]): Place | null {
  const blamed = subject.changes.filter(
    ({ path, step, after }) => step !== null && culprits.some(({ field }) => field === path || field === fieldName(after)),
  );
  const change = blamed.at(-1) ?? subject.changes.findLast(({ step }) => step !== null);
  const cause =
    impact.causes.findLast(
      ({ step, change: made }) => step === change?.step && (!("position" in made) || made.position === change.position),
    ) ??
    impact.causes.findLast(({ step }) => step === change?.step) ??
    impact.causes.at(-1);
  if (cause !== undefined) return context.placeOfCause(cause);
  return change === undefined || change.step === null ? null : context.placeOfStep(change.step);
}

/** After a rename a change is filed under the old name; `after` then tells the new one. */
function fieldName(after: ConnectSchema | string | null): string | null {
  return typeof after === "string" ? after : null;
}
