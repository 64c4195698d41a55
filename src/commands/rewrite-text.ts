import { noOtherSql } from "../model/report.ts";
import type { Finding, Phase, Report, Rewrite } from "../model/report.ts";
import { wrap } from "../report/columns.ts";
import { groupBy } from "../report/group-by.ts";
import { gateParts, isCommentOnly, shownInPlan } from "../report/plans.ts";
import { sentence, visibleLines } from "../report/visible.ts";
import { countOf, placeOf } from "../report/words.ts";

const width = 100;

/**
 * The plans as SQL: files in full, all else in comments, so that the output can be kept as a file.
 * @param written the files are written already, and only named
 * @param only the one phase that is wanted; null: all
 */
export function planText(report: Report, written: boolean, only: Phase["name"] | null = null): string {
  const plans = report.rewrites.map((rewrite, index) => planLines(report, rewrite, index, { written, only }));
  const blocks = [...plans, ...withoutPlan(report)];
  return blocks.length === 0 ? "Nothing to rewrite.\n" : `${blocks.map((lines) => lines.join("\n")).join("\n\n\n")}\n`;
}

interface Shown {
  readonly written: boolean;
  readonly only: Phase["name"] | null;
}

function planLines(
  report: Report,
  { recipe, replaces, phases, notes }: Rewrite,
  index: number,
  { written, only }: Shown,
): readonly string[] {
  const said = new Set(report.rewrites.slice(0, index).flatMap((earlier) => earlier.notes));
  return [
    ...comment(`Plan ${index + 1}: ${recipe} in ${countOf(phases.length, "step")}, in place of ${placeOf(replaces)}`),
    ...phases.flatMap((phase, at) =>
      only !== null && phase.name !== only
        ? []
        : ["", ...phaseLines(report, phase, { index, at, written, isLast: at === phases.length - 1 })],
    ),
    ...notes.filter((note) => !said.has(note)).flatMap((note) => ["", ...comment(`Note: ${note}`)]),
  ];
}

interface PhasePlace {
  readonly index: number;
  readonly at: number;
  readonly written: boolean;
  readonly isLast: boolean;
}

function phaseLines(report: Report, { name, files, gate }: Phase, { index, at, written, isLast }: PhasePlace): readonly string[] {
  return [
    ...comment(`${at + 1}. ${name}`),
    ...files.flatMap((file) => {
      const earlier = shownInPlan(report.rewrites, index, file);
      const title = earlier === null ? (written ? `wrote ${file.path}` : file.path) : `${file.path}, as in plan ${earlier}`;
      if (written || earlier !== null) return comment(title);
      if (isCommentOnly(report, file)) return comment(`${title} (nothing runs in it)`);
      // Beside the SQL a tool may want settings of its own.
      const lines = file.sql.trimEnd().split("\n");
      return [...comment(title), ...(file.path.endsWith(".sql") ? lines : lines.map((line) => `--   ${line}`)), ""];
    }),
    ...gateParts(gate).flatMap(({ kind, text }, part) =>
      kind === "lines"
        ? visibleLines(text)
            .split("\n")
            .map((line) => `--${line}`)
        : comment(part > 0 ? text : `${isLast ? "In the end" : "Before the next"}: ${text}`),
    ),
  ];
}

/** Findings that no plan answers, by the reason why. */
function withoutPlan({ noRewrite, verdict }: Report): readonly (readonly string[])[] {
  const left = verdict.findings.filter(({ fingerprint }) => noRewrite[fingerprint] !== undefined);
  return [...groupBy(left, ({ fingerprint }) => noRewrite[fingerprint] ?? "")].map(([reason, findings]) => [
    ...comment(
      reason === noOtherSql
        ? "No other SQL comes to the same without the following; driftgate check says what to do:"
        : `No plan for the following: ${reason}`,
    ),
    ...findings.flatMap((finding) => comment(`${findingPlace(finding)}${finding.what}`, "--   ")),
  ]);
}

const findingPlace = ({ span }: Finding): string => (span === null ? "" : `${placeOf(span)}: `);

const comment = (text: string, start = "-- "): readonly string[] =>
  wrap(sentence(text), width - start.length).map((line, index) => `${index === 0 ? start : `${start}  `}${line}`);
