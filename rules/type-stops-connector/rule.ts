import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { TypeDefinition } from "../../src/model/catalog.ts";

export const typeStopsConnector: Rule = {
  id: "type-stops-connector",
  title: "A new type anywhere in the database stops the connector",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: judge,
};

function judge(context: RuleContext): readonly FindingDraft[] {
  const { baseline, final, inputs } = context;
  if (inputs.connectors.length === 0) return [];
  const known = new Set(baseline.types.map(({ oid }) => oid));
  return final.types
    .filter((type) => !known.has(type.oid))
    .flatMap((type) => {
      const reason = reasonFor(type, final.types);
      if (reason === null) return [];
      const name = `${type.schema}.${type.name}`;
      return [
        {
          what: `The new type ${name} is ${reason}, which stops ${listOf(inputs.connectors.map((connector) => `the connector ${quote(connector.name)}`))}.`,
          why: `Debezium reads all types of the database when it starts and when it meets a new one, and fails on this one with a NullPointerException, whether a captured table uses it or not.`,
          remedy:
            type.kind === "domain"
              ? `Use the enum itself with a CHECK on the column instead of a domain over it.`
              : `Give the enum its first label in CREATE TYPE.`,
          answer: "registry" as const,
          place: context.placeWhere(({ types }) => String(types.some(({ oid }) => oid === type.oid))),
          detail: name,
        },
      ];
    });
}

/** Measured with Debezium 3.6 (a domain over an enum); dbz#2525 (an enum without labels). */
function reasonFor(type: TypeDefinition, types: readonly TypeDefinition[]): string | null {
  if (type.kind === "enum") return type.labels.length === 0 ? "an enum without labels" : null;
  if (type.kind !== "domain") return null;
  return types.find(({ oid }) => oid === type.base?.oid)?.kind === "enum" ? "a domain over an enum" : null;
}
