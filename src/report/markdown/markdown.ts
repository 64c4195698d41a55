import type { Finding, Outcome, Report, RewriteFile, Severity } from "../../model/report.ts";
import type { SubjectImpact } from "../../model/impact.ts";
import { capitalized } from "../../model/words.ts";
import { driftWords } from "../drift-words.ts";
import { excerptOf } from "../excerpt.ts";
import { alike, isHarmless, isNewStream, newTopics, sectionsOf, streamsOf } from "../groups.ts";
import type { FindingGroup, Stream } from "../groups.ts";
import { headAnswers } from "../head.ts";
import { gateParts, isCommentOnly, planSentences, shownInPlan } from "../plans.ts";
import { bySeverity } from "../reporter.ts";
import type { Reporter } from "../reporter.ts";
import { paintOf } from "../text/paint.ts";
import { sourceLines } from "../text/source.ts";
import { whatsOf } from "../whats.ts";
import {
  answerWords,
  countOf,
  countWords,
  hiddenWords,
  levelsWords,
  messagesOf,
  outcomeWords,
  placeOf,
  scopeWords,
  subjectName,
  unknownGroups,
  untoldUnknowns,
  verdictSentence,
  verdictWords,
} from "../words.ts";
import { block, code, details, html, prose } from "./escape.ts";

const outcomeSigns: Readonly<Record<Outcome, string>> = { pass: "✅", fail: "❌", unknown: "❔" };
const severitySigns: Readonly<Record<Severity, string>> = { error: "🔴 error", warning: "🟡 warning", note: "🔵 note" };

// A comment of GitHub holds 65,536 characters; a job summary a mebibyte.
const room = 60_000;
const plainPaint = paintOf(false);

/** The report for a pull request's comment or a job's summary. What does not fit into a comment is left out, and said. */
export const markdown: Reporter = (report) => {
  const { outcome } = report.verdict;
  const answers = headAnswers(report).map(({ label, text }) => `- **${prose(label)}** ${prose(text)}`);
  const head = [
    `## ${outcomeSigns[outcome]} driftgate: ${outcome}`,
    outcome === "pass" ? prose(verdictSentence(report)) : headline(report),
    ...(answers.length === 0 || outcome === "pass" ? [] : [answers.join("\n")]),
  ];
  const groups = sectionsOf(report.verdict.findings)
    .flatMap((section) => section.groups)
    .sort((a, b) => bySeverity(a.findings[0], b.findings[0]));
  const parts = [
    ...head,
    ...(groups.length === 0 ? [] : [findingTable(groups)]),
    ...groups.map((group, index) => groupDetails(report, group, index < maxOpen)),
    ...unknownPart(report),
    ...registryPart(streamsOf(report)),
    ...report.rewrites.map((_, index) => rewriteDetails(report, index)),
    ...(report.assumptions.length === 0 ? [] : ["### Assumed", report.assumptions.map((text) => `- ${prose(text)}`).join("\n")]),
  ];
  return `${fitting(parts).join("\n\n")}\n`;
};

const headline = (report: Report): string => {
  const unknown = report.verdict.outcome === "unknown" ? " What is not understood is not called safe." : "";
  return `**${prose(countWords(report))}** in ${prose(scopeWords(report))}.${unknown}`;
};

/** The parts that fit; a part that does not is named as missing, and smaller ones after it still come. */
function fitting(parts: readonly string[]): readonly string[] {
  let used = 0;
  const kept = parts.filter((part) => {
    const fits = used + part.length + 2 <= room;
    if (fits) used += part.length + 2;
    return fits;
  });
  const missing = parts.length - kept.length;
  return missing === 0
    ? kept
    : [...kept, `*${missing} more ${missing === 1 ? "part does" : "parts do"} not fit here; the text, JSON and HTML reports have all.*`];
}

const maxRows = 50;
/** So many are unfolded; further down the table above is the better guide. */
const maxOpen = 5;

function findingTable(groups: readonly FindingGroup[]): string {
  const rows = groups.map(({ findings: [first, ...others] }) => {
    const more = others.length === 0 ? "" : ` *and ${others.length} more like it*`;
    return `| ${severitySigns[first.severity]} | ${prose(first.what)}${more} | ${whereOf(first, maxPlace)} | ${code(first.ruleId)} |`;
  });
  const shown = rows.slice(0, maxRows);
  const rest = rows.length > maxRows ? [`| | *${rows.length - maxRows} more rows* | | |`] : [];
  return ["| | What happens | Where | Rule |", "|---|---|---|---|", ...shown, ...rest].join("\n");
}

// Code in a cell is never broken; a longer place would push the last column out of sight.
const maxPlace = 36;

function whereOf({ span, migration }: Finding, width = Number.POSITIVE_INFINITY): string {
  const place = span === null ? migration : `${span.path}:${span.start.line}`;
  if (place === null) return "";
  return code(place.length > width ? `…${place.slice(1 - width)}` : place);
}

function groupDetails(report: Report, { findings }: FindingGroup, open: boolean): string {
  const [first, ...others] = findings;
  const whats = whatsOf(findings);
  const body = [
    ...findings.slice(0, 5).flatMap((finding, index) => {
      const isSaid = others.length === 0 || finding.what === findings[index - 1]?.what;
      const isShown = sameSpan(finding.span, findings[index - 1]?.span ?? null);
      return [...(isSaid ? [] : [prose(whats[index] ?? finding.what)]), ...(isShown ? [] : excerptBlock(report, finding))];
    }),
    ...(findings.length > 5
      ? [
          `… and ${findings.length - 5} more: ${findings
            .slice(5, 45)
            .map((finding) => whereOf(finding))
            .join(", ")}`,
        ]
      : []),
    `**Why:** ${prose(first.why)}`,
    `**Do:** ${prose(first.remedy)}`,
    ...planSentences(report, findings).map((words) => `**Plan:** ${prose(words)}`),
  ];
  return details(
    `<b>${html(first.ruleId)}</b> · ${html(answerWords(first))} · ${html(first.what)}`,
    body,
    open && first.severity === "error",
  );
}

const sameSpan = (a: Finding["span"], b: Finding["span"]): boolean =>
  a !== null && b !== null && a.path === b.path && a.start.offset === b.start.offset && a.end.offset === b.end.offset;

function excerptBlock({ migrations }: Report, { span }: Finding): readonly string[] {
  const text = span === null ? undefined : migrations.find(({ path }) => path === span.path)?.text;
  if (span === null || text === undefined) return [];
  return [code(placeOf(span)), block(sourceLines(plainPaint, excerptOf(text, span, 120)).join("\n"), "text")];
}

function registryPart(streams: readonly Stream[]): readonly string[] {
  const changed = streams.filter((stream) => !isNewStream(stream) && stream.subjects.length > 0);
  const short = changed.filter(isHarmless);
  const rows = changed.filter((stream) => !short.includes(stream)).flatMap(({ subjects }) => alike(subjects).map(subjectRow));
  const table = ["| Subject | | What the registry says |", "|---|---|---|", ...rows.slice(0, maxRows)].join("\n");
  const messages = changed.flatMap(({ subjects }) => subjects.flatMap(messageDetails));
  const body = [
    ...(rows.length === 0 ? [] : [table]),
    ...messages,
    ...(short.length === 0 ? [] : [`Changed harmlessly: ${topicList(short)}. A new version is registered, which no level would stop.`]),
    ...newTopics(streams).map(
      (fresh) => `New ${fresh.streams.length === 1 ? "topic" : "topics"}: ${topicList(fresh.streams)}. ${capitalized(fresh.words)}.`,
    ),
  ];
  return body.length === 0 ? [] : ["### What the registry says", ...body];
}

function topicList(streams: readonly Stream[]): string {
  const topics = streams.map(({ topicAfter }) => code(topicAfter ?? ""));
  return `${topics.slice(0, 20).join(", ")}${topics.length > 20 ? ` and ${topics.length - 20} more` : ""}`;
}

function subjectRow(subjects: readonly [SubjectImpact, ...SubjectImpact[]]): string {
  const { verdict, levels, drift } = subjects[0];
  const stops = verdict.outcome === "refused" || verdict.outcome === "accepted" ? levelsWords(levels) : null;
  const drifted = drift === null ? "" : ` Drift: ${driftWords(drift)}.`;
  const sign = verdict.outcome === "refused" ? "❌ " : verdict.outcome === "unknown" ? "❔ " : "";
  const words = `${verdictWords(subjects[0]).replace(/([^.])$/, "$1.")}${stops === null ? "" : ` Levels: ${stops}.`}${drifted}`;
  return `| ${subjects.map((subject) => code(subjectName(subject))).join(", ")} | ${sign}${outcomeWords[verdict.outcome]} | ${prose(words)} |`;
}

function messageDetails(subject: SubjectImpact): readonly string[] {
  const { verdict } = subject;
  if (verdict.outcome !== "refused" || verdict.messages.length === 0) return [];
  const { reasons } = messagesOf(verdict.messages);
  const words = hiddenWords(reasons, subject);
  return [
    details(`Why <code>${html(subjectName(subject))}</code> is refused`, [
      block(reasons.join("\n"), "text"),
      ...(words === null ? [] : [prose(words)]),
    ]),
  ];
}

function rewriteDetails(report: Report, index: number): string {
  const { rewrites } = report;
  const rewrite = rewrites[index];
  if (rewrite === undefined) return "";
  const { recipe, phases, replaces, notes } = rewrite;
  const last = phases.length - 1;
  const body = phases.flatMap(({ name, files, gate }, at) => [
    `**${at + 1}. ${name}**`,
    ...files.flatMap((file) => fileBlock(report, file, shownInPlan(rewrites, index, file))),
    ...gateParts(gate).map(({ kind, text }, part) =>
      kind === "lines" ? block(text, "text") : `${part > 0 ? "" : `*${at === last ? "In the end" : "Before the next"}:* `}${prose(text)}`,
    ),
  ]);
  const said = new Set(rewrites.slice(0, index).flatMap((earlier) => earlier.notes));
  const own = notes.filter((note) => !said.has(note));
  const title = `<b>Plan ${index + 1}: ${html(recipe)} in ${countOf(phases.length, "step")}</b>, instead of ${html(placeOf(replaces))}`;
  return details(title, [...body, ...(own.length === 0 ? [] : [own.map((note) => `- ${prose(note)}`).join("\n")])]);
}

function fileBlock(report: Report, file: RewriteFile, earlier: number | null): readonly string[] {
  if (earlier !== null) return [`${code(file.path)} as in plan ${earlier}`];
  return isCommentOnly(report, file) ? [`${code(file.path)} (nothing runs in it)`] : [code(file.path), block(file.sql, "sql")];
}

function unknownPart({ verdict }: Report): readonly string[] {
  const lines = unknownGroups(untoldUnknowns(verdict)).map(({ code: id, reason, unknowns }) => {
    const places = [...new Set(unknowns.flatMap(({ span, migration }) => (span === null ? (migration ?? []) : placeOf(span))))];
    const shown = places.slice(0, 3).map(code).join(", ");
    return `- ${prose(reason)} (${code(id)}${shown === "" ? "" : `, ${shown}`}${places.length > 3 ? ` and ${places.length - 3} more` : ""})`;
  });
  return lines.length === 0 ? [] : ["### Not understood, so not called safe", lines.join("\n")];
}
