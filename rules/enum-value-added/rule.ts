import { connectorNames, enumsOf, listOf, quote, topicNames, usersOfEnum } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { TypeDefinition } from "../../src/model/catalog.ts";

export const enumValueAdded: Rule = {
  id: "enum-value-added",
  title: "An enum that a captured column uses gets a new label",
  category: "column",
  severity: "warning",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => enumsOf(context.baseline, context.final).flatMap(({ before, after }) => judge(context, before, after)),
};

function judge(context: RuleContext, before: TypeDefinition, after: TypeDefinition): readonly FindingDraft[] {
  const added = after.labels.filter(({ oid }) => !before.labels.some((label) => label.oid === oid)).map(({ label }) => quote(label));
  if (added.length === 0) return [];
  const count = (types: readonly TypeDefinition[]): string => String(types.find(({ oid }) => oid === before.oid)?.labels.length);
  return usersOfEnum(context, before.oid).map(({ table, pair }) => {
    const streams = pair.uses.map(({ impact }) => impact);
    const column = pair.before?.name ?? "";
    return {
      what: `The enum ${before.schema}.${before.name} gets ${listOf(added)}; column ${quote(column)} of ${table.name} may now hold it.`,
      why: `The running connector sends the new label as soon as a row has it, although the list of allowed labels in the schema lacks it until the connector is restarted; consumers of ${topicNames(streams)} with a closed list fail on it.`,
      remedy: `Teach the consumers the new label before anybody writes it, and restart the connector.`,
      answer: "risk" as const,
      place: context.placeWhere(({ types }) => count(types)),
      relation: table.name,
      column,
      connector: connectorNames(streams),
    };
  });
}
