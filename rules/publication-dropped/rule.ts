import { publicationOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Connector } from "../../src/model/connector.ts";

export const publicationDropped: Rule = {
  id: "publication-dropped",
  title: "The publication that a connector reads is dropped or renamed",
  category: "publication",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.inputs.connectors.flatMap((connector) => judge(context, connector)),
};

function judge(context: RuleContext, connector: Connector): readonly FindingDraft[] {
  const { name } = connector.publication;
  const before = publicationOf(context.baseline, name);
  if (before === null || publicationOf(context.final, name) !== null) return [];
  const renamed = context.final.publications.find(({ oid }) => oid === before.oid);
  const version = context.inputs.postgresVersion;
  return [
    {
      what:
        renamed === undefined
          ? `The publication ${quote(name)} is dropped, so the connector ${quote(connector.name)} gets no more events, of any table.`
          : `The publication ${quote(name)} is renamed to ${quote(renamed.name)}, so the connector ${quote(connector.name)} no longer finds it.`,
      why:
        version !== null && version <= 17
          ? `PostgreSQL ${version} lets the connector fail (publication "${name}" does not exist); changes made until it is there again cannot be decoded.`
          : `Up to PostgreSQL 17 the connector fails (publication "${name}" does not exist); with 18 there is no error and the topics just go silent. Changes made meanwhile are lost.`,
      remedy: `Leave the publication in place and alter it; if it has to be replaced, create it again in the same migration.`,
      answer: "registry",
      place: context.placeWhere((catalog) => String(publicationOf(catalog, name) === null)),
      connector: connector.name,
      detail: name,
    },
  ];
}
