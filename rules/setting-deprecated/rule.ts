import { asSentence, quote } from "../../src/judge/rule.ts";
import type { Rule, RuleContext } from "../../src/judge/rule.ts";

export const settingDeprecated: Rule = {
  id: "setting-deprecated",
  title: "A setting of a connector is one that a later Debezium no longer takes",
  category: "pipeline",
  severity: "note",
  since: "0.1.0",
  requires: ["connector"],
  check: ({ inputs }: RuleContext) =>
    inputs.connectors.flatMap(({ name, version, problems }) =>
      problems
        .filter(({ kind }) => kind === "deprecated")
        .map(({ setting, reason, remedy, span }) => ({
          what: `Setting ${setting} of connector ${quote(name)}: ${reason}.`,
          why: `It works in Debezium ${version}. The version that takes it away either does not start with it or goes on without it.`,
          remedy: asSentence(remedy),
          answer: "risk" as const,
          place: span === null ? null : { span, step: null },
          connector: name,
          detail: `${name} ${setting}`,
        })),
    ),
};
