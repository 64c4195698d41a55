import { columnPlace, connectorNames, eachColumn, isSent, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnDefaultInvented: Rule = {
  id: "column-default-invented",
  title: "A new column's default is computed by PostgreSQL, and the stream carries a made-up one",
  category: "column",
  severity: "warning",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

// A call, or one of the functions that SQL writes without parentheses; a cast to varchar(40) is none.
const call =
  /^\(*(?:current_(?:date|time|timestamp|user)|local(?:time|timestamp)|session_user|user)\b|^\(*(?:[a-z_][\w$]*\.)?[a-z_][\w$]*\(/i;

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before !== null || after === null || after.default === null || !call.test(after.default)) return [];
  const uses = pair.uses.filter(({ after: sends }) => isSent(sends) && sends.schema?.default !== undefined);
  const [first] = uses;
  if (first === undefined) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(after.name);
  const invented = JSON.stringify(first.after?.schema?.default ?? null);
  return [
    {
      what: `Column ${column} of ${table.name} has the default ${after.default}, for which Debezium puts ${invented} into the schema of ${topicNames(streams)}.`,
      why: `The rows that are there get a value from ${after.default} without an event. Until a row is next written, whoever reads its last event with the new schema takes ${invented} for the value.`,
      remedy: `After the migration send the real values, in portions on a large table, by an UPDATE of ${table.name} that does nothing else (SET ${column} = ${column}), and tell the consumers that ${invented} means "not known".`,
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-added"]),
      relation: table.name,
      column: after.name,
      connector: connectorNames(streams),
    },
  ];
}
