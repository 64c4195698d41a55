import { changesOf, columnPlace, connectorNames, eachColumn, isSent, quote, setNotNullPlace, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnAddedRequired: Rule = {
  id: "column-added-required",
  title: "A captured table gets a column that must have a value and has no default in the stream",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { after } = pair;
  if (after === null || pair.recreated) return [];
  const uses = pair.uses.filter(
    ({ before: sent, after: sends }) =>
      !isSent(sent) && isSent(sends) && sends.schema?.optional === false && sends.schema.default === undefined,
  );
  if (uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  const column = quote(after.name);
  const later = setNotNullPlace(context, table, after.name);
  const lostDefault =
    after.identity !== null ? "The numbers of an identity column are" : after.default === null ? null : `Its default ${after.default} is`;
  const lost = lostDefault === null ? "" : ` ${lostDefault} not carried into the stream: Debezium knows no default for it.`;
  return [
    {
      what: `Column ${column} is added to ${table.name} as NOT NULL, so every event of ${topicNames(streams)} has to have the field ${column}.`,
      why: `Events already in the topic do not have it, so a consumer with the new schema cannot read them, and a registry at BACKWARD or FULL refuses the schema.${lost}`,
      remedy:
        later === null
          ? `Add ${column} without NOT NULL${after.default === null ? ", or with a plain constant as its default" : ""}; make it NOT NULL only when no old event has to be read any more.`
          : `Leave this SET NOT NULL for a later migration, for when no event without ${column} has to be read any more; a CHECK (${after.name} IS NOT NULL) gives PostgreSQL the same promise until then.`,
      answer: "risk",
      place: later ?? columnPlace(context, table, pair, ["column-added"]),
      relation: table.name,
      column: after.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, after.position),
    },
  ];
}
