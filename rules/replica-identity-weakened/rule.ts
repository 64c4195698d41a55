import { connectorNames, identityColumns, identityWords, keptStreams, listOf, quote, topicNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Relation } from "../../src/model/catalog.ts";

export const replicaIdentityWeakened: Rule = {
  id: "replica-identity-weakened",
  title: "Update and delete events of a captured table carry less of the old row",
  category: "key",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { before, after } = table;
  const streams = keptStreams(table);
  if (before === null || after === null || streams.length === 0) return [];
  const [from, to] = [identityColumns(before), identityColumns(after)];
  // An identity that is gone altogether is replica-identity-missing.
  if (to === null || to === "all") return [];
  const key = streams[0]?.projectionAfter?.key.columns ?? [];
  const missing = key.filter((column) => !to.includes(column));
  const wrongKey =
    missing.length > 0 &&
    (from === "all" || (from !== null && (streams[0]?.projectionBefore?.key.columns ?? []).every((column) => from.includes(column))));
  if (from !== "all" && !wrongKey) return [];
  const cause =
    context.causeOf(table, ["replica-identity-changed"]) ?? context.causeOf(table, ["primary-key-changed", "unique-indexes-changed"]);
  const large = wrongKey ? [] : toastable(after, to);
  return [
    {
      what: `${changeWords(table.name, before, after, to)}, so events in ${topicNames(streams)} no longer hold ${wrongKey ? "the old key" : "the old row"}.`,
      why: whyOf(missing, wrongKey, large),
      remedy: wrongKey
        ? `Use an index over the key columns (${listOf(key.map(quote))}), or REPLICA IDENTITY DEFAULT with the primary key.`
        : `Keep REPLICA IDENTITY FULL for as long as a consumer reads "before"${large.length > 0 ? ", or set unavailable.value.placeholder and make the consumers skip it" : ""}.`,
      answer: "risk",
      severity: wrongKey || large.length > 0 ? "error" : "warning",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}

function changeWords(name: string, before: Relation, after: Relation, columns: readonly string[]): string {
  const [from, to] = [identityWords(before), identityWords(after)];
  return from === to
    ? `The replica identity of ${name} (${to}) is now made of ${listOf(columns.map(quote))}`
    : `${name} goes from ${from} to ${to}`;
}

function whyOf(missing: readonly string[], wrongKey: boolean, large: readonly string[]): string {
  if (wrongKey) {
    return `The record key is made of ${listOf(missing.map(quote))}, which the old row no longer brings: a delete comes with an invented key such as 0, so consumers delete nothing, or another row.`;
  }
  const invented = `In delete events only the key is real: the other columns of "before" are null, 0, "" or the default, and look like data.`;
  if (large.length === 0) return invented;
  return `${invented} A large value of ${listOf(large.map(quote))} that an UPDATE leaves as it is comes as "__debezium_unavailable_value" (or another invented value), and a consumer that writes it over the real one destroys it.`;
}

/** Columns whose large values PostgreSQL stores out of line and, unchanged, leaves out of the stream. */
function toastable({ columns }: Relation, identity: readonly string[]): readonly string[] {
  return columns
    .filter(({ name, storage }) => (storage === "extended" || storage === "external") && !identity.includes(name))
    .map(({ name }) => name);
}
