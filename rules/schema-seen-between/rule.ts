import { isStreamed, quote, relationNamed, streamsBefore, topicNames, connectorNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Catalog, Column, Relation } from "../../src/model/catalog.ts";
import type { Severity } from "../../src/model/report.ts";
import type { Step } from "../../src/model/step.ts";

export const schemaSeenBetween: Rule = {
  id: "schema-seen-between",
  title: "The stream sees a captured table in a state that is neither the old nor the new one",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector", "statements"],
  check: (context) => {
    const captured = new Map(
      context.tables
        .filter((table) => table.before !== null && table.after?.oid === table.before.oid && streamsBefore(table).length > 0)
        .map((table) => [table.before?.oid, table]),
    );
    if (captured.size === 0) return [];
    let start: Catalog = context.baseline;
    return context.steps.flatMap((step, index) => {
      const previous = context.steps[index - 1];
      if (previous?.transaction !== step.transaction) start = step.before;
      const written = step.error === null && isWrite(step) ? writtenTo(step) : null;
      const commits = context.steps[index + 1]?.transaction !== step.transaction && step.after !== context.final;
      const between = written !== null ? [written] : commits ? changedBetween(start, step.after) : [];
      return between.flatMap((relation) => {
        const table = captured.get(relation.oid);
        return table === undefined ? [] : judge(context, table, relation, written !== null, index);
      });
    });
  },
};

const isWrite = ({ statement: { kind } }: Step): boolean => kind === "dml" || kind === "copy";

function writtenTo({ statement, after }: Step): Relation | null {
  if (statement.kind === "dml" || (statement.kind === "copy" && statement.direction === "from")) {
    return statement.relation === null ? null : relationNamed(after, statement.relation);
  }
  return null;
}

/** Relations of `after` that are not in `before` as they are. Catalogs share what is equal, in one order, so only the middle is looked at. */
function changedBetween(before: Catalog, after: Catalog): readonly Relation[] {
  const [from, to] = [before.relations, after.relations];
  if (from === to) return [];
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1;
  const old = new Set(from.slice(head, from.length - tail));
  return to.slice(head, to.length - tail).filter((relation) => !old.has(relation));
}

function judge(context: RuleContext, table: TablePair, between: Relation, isWritten: boolean, index: number): readonly FindingDraft[] {
  const streams = streamsBefore(table).filter(({ projectionAfter }) => isStreamed(projectionAfter));
  const found = between.columns.flatMap((column) => {
    const doubt = doubtAt(column, table.before?.columns, table.after?.columns, isWritten);
    return doubt === null ? [] : [{ column, ...doubt }];
  });
  return streams.length === 0
    ? []
    : found.map(({ column, severity, words }) => ({
        what: `Column ${quote(column.name)} of ${table.name} is ${words} after this statement, which is neither its state before the migration nor after it.`,
        why: isWritten
          ? `The rows written here are sent to ${topicNames(streams)} with that schema, so the registry is asked for it and consumers meet it, although it is gone when the migration is through.`
          : `The state is committed here: a row that the application writes before the next statement is sent to ${topicNames(streams)} with that schema.`,
        remedy: `Write rows before or after all changes of the table, and make the changes in one transaction.`,
        answer: "risk" as const,
        severity,
        place: context.placeOfStep(index),
        relation: table.name,
        column: column.name,
        connector: connectorNames(streams),
      }));
}

type Doubt = { readonly severity: Severity; readonly words: string } | null;

/** What of a column in between neither the first nor the last catalog has, where a reader notices. */
function doubtAt(column: Column, before: readonly Column[] | undefined, after: readonly Column[] | undefined, isWritten: boolean): Doubt {
  const first = before?.find(({ position }) => position === column.position);
  const last = after?.find(({ position }) => position === column.position);
  const severity = isWritten ? "error" : "warning";
  if (first === undefined) {
    const stays = last !== undefined && isRequired(last);
    return isRequired(column) && !stays ? { severity, words: "NOT NULL without a default" } : null;
  }
  if (column.type.text !== first.type.text && column.type.text !== last?.type.text)
    return { severity, words: `of type ${column.type.text}` };
  if (column.name !== first.name && column.name !== last?.name) return { severity, words: `under that name (it was ${quote(first.name)})` };
  const flips = column.notNull !== first.notNull && last !== undefined && column.notNull !== last.notNull;
  return flips && isWritten ? { severity: "warning", words: column.notNull ? "NOT NULL" : "without NOT NULL" } : null;
}

const isRequired = ({ notNull, default: value }: Column): boolean => notNull && value === null;
