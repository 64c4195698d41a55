import type { Finding } from "../../model/report.ts";
import type { Span } from "../../model/span.ts";
import { wrap } from "../columns.ts";
import { excerptOf } from "../excerpt.ts";
import type { FileSection, FindingGroup } from "../groups.ts";
import { planNumbers, planSentences } from "../plans.ts";
import { sentence, visible } from "../visible.ts";
import { answerWords, placeOf } from "../words.ts";
import { heading, labelled } from "./layout.ts";
import type { Page } from "./layout.ts";
import { sourceLines } from "./source.ts";

/** Beyond so many findings that say the same, only their places are listed. */
const maxExcerpts = 5;

/** One file: its name, and each finding with its lines, the reason and the way out. */
export function fileLines(page: Page, { path, groups }: FileSection): readonly string[] {
  const shown = new Set<string>();
  return [
    heading(page, path === null ? "Not of one file" : visible(path)),
    ...groups.flatMap((group) => ["", ...groupLines(page, group, shown)]),
  ];
}

/** @param shown spans whose lines stand above already; grows */
function groupLines(page: Page, { findings }: FindingGroup, shown: Set<string>): readonly string[] {
  const [first, ...others] = findings;
  const { paint } = page;
  const label = `${paint.severity[first.severity](first.severity)} ${paint.dim(`${visible(first.ruleId)} · ${answerWords(first)}`)}`;
  const also = others.length === 0 ? "" : paint.dim(` · ${findings.length} of them`);
  return [
    label + also,
    ...placesLines(page, findings, shown),
    ...labelled(page, "  ", "Why: ", first.why),
    ...labelled(
      page,
      "  ",
      "Do:  ",
      others.length === 0
        ? first.remedy
        : `${first.remedy.replace(/([^.])$/, "$1.")} The same holds for ${others.length === 1 ? "the other one" : `the other ${others.length}`}.`,
    ),
    ...assumedLines(page, first),
    ...rewriteLines(page, findings),
  ];
}

function placesLines(page: Page, findings: readonly Finding[], shown: Set<string>): readonly string[] {
  const lines: string[] = [];
  for (const [index, finding] of findings.entries()) {
    const { span } = finding;
    lines.push(...whatLines(page, finding));
    if (span === null || sameSpan(findings[index + 1]?.span ?? null, span)) continue;
    const key = `${span.start.offset}-${span.end.offset}`;
    const short = shown.has(key) || (index >= maxExcerpts && !page.options.verbose);
    lines.push(
      ...(short ? [`  ${page.paint.dim(`at ${visible(placeOf(span))}${shown.has(key) ? ", as above" : ""}`)}`] : excerptLines(page, span)),
    );
    shown.add(key);
  }
  return lines;
}

function whatLines({ paint, width }: Page, { what }: Finding): readonly string[] {
  return wrap(sentence(what), width === 0 ? 0 : width - 2).map((line) => `  ${paint.strong(line)}`);
}

const sameSpan = (a: Span | null, b: Span | null): boolean =>
  a !== null && b !== null && a.path === b.path && a.start.offset === b.start.offset && a.end.offset === b.end.offset;

/** The place, and below it the source with what is meant underlined; the place alone where the text is not known. */
export function excerptLines(page: Page, span: Span): readonly string[] {
  const { report, paint, options } = page;
  const text = report.migrations.find(({ path }) => path === span.path)?.text;
  const place = `  ${paint.dim(`at ${visible(placeOf(span))}`)}`;
  if (text === undefined || span.start.offset > text.length) return [place];
  const digits = String(span.end.line).length;
  const excerpt = excerptOf(text, span, options.width === 0 ? 0 : Math.max(30, options.width - digits - 6));
  return [place, ...sourceLines(page.paint, excerpt).map((line) => `  ${line}`)];
}

function assumedLines(page: Page, { certainty, answer }: Finding): readonly string[] {
  if (certainty === "executed" || answer === "unknown") return [];
  return labelled(
    page,
    "  ",
    "Note: ",
    certainty === "assumed"
      ? "read from the statement alone; it was not run on a PostgreSQL."
      : "what the statement really does is not known.",
  );
}

function rewriteLines(page: Page, findings: readonly Finding[]): readonly string[] {
  const { report } = page;
  if (page.options.quiet && planNumbers(report, findings).length > 0) return labelled(page, "  ", "Plan: ", "driftgate rewrite shows it");
  return planSentences(report, findings).flatMap((words) => labelled(page, "  ", "Plan: ", words));
}
