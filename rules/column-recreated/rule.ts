import { columnPlace, connectorNames, eachColumn, isSent, quote, topicNames, typesOf } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnRecreated: Rule = {
  id: "column-recreated",
  title: "A captured column is dropped and added again under its name",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  const uses = pair.uses.filter(({ before: sent }) => isSent(sent));
  if (!pair.recreated || before === null || after === null || uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(before.name);
  const retyped = before.type.text === after.type.text ? "" : `, as another type (${typesOf(pair)})`;
  return [
    {
      what: `Column ${column} of ${table.name} is dropped and added again${retyped}: all its values are gone.`,
      why: `PostgreSQL sends no event for the rows that lose their value, so whoever reads ${topicNames(streams)} keeps the old values until each row is next written.`,
      remedy:
        retyped === ""
          ? `Leave the column in place; if it must be emptied, UPDATE the rows, which sends an event for each.`
          : `Add the new column under another name, write both, move the consumers, then drop ${column}.`,
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-recreated", "column-added", "column-dropped"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
    },
  ];
}
