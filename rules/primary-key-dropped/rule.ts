import { connectorNames, keptStreams, listOf, quote, topicNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const primaryKeyDropped: Rule = {
  id: "primary-key-dropped",
  title: "Records of a captured table lose their key",
  category: "key",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const streams = keptStreams(table).filter(
    ({ projectionBefore, projectionAfter }) => (projectionBefore?.key.columns.length ?? 0) > 0 && projectionAfter?.key.columns.length === 0,
  );
  const [first] = streams;
  if (first === undefined) return [];
  const key = first.projectionBefore?.key;
  const source = key?.source === "unique-index" ? "the unique index that stood in for a primary key" : "the primary key";
  const cause =
    context.causeOf(table, ["primary-key-changed"]) ?? context.causeOf(table, ["unique-indexes-changed"]) ?? table.causes.at(-1);
  return [
    {
      what: `${table.name} loses ${source} (${listOf((key?.columns ?? []).map(quote))}), so records in ${topicNames(streams)} have no key any more.`,
      why: `Nothing is registered and no error tells of it. Without a key the events of one row spread over all partitions and come out of order, deletes have no tombstone, a compacted topic refuses the records, and sinks that upsert by the key stop.`,
      remedy: `Create the new primary key in the same migration as the old one is dropped, or name the key columns in the connector's message.key.columns first.`,
      answer: "risk",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
      changes: streams.flatMap(({ subjects }) => subjects.flatMap(({ changes }) => changes.filter(({ part }) => part === "key"))),
    },
  ];
}
