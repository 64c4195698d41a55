import type { Report, Unknown } from "../../model/report.ts";
import { sectionsOf, streamsOf } from "../groups.ts";
import { sentence, visible } from "../visible.ts";
import type { Reporter } from "../reporter.ts";
import { headAnswers } from "../head.ts";
import { placeOf, unknownGroups, untoldUnknowns, verdictSentence } from "../words.ts";
import type { UnknownGroup } from "../words.ts";
import { excerptLines, fileLines } from "./findings.ts";
import { heading, labelled, proseWidth } from "./layout.ts";
import type { Page } from "./layout.ts";
import { paintOf } from "./paint.ts";
import { rewriteBlocks } from "./rewrites.ts";
import { streamsLines } from "./streams.ts";

/**
 * The report for people at a terminal: in short who is hit; what breaks, file by file; what the registry says and what breaks all the same,
 * topic by topic; a plan in steps; what is not understood; and last the verdict.
 */
export const text: Reporter = (report, options) => {
  const page: Page = { report, options, paint: paintOf(options.color), width: proseWidth(options.width) };
  const { quiet } = options;
  const told = new Map<string, string>();
  const blocks: readonly (readonly string[])[] = [
    ...(quiet ? [] : [headLines(page)]),
    ...sectionsOf(shownFindings(page)).map((section) => fileLines(page, section, told)),
    ...(quiet ? [] : [streamsLines(page, streamsOf(report)).slice(1)]),
    ...(quiet ? [] : rewriteBlocks(page)),
    unknownLines(page),
    ...(quiet ? [] : [suppressedLines(page), assumptionLines(page)]),
    [verdictLine(page)],
  ];
  const pages = blocks.filter((block) => block.length > 0).map((block) => block.map(harmless).join("\n"));
  return `${pages.join("\n\n")}\n`;
};

/** In the log of a GitHub workflow `::` at the start of a line and `##[` anywhere are commands; a name or a message must not give one. */
const harmless = (line: string): string => line.replace(/^(\s*):(?=:)/, "$1: ").replaceAll("##[", "## [");

function shownFindings({ report, options }: Page): Report["verdict"]["findings"] {
  const { findings } = report.verdict;
  return options.quiet
    ? findings.filter(({ severity, answer }) => severity === "error" || answer === "unknown" || severity === options.failOn)
    : findings;
}

/** The three answers apart, before any detail: what the registry stops, what it lets through, what nobody knows. */
function headLines(page: Page): readonly string[] {
  const answers = page.report.verdict.outcome === "pass" ? [] : headAnswers(page.report);
  if (answers.length === 0) return [];
  return [verdictLine(page), ...answers.flatMap(({ label, text: words }) => labelled(page, "  ", `${label} `, words))];
}

function unknownLines(page: Page): readonly string[] {
  const groups = unknownGroups(untoldUnknowns(page.report.verdict));
  if (groups.length === 0) return [];
  return [heading(page, "Not understood, so not called safe"), ...groups.flatMap((group) => unknownGroupLines(page, group))];
}

function unknownGroupLines(page: Page, { code, reason, unknowns }: UnknownGroup): readonly string[] {
  const placed = unknowns.flatMap(({ span }) => span ?? []);
  const [first, ...others] = placed;
  return [
    ...labelled(page, "  ", "- ", `${reason} (${code})`),
    ...(first === undefined ? fileOf(page, unknowns) : excerptLines(page, first).map((line) => `  ${line}`)),
    ...others.slice(0, 5).map((span) => `    ${page.paint.dim(`and at ${visible(placeOf(span))}`)}`),
    ...(others.length > 5 ? [`    ${page.paint.dim(`and at ${others.length - 5} more places`)}`] : []),
  ];
}

function fileOf({ paint }: Page, unknowns: readonly Unknown[]): readonly string[] {
  const migrations = [...new Set(unknowns.flatMap(({ migration }) => migration ?? []))];
  return migrations.length === 0 ? [] : [`    ${paint.dim(`in ${migrations.map(visible).join(", ")}`)}`];
}

function suppressedLines(page: Page): readonly string[] {
  const { suppressed } = page.report.verdict;
  if (suppressed.length === 0 || !page.options.verbose) return [];
  return [
    heading(page, "Accepted by you"),
    ...suppressed.flatMap(({ finding, reason }) => labelled(page, "  ", "- ", `${finding.what} (${finding.ruleId}; ${reason})`)),
  ];
}

function assumptionLines(page: Page): readonly string[] {
  const { assumptions } = page.report;
  if (assumptions.length === 0) return [];
  return [heading(page, "Assumed"), ...assumptions.flatMap((assumption) => labelled(page, "  ", "- ", assumption))];
}

function verdictLine({ report, options, paint }: Page): string {
  const style = { pass: paint.good, fail: paint.bad, unknown: paint.doubtful }[report.verdict.outcome];
  const line = sentence(verdictSentence(report));
  const end = line.indexOf(":");
  const never = options.failOn === "never" && report.verdict.outcome !== "pass" ? " (--fail-on never: the exit code is 0)" : "";
  return style(line.slice(0, end)) + line.slice(end) + never;
}
