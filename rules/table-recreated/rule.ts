import { connectorNames, keptStreams, topicNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const tableRecreated: Rule = {
  id: "table-recreated",
  title: "A captured table is dropped and created again under its name",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const streams = keptStreams(table);
  if (!table.recreated || streams.length === 0 || context.isHeartbeat(table.before)) return [];
  const cause = context.causeOf(table, ["relation-recreated"]) ?? table.causes.at(-1);
  return [
    {
      what: `Table ${table.name} is dropped and created again, and the new one goes on in ${topicNames(streams)}.`,
      why: `PostgreSQL sends no delete events for the rows that are gone: consumers keep them, beside whatever the new table sends.`,
      remedy: `Alter the table instead of replacing it; or DELETE its rows first, so that each sends an event.`,
      answer: "risk",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}
