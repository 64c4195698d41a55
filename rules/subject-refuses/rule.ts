import { listOf, quote, setNotNullPlace, typeWords } from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Change, RegistryVerdict, RelationImpact, RowIncompatibility, SubjectImpact } from "../../src/model/impact.ts";

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
  const culprits = culpritsOf(subject);
  const tolerant = context.connector(impact.connector)?.settings["errors.tolerance"] === "all";
  return [
    {
      what: `${refusing(verdict)} the ${subject.part} schema of ${quote(name)}: ${reasons(culprits, verdict)}.`,
      why: `${asks(verdict)} ${consequence(tolerant)}`,
      remedy: `Change the table in steps that each keep the schema compatible; lowering the level lets the schema in and breaks the consumers instead.`,
      answer: "registry",
      place: placeOf(context, impact, subject, culprits),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: name,
      connector: impact.connector,
      changes: subject.changes.filter(({ position }) => culprits.some((culpritField) => culpritField.position === position)),
    },
  ];
}

/** Without a registry the level is a guess, and the sentence says so. */
const refusing = ({ level, origin }: Refusal): string =>
  isAssumed(origin) ? `A registry at level ${level}, the usual one, refuses` : `The registry refuses at level ${level} (${origin})`;

const isAssumed = (origin: string): boolean => origin.startsWith("default: no registry");

/** What the level protects, for those who have never set one. */
function asks({ level }: Refusal): string {
  if (level.startsWith("FULL")) return "The level asks that old and new schema can read each other's events.";
  return level.startsWith("FORWARD")
    ? "The level asks that consumers with the old schema can read new events."
    : "The level asks that consumers with the new schema can read old events.";
}

function consequence(tolerant: boolean): string {
  return tolerant
    ? `As errors.tolerance is all, the connector then drops every record of the table without a word.`
    : `With the first change of the table after the migration the connector's task fails and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`;
}

/** A field that keeps the schemas apart, and in words why. */
interface Culprit {
  readonly field: string;
  /** attnum of its column. */
  readonly position: number | null;
  readonly words: string;
}

/** The inner reasons of the directions that the level asks for, by field: the envelope hides them from the registry's own answer. */
function culpritsOf({ verdict, backward, forward, changes }: SubjectImpact): readonly Culprit[] {
  if (verdict.outcome !== "refused") return [];
  const asksBackward = !verdict.level.startsWith("FORWARD");
  const asksForward = !verdict.level.startsWith("BACKWARD");
  const found = [
    ...(asksBackward ? backward.flatMap((one) => culprit(one, changes, "events already in the topic do not have it")) : []),
    ...(asksForward ? forward.flatMap((one) => culprit(one, changes, "new events no longer have it")) : []),
  ];
  return found.filter(({ field }, index) => found.findIndex((other) => other.field === field) === index);
}

function culprit({ type, field, position, message }: RowIncompatibility, changes: readonly Change[], missing: string): readonly Culprit[] {
  if (field === null) return [];
  const name = quote(field);
  if (type === "READER_FIELD_MISSING_DEFAULT_VALUE") {
    return [{ field, position, words: `${name} must have a value and has no default, and ${missing}` }];
  }
  const own = changes.filter((change) => change.position === position || change.path === field);
  return [
    {
      field,
      position,
      words: own.map((change) => wordsOf(field, change)).find((words) => words !== null) ?? otherWords(name, message),
    },
  ];
}

/** For a field whose column is another one than before, so that no change of it is known. */
const otherWords = (name: string, message: string): string =>
  message.endsWith("writer type: NULL") ? `${name} could be empty and no longer can` : `${name} differs: ${message}`;

/** The change in words, where it is of a kind that keeps two schemas of one field apart. */
function wordsOf(field: string, { kind, before, after }: Change): string | null {
  const name = quote(field);
  if (kind === "field-renamed" && typeof before === "string" && after === field)
    return `${name} is now the name of what was ${quote(before)}`;
  if (kind === "made-required") return `${name} could be empty and no longer can`;
  if (kind === "made-optional") return `${name} always had a value and may now be empty`;
  if (kind !== "type-changed" || before === null || after === null || typeof before === "string" || typeof after === "string") return null;
  return `${name} was ${typeWords(before)} and is now ${typeWords(after)}`;
}

function reasons(culprits: readonly Culprit[], verdict: Refusal): string {
  if (culprits.length > 0) return listOf(culprits.map(({ words }) => words));
  const against = verdict.version === null ? "the schema sent so far" : `version ${verdict.version}`;
  const said = verdict.messages[0];
  return said === undefined ? `it does not go with ${against}` : `it does not go with ${against}: ${said.replace(/\.$/, "")}`;
}

function placeOf(context: RuleContext, impact: RelationImpact, subject: SubjectImpact, culprits: readonly Culprit[]): Place | null {
  const positions = new Set(culprits.flatMap(({ position }) => position ?? []));
  const change =
    subject.changes.findLast(({ step, position }) => step !== null && position !== null && positions.has(position)) ??
    subject.changes.findLast(({ step }) => step !== null);
  const table = context.tables.find(({ streams }) => streams.includes(impact));
  const added = change?.kind === "field-added" ? table?.after?.columns.find(({ position }) => position === change.position) : undefined;
  const later = table === undefined || added === undefined ? null : setNotNullPlace(context, table, added.name);
  if (later !== null) return later;
  const cause =
    impact.causes.findLast(({ step, change: made }) => step === change?.step && "position" in made && made.position === change.position) ??
    impact.causes.findLast(({ step }) => step === change?.step) ??
    impact.causes.at(-1);
  return cause === undefined ? null : context.placeOfCause(cause);
}
