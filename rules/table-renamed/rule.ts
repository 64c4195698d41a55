import { connectorNames, streamsBefore, topicNames, unstreamedReason } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const tableRenamed: Rule = {
  id: "table-renamed",
  title: "A captured table gets another name",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { before, after } = table;
  if (before === null || after === null || table.recreated || before.name === after.name || before.schema !== after.schema) return [];
  if (context.isHeartbeat(before)) return [];
  const streams = streamsBefore(table).filter(
    ({ projectionBefore, projectionAfter }) => projectionBefore?.topic !== projectionAfter?.topic,
  );
  const [first] = streams;
  if (first === undefined) return [];
  const cause = context.causeOf(table, ["relation-renamed"]);
  const gone = unstreamedReason(first);
  const next = gone === null ? `its changes go to the new topic ${first.projectionAfter?.topic ?? ""}` : `its changes go nowhere (${gone})`;
  const heir = context.final.relations.some(({ schema, name }) => schema === before.schema && name === before.name);
  return [
    {
      what: `Table ${table.name} is renamed to ${after.schema}.${after.name}: ${topicNames(streams)} ${streams.length > 1 ? "end" : "ends"}, and ${next}.`,
      why: [
        `Topics and subjects are named after the table. Consumers of the old topic just see no more events; no error tells them.`,
        heir ? ` The table that now has the name ${table.name} is another one, which starts without the history of the topic.` : "",
      ].join(""),
      remedy: `Keep the table's name and give the new name to a view; or route the new topic to the old name (a RegexRouter in the connector) and restart the connector with the migration.`,
      answer: "risk",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}
