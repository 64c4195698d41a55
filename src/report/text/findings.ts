import type { Finding } from "../../model/report.ts";
import type { Span } from "../../model/span.ts";
import { wrap } from "../columns.ts";
import { excerptOf } from "../excerpt.ts";
import type { FileSection, FindingGroup } from "../groups.ts";
import { planNumbers, planSentences } from "../plans.ts";
import { sentence, visible } from "../visible.ts";
import { whatsOf } from "../whats.ts";
import { answerWords, placeOf } from "../words.ts";
import { heading, labelled } from "./layout.ts";
import type { Page } from "./layout.ts";
import { sourceLines } from "./source.ts";

/** Beyond so many findings that say the same, only their places are listed. */
const maxExcerpts = 5;

/**
 * One file: its name, and each finding with its lines, the reason and the way out.
 * @param told reasons with their ways out, each with the place under which it stands already; grows
 */
export function fileLines(page: Page, { path, groups }: FileSection, told: Map<string, string>): readonly string[] {
  const shown = new Set<string>();
  return [
    heading(page, path === null ? "Not of one file" : visible(path)),
    ...groups.flatMap((group) => ["", ...groupLines(page, group, { shown, told })]),
  ];
}

/** What stands above already: spans of this file whose lines are shown, and reasons with their places. */
interface Above {
  readonly shown: Set<string>;
  readonly told: Map<string, string>;
}

function groupLines(page: Page, { findings }: FindingGroup, { shown, told }: Above): readonly string[] {
  const [first, ...others] = findings;
  const { paint } = page;
  const label = `${paint.severity[first.severity](first.severity)} ${paint.dim(`${visible(first.ruleId)} · ${answerWords(first)}`)}`;
  const also = others.length === 0 ? "" : paint.dim(` · ${findings.length} of them`);
  return [
    label + also,
    ...placesLines(page, findings, shown),
    ...adviceLines(page, first, others.length, told),
    ...assumedLines(page, first),
    ...rewriteLines(page, findings, told),
  ];
}

/** Why and what to do; in a later file that is told the same, only where it stands. */
function adviceLines(page: Page, { ruleId, why, remedy, span }: Finding, others: number, told: Map<string, string>): readonly string[] {
  const key = [ruleId, why, remedy].join("\n");
  const place = page.options.verbose ? undefined : told.get(key);
  if (place !== undefined) return labelled(page, "  ", "Why, Do: ", `as for ${place}`);
  if (span !== null) told.set(key, placeOf(span));
  const same = others === 0 ? "" : ` The same holds for ${others === 1 ? "the other one" : `the other ${others}`}.`;
  return [
    ...labelled(page, "  ", "Why: ", why),
    ...labelled(page, "  ", "Do:  ", others === 0 ? remedy : remedy.replace(/([^.])$/, "$1.") + same),
  ];
}

function placesLines(page: Page, findings: readonly Finding[], shown: Set<string>): readonly string[] {
  const lines: string[] = [];
  let excerpts = 0;
  const whats = whatsOf(findings);
  for (const [index, finding] of findings.entries()) {
    const { span } = finding;
    if (finding.what !== findings[index - 1]?.what) lines.push(...whatLines(page, whats[index] ?? finding.what));
    if (span === null || sameSpan(findings[index + 1]?.span ?? null, span)) continue;
    const key = `${span.start.offset}-${span.end.offset}`;
    const short = shown.has(key) || (excerpts >= maxExcerpts && !page.options.verbose);
    lines.push(
      ...(short ? [`  ${page.paint.dim(`at ${visible(placeOf(span))}${shown.has(key) ? ", as above" : ""}`)}`] : excerptLines(page, span)),
    );
    if (short) continue;
    shown.add(key);
    excerpts += 1;
  }
  return lines;
}

function whatLines({ paint, width }: Page, what: string): readonly string[] {
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

/** A long reason why there is no plan is told once. */
function rewriteLines(page: Page, findings: readonly Finding[], told: Map<string, string>): readonly string[] {
  const { report } = page;
  if (page.options.quiet && planNumbers(report, findings).length > 0) return labelled(page, "  ", "Plan: ", "driftgate rewrite shows it");
  return planSentences(report, findings).flatMap((words) => {
    const reason = /^(none[^:]*): (.+)$/s.exec(words);
    const isTold = reason !== null && !page.options.verbose && told.has(reason[2] ?? "");
    if (reason !== null) told.set(reason[2] ?? "", "");
    return labelled(page, "  ", "Plan: ", isTold ? `${reason[1]}, for the reason above` : words);
  });
}
