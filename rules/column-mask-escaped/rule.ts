import { columnPlace, connectorNames, eachColumn, isSent, listOf, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnMaskEscaped: Rule = {
  id: "column-mask-escaped",
  title: "A hidden or masked column no longer matches the setting that hides it",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null) return [];
  // Masks are not applied to the record key, so a masked column that enters the key is sent in clear there (measured).
  const uses = pair.uses.filter(
    ({ before: sent, after: sends }) =>
      sent !== null && sent.protectedBy !== null && isSent(sends) && (sends.protectedBy === null || (sends.inKey && !sent.inKey)),
  );
  const settings = [...new Set(uses.map(({ before: sent }) => sent?.protectedBy ?? ""))];
  if (settings.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const cause = before.name === after.name ? `the table is no longer called ${table.name}` : `it is renamed to ${quote(after.name)}`;
  const inKey = uses.every(({ after: sends }) => sends?.inKey === true && sends.protectedBy !== null);
  return [
    {
      what: inKey
        ? `Column ${quote(before.name)} of ${table.name} becomes part of the record key, where ${listOf(settings)} does not mask it.`
        : `Column ${quote(before.name)} of ${table.name} escapes ${listOf(settings)}, as ${cause}: its content goes out in clear to ${topicNames(streams)}.`,
      why: `The connector hides columns by name. Nothing fails and the registry is not asked: what was to stay inside is in the topic, and what is in a topic has been read.`,
      remedy: inKey
        ? `Choose another key, or a column without protected content.`
        : `Add the new name to ${listOf(settings)} and restart the connector before the migration runs.`,
      answer: "risk",
      place: columnPlace(context, table, pair, inKey ? ["primary-key-changed"] : ["column-renamed", "relation-moved", "relation-renamed"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
    },
  ];
}
