import { asks, culpritsOf, keyPlace, quote, reasons, refusing, setNotNullPlace, typePlace } from "../../src/judge/rule.ts";
import type { Culprit, FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Change, RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const subjectRefuses: Rule = {
  id: "subject-refuses",
  title: "The schema registry refuses the schema that the stream will have",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { verdict } = subject;
  // Where the latest version is used in place of the new schema, the registry is not asked.
  if (verdict.outcome !== "refused" || subject.registration?.policy.startsWith("latest") === true) return [];
  const name = subject.subjectAfter ?? subject.subjectBefore ?? "";
  const relation = impact.before ?? impact.after;
  const culprits = culpritsOf(subject);
  const place = placeOf(context, impact, subject, culprits);
  const tolerant = context.connector(impact.connector)?.settings["errors.tolerance"] === "all";
  return [
    {
      what: `${refusing(verdict)} the ${subject.part} schema of ${quote(name)}: ${reasons(culprits, verdict)}.`,
      why: `${asks(verdict)} ${consequence(tolerant, place !== null && impact.causes.length === 0)}`,
      remedy: remedyOf(verdict.cause, name),
      answer: "registry",
      place,
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: name,
      connector: impact.connector,
      changes: subject.changes.filter(({ position }) => culprits.some((culpritField) => culpritField.position === position)),
    },
  ];
}

function remedyOf(cause: "mode" | "schema" | undefined, subject: string): string {
  if (cause === "mode")
    return `Have the registry set ${quote(subject)} back to READWRITE before the migration runs (PUT /mode/${subject}), if nobody keeps it as it is on purpose.`;
  if (cause === "schema")
    return `Rename what the message names, or let the connector adjust it: schema.name.adjustment.mode=avro, and field.name.adjustment.mode=avro for columns.`;
  return `Change the table in steps that each keep the schema compatible; lowering the level lets the schema in and breaks the consumers instead.`;
}

/** @param ofType only the type of a column changed: PostgreSQL then does not tell a connector that runs */
function consequence(tolerant: boolean, ofType: boolean): string {
  const later = `A connector that runs goes on with the schema it knows until it is restarted or the table itself is changed. `;
  if (tolerant)
    return `${ofType ? later : ""}As errors.tolerance is all, the connector then drops every record of the table without a word.`;
  const first = ofType ? `${later}With the first row after that` : `With the first change of the table after the migration`;
  return `${first} the connector's task fails and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`;
}

/** Changes by themselves enough for a refusal; a default, a semantic type or a parameter never is. */
const keepsApart: ReadonlySet<Change["kind"]> = new Set([
  "field-added",
  "field-removed",
  "field-renamed",
  "type-changed",
  "made-required",
  "made-optional",
]);

function placeOf(context: RuleContext, impact: RelationImpact, subject: SubjectImpact, culprits: readonly Culprit[]): Place | null {
  const positions = new Set(culprits.flatMap(({ position }) => position ?? []));
  const made = subject.changes.filter(({ step }) => step !== null);
  const ofCulprits = made.filter(({ position }) => position !== null && positions.has(position));
  const change = ofCulprits.findLast(({ kind }) => keepsApart.has(kind)) ?? ofCulprits.at(-1) ?? made.at(-1);
  const table = context.tables.find(({ streams }) => streams.includes(impact));
  const added = change?.kind === "field-added" ? table?.after?.columns.find(({ position }) => position === change.position) : undefined;
  const later = table === undefined || added === undefined ? null : setNotNullPlace(context, table, added.name);
  if (later !== null) return later;
  const own = impact.causes.findLast(
    ({ step, change: one }) => step === change?.step && "position" in one && one.position === change.position,
  );
  const ofKey = own === undefined && subject.part === "key" && table !== undefined ? keyPlace(context, table, "column") : null;
  if (ofKey !== null) return ofKey;
  const cause = own ?? impact.causes.findLast(({ step }) => step === change?.step) ?? impact.causes.at(-1);
  if (cause !== undefined) return context.placeOfCause(cause);
  const pair = table?.columns.find(({ after }) => after !== null && positions.has(after.position));
  return pair === undefined ? null : typePlace(context, pair);
}
