import { changesOf, columnPlace, connectorNames, eachColumn, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnMadeRequired: Rule = {
  id: "column-made-required",
  title: "A captured column becomes NOT NULL",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null || pair.recreated) return [];
  const uses = pair.uses.filter(({ before: sent, after: sends }) => sent?.schema?.optional === true && sends?.schema?.optional === false);
  if (uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(after.name);
  return [
    {
      what: `Column ${column} of ${table.name} becomes NOT NULL, so its field in events of ${topicNames(streams)} can no longer be empty.`,
      why: `Events already in the topic may have it empty, and a consumer with the new schema cannot read those; a registry at BACKWARD or FULL refuses the schema. Changes with an empty value that the connector has not read yet are sent as "" or 0.`,
      remedy: `Keep the column nullable for the stream and hold the rule with CHECK (${column} IS NOT NULL) instead.`,
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-nullability-changed"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, before.position),
    },
  ];
}
