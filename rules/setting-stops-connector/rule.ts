import { asSentence, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Connector, SettingProblem } from "../../src/model/connector.ts";

export const settingStopsConnector: Rule = {
  id: "setting-stops-connector",
  title: "The connector does not start with one of its settings",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["connector"],
  check: ({ inputs }: RuleContext) =>
    inputs.connectors.flatMap((connector) =>
      connector.problems.filter(({ kind }) => kind === "refused").map((problem) => draft(connector, problem)),
    ),
};

function draft({ name, version, versionGiven }: Connector, { setting, reason, remedy, span }: SettingProblem): FindingDraft {
  const which = versionGiven ? `Debezium ${version}` : "Debezium";
  return {
    what: `Connector ${quote(name)} does not start with its ${setting}: ${reason}.`,
    why: `${which} checks its settings before it starts. Kafka Connect does not take the configuration, or the connector fails when it is next started, and nothing is streamed. What is shown of its schemas holds for a corrected value.`,
    remedy: asSentence(remedy),
    answer: "registry",
    place: span === null ? null : { span, step: null },
    connector: name,
    detail: `${name} ${setting}`,
  };
}
