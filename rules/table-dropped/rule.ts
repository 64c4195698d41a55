import { connectorNames, isCapturedAt, relationNamed, streamsBefore, topicNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const tableDropped: Rule = {
  id: "table-dropped",
  title: "A captured table, or a partition of one, is dropped",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => [...context.tables.flatMap((table) => judge(context, table)), ...partitions(context)],
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const streams = streamsBefore(table);
  if (table.before === null || table.after !== null || streams.length === 0 || context.isHeartbeat(table.before)) return [];
  const cause = context.causeOf(table, ["relation-dropped"]);
  const isKeyed = streams.some(({ projectionBefore }) => (projectionBefore?.key.columns ?? []).length > 0);
  return [
    {
      what: `Table ${table.name} is dropped, so ${topicNames(streams)} ${streams.length > 1 ? "end" : "ends"}.`,
      why: `PostgreSQL sends no delete events for the rows, and Debezium says nothing about the table: consumers keep the last state for ever and wait for events that never come.`,
      remedy: `Make sure that nobody reads ${topicNames(streams)} any more, stop the writes and let the connector read to the end first${isKeyed ? " (changes that it reads after the drop come without their key, which a compacted topic refuses)" : ""}, and accept the drop with a comment above it: -- driftgate:ignore table-dropped <reason>`,
      answer: "risk",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}

/** Dropped partitions whose rows went to the topic of the whole table, which stays. */
function partitions(context: RuleContext): readonly FindingDraft[] {
  const before = new Map(context.baseline.relations.map((relation) => [relation.oid, relation]));
  const remaining = new Set(context.final.relations.map(({ oid }) => oid));
  return context.causes.flatMap((cause) => {
    const partition = cause.change.kind === "relation-dropped" ? before.get(cause.change.relation) : undefined;
    const root = partition === undefined || partition.partitionOf === null ? null : relationNamed(context.baseline, partition.partitionOf);
    const table = root === null ? null : isCapturedAt(context.tables, context.baseline, root);
    if (partition === undefined || root === null || table === null || !remaining.has(root.oid)) return [];
    if (isCapturedAt(context.tables, context.baseline, partition)?.before?.oid === partition.oid) return [];
    const name = `${partition.schema}.${partition.name}`;
    return [
      {
        what: `Partition ${name} of ${table.name} is dropped: its rows leave ${topicNames(table.streams)} without delete events.`,
        why: `A copy that follows the topic keeps those rows. That is right where old partitions are only archived, and wrong for a mirror.`,
        remedy: `Tell the owners of copies to remove the rows themselves, or DELETE them before the partition is dropped.`,
        answer: "risk" as const,
        severity: "warning" as const,
        place: context.placeOfCause(cause),
        relation: name,
        connector: connectorNames(table.streams),
      },
    ];
  });
}
