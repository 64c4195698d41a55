import type { Finding, Report, Severity } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import { sectionsOf } from "./groups.ts";
import { bySeverity, repositoryPath } from "./reporter.ts";
import type { Reporter, ReportOptions } from "./reporter.ts";
import { sentence } from "./visible.ts";
import { countOf, unknownGroups, untoldUnknowns, verdictSentence } from "./words.ts";
import type { UnknownGroup } from "./words.ts";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * Workflow commands of GitHub Actions, which become annotations of the pull request: worst first, since GitHub shows only the first ten
 * errors and ten warnings of a step. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const github: Reporter = (report, options) => {
  const { findings } = report.verdict;
  const groups = sectionsOf(findings).flatMap((section) => section.groups);
  const found = [...groups].sort((a, b) => bySeverity(a.findings[0], b.findings[0]));
  return `${[
    ...found.map((group) => findingCommand(group.findings, options)),
    ...unknownGroups(untoldUnknowns(report.verdict)).map((group) => unknownCommand(report, group, options)),
    `::notice title=driftgate::${data(sentence(verdictSentence(report)))}`,
  ].join("\n")}\n`;
};

function findingCommand([first, ...others]: readonly [Finding, ...Finding[]], options: ReportOptions): string {
  const rest = others.length === 0 ? "" : `\n\nAlso: ${others.map(({ what }) => sentence(what)).join(" ")}`;
  const message = `${sentence(first.what)}\n\n${sentence(first.why)}\n\n${sentence(first.remedy)}${rest}`;
  return command(commands[first.severity], first.span, `driftgate: ${first.ruleId}`, message, options);
}

/** An error, because it blocks as an error does; the verdict alone decides, so not where it never fails. */
function unknownCommand({ verdict }: Report, { code, reason, unknowns }: UnknownGroup, options: ReportOptions): string {
  const blocks = options.failOn !== "never" && verdict.outcome !== "pass";
  const [first, ...others] = unknowns;
  const span = unknowns.find((unknown) => unknown.span !== null)?.span ?? null;
  const where = first === undefined || first.migration === null || span !== null ? "" : ` In ${first.migration}.`;
  const rest = others.length === 0 ? "" : ` The same at ${countOf(others.length, "other place")}.`;
  return command(blocks ? "error" : "warning", span, `driftgate: not understood (${code})`, sentence(reason + where + rest), options);
}

function command(name: string, span: Span | null, title: string, message: string, options: ReportOptions): string {
  const place = span === null ? "" : `file=${property(repositoryPath(span.path, options))},${placeOf(span)},`;
  return `::${name} ${place}title=${property(sentence(title))}::${data(message)}`;
}

/** Columns only for a span in one line: GitHub refuses them otherwise. */
const placeOf = ({ start, end }: Span): string =>
  start.line === end.line
    ? `line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`
    : `line=${start.line},endLine=${end.line}`;

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
