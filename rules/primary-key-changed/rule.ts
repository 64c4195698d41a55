import { connectorNames, keptStreams, keyColumnPlace, keyPlace, listOf, quote, topicNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Relation } from "../../src/model/catalog.ts";
import type { RelationImpact } from "../../src/model/impact.ts";
import { standInIndex } from "../../src/model/record-key.ts";

export const primaryKeyChanged: Rule = {
  id: "primary-key-changed",
  title: "The columns that make up the record key change",
  category: "key",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { before, after } = table;
  if (before === null || after === null) return [];
  const streams = keptStreams(table).filter((stream) => isChanged(stream, before, after, table.recreated));
  const [first] = streams;
  if (first === undefined) return [];
  const [from, to] = [keyOf(first.projectionBefore), keyOf(first.projectionAfter)];
  const cause =
    context.causeOf(table, ["primary-key-changed"]) ?? context.causeOf(table, ["unique-indexes-changed"]) ?? table.causes.at(-1);
  const place =
    keyPlace(context, table, "column") ??
    keyColumnPlace(context, table, from, to) ??
    (cause === undefined ? null : context.placeOfCause(cause));
  const isFirst = from.length === 0;
  const index = first.projectionAfter?.key.source === "unique-index" ? standInIndex(after) : null;
  const lost =
    index === null
      ? ""
      : `: the table has no primary key${before.primaryKey === null ? "" : " any more"}, so Debezium takes the unique index ${quote(index.name)}, the first by name, for the key`;
  return [
    {
      what: isFirst
        ? `Records of ${table.name} in ${topicNames(streams)} get a key, ${listOf(to.map(quote))}; they had none.`
        : `The key of records of ${table.name} in ${topicNames(streams)} changes from ${listOf(from.map((name) => oldName(table, name, to)))} to ${listOf(to.map((name) => newName(table, name, from)))}${lost}.`,
      why: isFirst
        ? `Records with a key go to another partition than those without, so for a while consumers may see the events of a row out of order.`
        : `The key says which records belong to one row. Old and new records of a row no longer meet: compaction keeps both, joins and upserts miss, and rows go to other partitions. Events that the connector has not read yet already come with the new key.`,
      remedy: isFirst
        ? `Let consumers read to the end of the topic before the key is added.`
        : `Stop the writes, let the connector read to the end, stop it, change the key, start it again; or publish the table under a new name and move the consumers.`,
      answer: "risk",
      severity: isFirst ? "warning" : "error",
      place,
      relation: table.name,
      connector: connectorNames(streams),
      changes: streams.flatMap(({ subjects }) => subjects.flatMap(({ changes }) => changes.filter(({ part }) => part === "key"))),
    },
  ];
}

/** A column of the old key whose name another has by now: with its new name. */
function oldName({ columns }: TablePair, name: string, to: readonly string[]): string {
  const after = columns.find(({ before }) => before?.name === name)?.after;
  const isTaken = to.includes(name) && after?.name !== name;
  return !isTaken
    ? quote(name)
    : after === null || after === undefined
      ? `the old ${quote(name)}`
      : `${quote(name)} (now ${quote(after.name)})`;
}

function newName({ columns }: TablePair, name: string, from: readonly string[]): string {
  const before = columns.find(({ after }) => after?.name === name)?.before;
  return from.includes(name) && before?.name !== name ? `the new ${quote(name)}` : quote(name);
}

const keyOf = (projection: RelationImpact["projectionAfter"]): readonly string[] => projection?.key.columns ?? [];

/** Compares by column, not by name: a renamed key column is the same key, told by column-renamed. A vanished key is primary-key-dropped. */
function isChanged({ projectionBefore, projectionAfter }: RelationImpact, before: Relation, after: Relation, byName: boolean): boolean {
  const identify = (relation: Relation, names: readonly string[]): string =>
    JSON.stringify(names.map((name) => (byName ? name : (relation.columns.find((column) => column.name === name)?.position ?? name))));
  const [from, to] = [keyOf(projectionBefore), keyOf(projectionAfter)];
  return to.length > 0 && identify(before, from) !== identify(after, to);
}
