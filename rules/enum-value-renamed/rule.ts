import { connectorNames, enumsOf, listOf, quote, topicNames, usersOfEnum } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { TypeDefinition } from "../../src/model/catalog.ts";

export const enumValueRenamed: Rule = {
  id: "enum-value-renamed",
  title: "A label of an enum that a captured column uses gets another name",
  category: "column",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => enumsOf(context.baseline, context.final).flatMap(({ before, after }) => judge(context, before, after)),
};

function judge(context: RuleContext, before: TypeDefinition, after: TypeDefinition): readonly FindingDraft[] {
  const renamed = before.labels.flatMap(({ oid, label }) => {
    const now = after.labels.find((other) => other.oid === oid);
    return now === undefined || now.label === label ? [] : [{ from: label, to: now.label }];
  });
  if (renamed.length === 0) return [];
  const words = listOf(renamed.map(({ from, to }) => `${quote(from)} to ${quote(to)}`));
  const labels = (types: readonly TypeDefinition[]): string =>
    JSON.stringify(types.find(({ oid }) => oid === before.oid)?.labels.map(({ label }) => label));
  return usersOfEnum(context, before.oid).map(({ table, pair }) => {
    const streams = pair.uses.map(({ impact }) => impact);
    const column = pair.before?.name ?? "";
    return {
      what: `The enum ${before.schema}.${before.name} renames ${words}; column ${quote(column)} of ${table.name} uses it.`,
      why: `Every row changes its value at once, and PostgreSQL sends no event for any: consumers of ${topicNames(streams)} keep ${listOf(renamed.map(({ from }) => quote(from)))} for old rows and get a label they do not know for new ones. Nothing is registered.`,
      remedy: `Add the new label, UPDATE the rows (each sends an event), and leave the old label unused.`,
      answer: "risk" as const,
      place: context.placeWhere(({ types }) => labels(types)),
      relation: table.name,
      column,
      connector: connectorNames(streams),
    };
  });
}
