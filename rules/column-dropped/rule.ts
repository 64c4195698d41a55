import { changesOf, columnPlace, connectorNames, droppedFields, eachColumn, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnDropped: Rule = {
  id: "column-dropped",
  title: "A captured column is dropped",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after !== null) return [];
  const uses = droppedFields(pair);
  if (uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(before.name);
  const required = uses.some(({ before: sent }) => sent?.schema?.optional === false && sent.schema.default === undefined);
  return [
    {
      what: `Column ${column} of ${table.name} is dropped, so events of ${topicNames(streams)} lose the field ${column}.`,
      why: required
        ? `The field always had a value and has no default: consumers whose schema still has ${column} cannot read the new events at all.`
        : // Of a table that no migration makes only the names in the statements are known.
          before.type.text !== "unknown"
          ? `No registry objects to that, as ${column} may be missing: consumers that read it by a schema of their own get null or its default from then on, without any error; those that take each event as it comes no longer find it.`
          : `Whether ${column} may be missing is not known here. If it may, no registry objects, and consumers get nothing (null, or its default); if it always has a value, consumers whose schema still has it cannot read the new events at all.`,
      remedy: required
        ? `First make ${column} nullable and let nobody read it; drop it in a later migration.`
        : `Make sure that no consumer reads ${column}; then drop it in a later migration, and accept it there with a comment above it: -- driftgate:ignore column-dropped <reason>`,
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-dropped"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, before.position),
    },
  ];
}
