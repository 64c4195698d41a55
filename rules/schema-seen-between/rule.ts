import { asks, connectorNames, culpritsOf, isStreamed, quote, reasons, refusing, streamsBefore, topicNames } from "../../src/judge/rule.ts";
import type { Culprit, FindingDraft, Place, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { StateImpact } from "../../src/model/between.ts";
import type { Column } from "../../src/model/catalog.ts";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";
import type { SubjectImpact } from "../../src/model/impact.ts";
import type { Severity } from "../../src/model/report.ts";

export const schemaSeenBetween: Rule = {
  id: "schema-seen-between",
  title: "The stream sees a captured table in a state that is neither the old nor the new one",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector", "statements"],
  check: (context) =>
    context.between.flatMap((state) => {
      const refused = state.subjects.flatMap((subject) => refusal(context, state, subject));
      return refused.length > 0 || (state.seen !== "written" && state.seen !== "committed") ? refused : doubts(context, state);
    }),
};

function refusal(context: RuleContext, state: StateImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { verdict, part, subjectAfter } = subject;
  if (verdict.outcome !== "refused" || subjectAfter === null || isToldAnyway(context, state, subjectAfter)) return [];
  const culprits = culpritsOf(subject);
  if (isRefusedInTheEnd(context, state, subjectAfter, culprits)) return [];
  const { schema, name } = state.projection.relation;
  const { when, outcome, remedy } = words(state.seen);
  return [
    {
      what: `${refusing(verdict)} the ${part} schema of ${quote(subjectAfter)} ${when}: ${reasons(culprits, verdict)}.`,
      why: `${asks(verdict)} ${outcome}`,
      remedy,
      answer: "registry",
      severity: state.seen === "written" || state.seen === "final" ? "error" : "warning",
      place: placeOf(context, state, culprits),
      relation: `${schema}.${name}`,
      subject: subjectAfter,
      connector: state.connector,
      detail: state.seen,
    },
  ];
}

/** What is refused anyway, by the net effect or without a race, is told of by one finding. */
function isToldAnyway({ impacts, between }: RuleContext, { seen, connector, step }: StateImpact, subject: string): boolean {
  const isRefused = ({ subjectAfter, verdict }: SubjectImpact): boolean => subjectAfter === subject && verdict.outcome === "refused";
  if (seen === "raced") {
    return between.some(
      (other) => other.seen === "written" && other.step === step && other.connector === connector && other.subjects.some(isRefused),
    );
  }
  if (seen !== "final" && seen !== "raced-final") return false;
  return impacts.some((impact) => impact.connector === connector && impact.subjects.some(isRefused));
}

/** The net effect is refused for the same fields, so that writing the rows elsewhere helps nobody: subject-refuses tells it. */
function isRefusedInTheEnd({ impacts }: RuleContext, { connector }: StateImpact, subject: string, culprits: readonly Culprit[]): boolean {
  const last = impacts.flatMap((impact) =>
    impact.connector === connector
      ? impact.subjects.filter(({ subjectAfter, verdict }) => subjectAfter === subject && verdict.outcome === "refused")
      : [],
  );
  const told = new Set(last.flatMap((one) => culpritsOf(one).map((culprit) => culprit.words)));
  return culprits.length > 0 && culprits.every((culprit) => told.has(culprit.words));
}

interface Words {
  readonly when: string;
  readonly outcome: string;
  readonly remedy: string;
}

const stops = "the connector's task fails there and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.";
const apart = "Write the rows in a transaction of their own, before or after all changes of the table.";
const separately = "Write rows before or after all changes of the table, and make the changes in one transaction.";

function words(seen: StateImpact["seen"]): Words {
  switch (seen) {
    case "written":
      return {
        when: "in the state that the rows written here show",
        outcome: `These rows are sent with the schema of this moment, although it is gone when the migration is through: ${stops}`,
        remedy: separately,
      };
    case "committed":
      return {
        when: "in the state committed here",
        outcome: `If the application writes a row of the table before the next statements are committed, ${stops}`,
        remedy: "Make the changes of the table in one transaction.",
      };
    case "raced":
      return {
        when: "in the state of the rows written here, if the connector reads them before it can see that the transaction is committed",
        outcome: `That is a race, lost about once in a hundred times: then ${stops}`,
        remedy: apart,
      };
    case "raced-final":
      return {
        when: "after all statements, if the connector reads the rows written here before it can see that the transaction is committed, and registers their schema",
        outcome: `That is a race, lost about once in a hundred times: then with the first row after the migration ${stops}`,
        remedy: apart,
      };
    case "final":
      return {
        when: "after all statements, because the rows written in between registered a version of their own",
        outcome: `With the first row after the migration ${stops}`,
        remedy: separately,
      };
    default:
      return seen satisfies never;
  }
}

/** What is refused in the end stands where one of the columns that keep the schemas apart was last changed. */
function placeOf(context: RuleContext, { seen, relation, step }: StateImpact, culprits: readonly Culprit[]): Place | null {
  if (seen !== "final") return context.placeOfStep(step);
  const positions = new Set(culprits.map(({ position }) => position));
  const changed = context.placeWhere(({ relations }) =>
    JSON.stringify(relations.find(({ oid }) => oid === relation)?.columns.filter(({ position }) => positions.has(position))),
  );
  if (changed !== null) return changed;
  const cause = context.causes.findLast(({ change }) => change.relation === relation);
  return cause === undefined ? context.placeOfStep(step) : context.placeOfCause(cause);
}

/** What the registry lets pass, and a reader notices. */
function doubts(context: RuleContext, { relation, step, seen, projection }: StateImpact): readonly FindingDraft[] {
  const table = context.tables.find(({ before, after }) => before?.oid === relation && after?.oid === relation);
  const columns = context.steps[step]?.after.relations.find(({ oid }) => oid === relation)?.columns;
  if (table === undefined || columns === undefined) return [];
  const streams = streamsBefore(table).filter(({ projectionAfter }) => isStreamed(projectionAfter));
  if (streams.length === 0) return [];
  const isWritten = seen === "written";
  return columns.flatMap((column) => {
    const sent = projection.columns.find(({ position }) => position === column.position)?.schema ?? null;
    const doubt = sent === null ? null : doubtAt(column, sent, table, isWritten);
    if (doubt === null) return [];
    return [
      {
        what: `Column ${quote(column.name)} of ${table.name} is ${doubt.words} after this statement, which is neither its state before the migration nor after it.`,
        why: isWritten
          ? `The rows written here are sent to ${topicNames(streams)} with that schema, so the registry is asked for it and consumers meet it, although it is gone when the migration is through.`
          : `The state is committed here: a row that the application writes before the next statement is sent to ${topicNames(streams)} with that schema.`,
        remedy: separately,
        answer: "risk" as const,
        severity: doubt.severity,
        place: context.placeOfStep(step),
        relation: table.name,
        column: column.name,
        connector: connectorNames(streams),
      },
    ];
  });
}

type Doubt = { readonly severity: Severity; readonly words: string } | null;

/** What of a column in between neither the first nor the last catalog has, where a reader notices; whether it can be empty is as sent. */
function doubtAt(column: Column, sent: ConnectSchema, { before, after }: TablePair, isWritten: boolean): Doubt {
  const first = before?.columns.find(({ position }) => position === column.position);
  const last = after?.columns.find(({ position }) => position === column.position);
  const severity = isWritten ? "error" : "warning";
  const isRequired = !sent.optional && sent.default === undefined;
  if (first === undefined) {
    const stays = last !== undefined && last.notNull && last.default === null;
    return isRequired && !stays ? { severity, words: "NOT NULL without a default" } : null;
  }
  if (column.type.text !== first.type.text && column.type.text !== last?.type.text)
    return { severity, words: `of type ${column.type.text}` };
  if (column.name !== first.name && column.name !== last?.name) return { severity, words: `under that name (it was ${quote(first.name)})` };
  const flips = sent.optional === first.notNull && last !== undefined && sent.optional === last.notNull;
  return flips && isWritten ? { severity: "warning", words: sent.optional ? "without NOT NULL" : "NOT NULL" } : null;
}
