import { changesOf, columnPlace, connectorNames, eachColumn, isSent, quote, topicNames } from "../../src/judge/rule.ts";
import type { ColumnPair, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnRenamed: Rule = {
  id: "column-renamed",
  title: "A captured column gets another name",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null || pair.recreated || before.name === after.name) return [];
  // By the names of the fields, not of the columns: with adjusted names `order-id` and `order_id` are one field.
  const uses = pair.uses.filter(({ before: sent, after: sends }) => isSent(sent) && sent.field !== sends?.field);
  if (uses.length === 0) return [];
  const streams = uses.map(({ impact }) => impact);
  return [
    {
      ...wordsOf(table, pair, uses),
      answer: "risk",
      place: columnPlace(context, table, pair, ["column-renamed"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, before.position),
    },
  ];
}

function wordsOf(table: TablePair, { before, after }: ColumnPair, uses: ColumnPair["uses"]): Pick<FindingDraft, "what" | "why" | "remedy"> {
  const [from, to] = [quote(before?.name ?? ""), quote(after?.name ?? "")];
  const topics = topicNames(uses.map(({ impact }) => impact));
  const key = uses.some(({ before: sent }) => sent?.inKey === true)
    ? " The column is part of the record key, so a row's old and new records have different keys and are no longer joined or compacted."
    : "";
  if (table.after?.columns.some(({ name }) => name === before?.name) === true)
    return {
      what: `Column ${from} of ${table.name} is renamed to ${to} and another column takes the name ${from}, so the field ${from} in events of ${topics} holds other values.`,
      why: `Consumers that read ${from} get the other column's values as soon as such an event comes: the name is the same, so nothing tells them.${key}`,
      remedy: `Leave ${from} as it is, and give the other column a name of its own; move the consumers to it, then drop ${from}.`,
    };
  const hidden = uses.every(({ after: sends }) => !isSent(sends));
  const required = uses.some(({ before: sent }) => sent?.schema?.optional === false && sent.schema.default === undefined);
  return {
    what: `Column ${from} of ${table.name} is renamed to ${to}, so events of ${topics} lose the field ${from}${hidden ? "" : ` and get a field ${to}`}.`,
    why: required
      ? `A rename reaches the stream as one field gone and another come: consumers that read ${from} stop, as it always had a value.${key}`
      : // Of a table that no migration makes only the names in the statements are known.
        before?.type.text !== "unknown"
        ? `No registry objects to that, as ${from} may be missing: consumers that read it by a schema of their own get null or its default from then on, without any error; those that take each event as it comes no longer find it.${key}`
        : `Whether ${from} may be missing is not known here. If it may, no registry objects, and consumers get nothing (null, or its default); if it always has a value, consumers that read it stop.${key}`,
    remedy:
      key === ""
        ? `Add ${to} as a new column, write both, move the consumers to ${to}, then drop ${from}.`
        : `Keep the name of a key column; or rename it together with a new topic and new subjects, and move the consumers there.`,
  };
}
