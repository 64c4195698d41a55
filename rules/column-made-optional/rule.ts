import { changesOf, columnPlace, connectorNames, eachColumn, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnMadeOptional: Rule = {
  id: "column-made-optional",
  title: "A captured column may be empty from now on",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null || pair.recreated) return [];
  const uses = pair.uses.filter(({ before: sent, after: sends }) => sent?.schema?.optional === false && sends?.schema?.optional === true);
  if (uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(after.name);
  return [
    {
      what: `Column ${column} of ${table.name} may be NULL from now on, so its field in events of ${topicNames(streams)} can be empty.`,
      why: `Consumers that still have the old schema expect a value in every event and fail on the new ones. A registry at BACKWARD takes the schema all the same; one at FORWARD or FULL refuses it.`,
      remedy: `Move every consumer to a schema in which ${column} may be missing first, or keep NOT NULL and write a value that stands for "none".`,
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-nullability-changed"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, before.position),
    },
  ];
}
