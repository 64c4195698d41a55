import {
  connectorNames,
  isCapturedAt,
  isStreamed,
  relationNamed,
  streamsBefore,
  topicNames,
  unstreamedReason,
} from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const tableMoved: Rule = {
  id: "table-moved",
  title: "A captured table moves to another schema, or a partition into or out of its table's topic",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => [...context.tables.flatMap((table) => ofSchema(context, table)), ...partitions(context)],
};

function ofSchema(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { before, after } = table;
  if (before === null || after === null || table.recreated || before.schema === after.schema || context.isHeartbeat(before)) return [];
  const streams = streamsBefore(table).filter(
    ({ projectionBefore, projectionAfter }) => projectionBefore?.topic !== projectionAfter?.topic,
  );
  const [first] = streams;
  if (first === undefined) return [];
  const gone = unstreamedReason(first);
  const next = gone === null ? `its changes go to the new topic ${first.projectionAfter?.topic ?? ""}` : `its changes go nowhere (${gone})`;
  const cause = context.causeOf(table, ["relation-moved"]) ?? context.causeOf(table, ["relation-renamed"]);
  return [
    {
      what: `Table ${table.name} becomes ${after.schema}.${after.name}: ${topicNames(streams)} ${streams.length > 1 ? "end" : "ends"}, and ${next}.`,
      why: `The schema is part of the names of topics and subjects. Consumers of the old topic just see no more events; no error tells them.`,
      remedy: `Leave the table in ${before.schema} and put a view into ${after.schema}; or route the new topic to the old name (a RegexRouter in the connector) and restart the connector with the migration.`,
      answer: "risk",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}

/** Partitions attached to or detached from a table; those made by the pending migrations themselves hold no row that anybody knows. */
function partitions(context: RuleContext): readonly FindingDraft[] {
  const before = new Map(context.baseline.relations.map((relation) => [relation.oid, relation]));
  const after = new Map(context.final.relations.map((relation) => [relation.oid, relation]));
  return context.causes.flatMap((cause) => {
    const [from, to] = [before.get(cause.change.relation), after.get(cause.change.relation)];
    if (cause.change.kind !== "partition-changed" || from === undefined || to === undefined) return [];
    const place = context.placeOfCause(cause);
    if (from.partitionOf !== null && to.partitionOf === null)
      return detached(context, from.partitionOf, `${from.schema}.${from.name}`, from.oid, place);
    return from.partitionOf === null && to.partitionOf !== null ? attached(context, to.partitionOf, from.oid, place) : [];
  });
}

type Parent = { readonly schema: string; readonly name: string };

function detached(context: RuleContext, parent: Parent, name: string, oid: number, place: Place | null): readonly FindingDraft[] {
  const root = relationNamed(context.baseline, parent);
  const table = root === null ? null : isCapturedAt(context.tables, context.baseline, root);
  // Without publish_via_partition_root the partition has a topic of its own, which it keeps.
  if (
    table === null ||
    context.tables.some(({ before, streams }) => before?.oid === oid && streams.some((s) => isStreamed(s.projectionBefore)))
  ) {
    return [];
  }
  const own = context.tables.find(({ after }) => after?.oid === oid)?.streams.find((s) => isStreamed(s.projectionAfter));
  const later = own?.projectionAfter?.topic;
  return [
    {
      what: `Partition ${name} is detached from ${table.name}: its rows leave ${topicNames(table.streams)} without delete events${later === undefined ? "" : `, and what is written to it later goes to the new topic ${later}`}.`,
      why: `A copy that follows the topic keeps those rows. That is right where old partitions are only archived, and wrong for a mirror.`,
      remedy: `Tell the owners of copies to remove the rows themselves, or DELETE them before the partition is detached.`,
      answer: "risk",
      severity: "warning",
      place,
      relation: name,
      connector: connectorNames(table.streams),
    },
  ];
}

function attached(context: RuleContext, parent: Parent, oid: number, place: Place | null): readonly FindingDraft[] {
  const table = context.tables.find(({ before }) => before?.oid === oid);
  const streams = table === undefined ? [] : streamsBefore(table);
  const moved = streams.filter(({ projectionAfter }) => !isStreamed(projectionAfter));
  if (table === undefined || moved.length === 0) return [];
  return [
    {
      what: `Table ${table.name} becomes a partition of ${parent.schema}.${parent.name}: ${topicNames(moved)} ends, and its changes go to the topic of the whole table.`,
      why: `The publication sends partitions under the name of their table. Consumers of the old topic just see no more events.`,
      remedy: `Move the consumers of ${topicNames(moved)} to the other topic before the partition is attached.`,
      answer: "risk",
      place,
      relation: table.name,
      connector: connectorNames(moved),
    },
  ];
}
