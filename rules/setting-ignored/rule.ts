import { asSentence, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Connector, SettingProblem } from "../../src/model/connector.ts";

export const settingIgnored: Rule = {
  id: "setting-ignored",
  title: "A setting of a connector is one that nobody reads",
  category: "pipeline",
  severity: "warning",
  since: "0.1.0",
  requires: ["connector"],
  check: ({ inputs }: RuleContext) =>
    inputs.connectors.flatMap((connector) =>
      connector.problems.filter(({ kind }) => kind === "ignored" || kind === "leftover").map((problem) => draft(connector, problem)),
    ),
};

function draft({ name }: Connector, { kind, setting, reason, remedy, span }: SettingProblem): FindingDraft {
  return {
    what: `Connector ${quote(name)} has ${setting}, which has no effect: ${reason}.`,
    why: kind === "leftover" ? "Nothing is lost by that; it only misleads who reads the file." : `No error tells of it: ${loss(setting)}.`,
    remedy: asSentence(remedy),
    answer: "risk",
    severity: kind === "leftover" ? "note" : "warning",
    place: span === null ? null : { span, step: null },
    connector: name,
    detail: `${name} ${setting}`,
  };
}

function loss(setting: string): string {
  if (/^(?:transforms|predicates)\./.test(setting)) return "records pass as if it were not there";
  if (/mask|truncate/.test(setting)) return "the columns that it was to hide go out in clear";
  if (/\.(?:include\.list|whitelist|include)/.test(setting) || setting.startsWith("include."))
    return "without its list the connector captures everything, also what was to stay inside";
  if (/exclude|blacklist/.test(setting)) return "what it was to leave out is captured";
  return "the connector works with the default instead";
}
