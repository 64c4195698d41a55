import {
  changesOf,
  columnPlace,
  compareMeaning,
  connectorNames,
  eachColumn,
  quote,
  topicNames,
  typesOf,
  typeWords,
} from "../../src/judge/rule.ts";
import type { ColumnPair, ColumnUse, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";

export const columnUnitChanged: Rule = {
  id: "column-unit-changed",
  title: "The values of a captured column come in another unit or format, and the registry does not notice",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null || pair.recreated) return [];
  const changed = pair.uses.flatMap((use) => {
    const [from, to] = [use.before?.schema ?? null, use.after?.schema ?? null];
    const meaning = from === null || to === null ? null : compareMeaning(from, to);
    return meaning?.kind === "unit" ? [{ use, severity: meaning.severity }] : [];
  });
  const [first] = changed;
  if (first === undefined) return [];
  const streams = changed.map(({ use }) => use.impact);
  const severity = changed.some((change) => change.severity === "error") ? "error" : "warning";
  return [
    {
      what: `Column ${quote(before.name)} of ${table.name} changes from ${typesOf(pair)}, so its values in ${topicNames(streams)} ${severity === "error" ? "mean something else" : "come in another form"}.`,
      why: whyOf(first.use, severity),
      remedy: `Add a new column of type ${after.type.text} under ${severity === "error" ? "a name that tells the unit" : "another name"}, write both, move the consumers to it, then drop ${quote(before.name)}.`,
      answer: "risk",
      severity,
      place: columnPlace(context, table, pair, ["column-type-changed"]),
      relation: table.name,
      column: before.name,
      connector: connectorNames(streams),
      changes: changesOf(streams, before.position),
    },
  ];
}

function whyOf({ before, after }: ColumnUse, severity: "error" | "warning"): string {
  const [from, to] = [before?.schema ?? null, after?.schema ?? null];
  if (from === null || to === null) return "";
  const words = `Each value was ${typeWords(from)} and becomes ${typeWords(to)}.`;
  if (severity === "warning")
    return `${words} Both travel as text, so nothing fails; consumers that parse or check the text, and sinks that made a column of the old kind, notice.`;
  return `${words} Avro compares neither units nor scales, so a registry that lets the one be read as the other does not notice, and consumers compute wrong values without an error.`;
}
