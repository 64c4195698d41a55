import {
  changesOf,
  columnPlace,
  compareMeaning,
  connectorNames,
  eachColumn,
  isSent,
  quote,
  topicNames,
  typesOf,
  typeWords,
} from "../../src/judge/rule.ts";
import type { ColumnPair, ColumnUse, FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";

export const columnTypeChanged: Rule = {
  id: "column-type-changed",
  title: "A captured column gets a type that consumers read differently",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => eachColumn(context, judge),
};

function judge(context: RuleContext, table: TablePair, pair: ColumnPair): readonly FindingDraft[] {
  const { before, after } = pair;
  if (before === null || after === null || pair.recreated || before.type.text === after.type.text) return [];
  const lost = pair.uses.filter(
    ({ before: sent, after: sends }) => isSent(sent) && sends !== null && sends.field === null && before.name === after.name,
  );
  const changed = pair.uses.flatMap((use) => {
    const [from, to] = [use.before?.schema ?? null, use.after?.schema ?? null];
    const meaning = from === null || to === null ? null : compareMeaning(from, to);
    return meaning?.kind === "type" ? [{ use, severity: meaning.severity }] : [];
  });
  const uses = [...lost, ...changed.map(({ use }) => use)];
  const [first] = uses;
  if (first === undefined) return [];
  const streams = uses.map(({ impact }) => impact);
  const severity = lost.length > 0 || changed.some((change) => change.severity === "error") ? "error" : "warning";
  return [
    {
      what: `Column ${quote(before.name)} of ${table.name} changes from ${typesOf(pair)}, which changes its field in events of ${topicNames(streams)}.`,
      why: whyOf(first, severity, before.position),
      remedy: `Add a new column of type ${after.type.text}, write both, move the consumers to it, then drop ${quote(before.name)}.`,
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

function whyOf({ impact, before, after }: ColumnUse, severity: "error" | "warning", position: number): string {
  const [from, to] = [before?.schema ?? null, after?.schema ?? null];
  if (from === null || to === null)
    return `${after?.omitted ?? "Debezium leaves a column of that type out of its events"}: consumers no longer see the column at all.`;
  const words = `The field was ${typeWords(from)} and becomes ${typeWords(to)}.`;
  if (severity === "warning") return `${words} A registry sees no difference, but a target column made for the smaller type overflows.`;
  return `${words} ${readers(impact, position)}`;
}

/** Who fails on what, by what Avro says of the two schemas in either direction. */
function readers({ subjects }: RelationImpact, position: number): string {
  const fails = (of: (subject: SubjectImpact) => SubjectImpact["backward"]): boolean =>
    subjects.some((subject) => of(subject).some((one) => one.position === position));
  const [onOld, onNew] = [fails(({ backward }) => backward), fails(({ forward }) => forward)];
  if (onOld && onNew) return "Readers that know only one of the two fail on events of the other.";
  if (onNew) return "Readers that still have the old schema fail on the new events; those that have the new one read both.";
  if (onOld) return "Readers that have the new schema fail on the events from before; those that still have the old one read both.";
  return "Readers that know only one of the two take events of the other for something else.";
}
