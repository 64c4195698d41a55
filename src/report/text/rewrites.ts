import type { Phase, Rewrite, RewriteFile } from "../../model/report.ts";
import { changedLines, gateParts, isCommentOnly, shownInPlan } from "../plans.ts";
import type { ChangedLines } from "../plans.ts";
import { visible, visibleLines } from "../visible.ts";
import { countOf, placeOf } from "../words.ts";
import { heading, labelled } from "./layout.ts";
import type { Page } from "./layout.ts";

const maxSqlLines = 4;

/** The plans, each a block of lines; a note that several have is said once, with the first. */
export function rewriteBlocks(page: Page): readonly (readonly string[])[] {
  const said = new Set<string>();
  return page.report.rewrites.map((rewrite, index) => {
    const notes = rewrite.notes.filter((note) => !said.has(note) && said.add(note));
    return rewriteLines(page, { ...rewrite, notes }, index);
  });
}

/** One plan: its phases with files and SQL, and what must be true between them. */
function rewriteLines(page: Page, rewrite: Rewrite, index: number): readonly string[] {
  const { recipe, phases, replaces, notes } = rewrite;
  return [
    heading(page, `Plan ${index + 1}: ${visible(recipe)} in ${countOf(phases.length, "step")}`) +
      page.paint.dim(`  instead of ${visible(placeOf(replaces))}`),
    ...phases.flatMap((phase, at) => phaseLines(page, phase, { index, number: at + 1, last: at === phases.length - 1 })),
    ...notes.flatMap((note) => labelled(page, "  ", "Note: ", note)),
  ];
}

interface PhasePlace {
  /** Of the plan, from 0. */
  readonly index: number;
  readonly number: number;
  readonly last: boolean;
}

function phaseLines(page: Page, { name, files, gate }: Phase, { index, number, last }: PhasePlace): readonly string[] {
  const { paint, options, report } = page;
  const silent = options.verbose ? [] : files.filter((file) => isCommentOnly(report, file));
  const shown = files.filter((file) => !silent.includes(file));
  return [
    `  ${number}. ${paint.strong(name)}${shown.length === 0 ? paint.dim("  nothing to run") : ""}`,
    ...shown.flatMap((file) => fileLines(page, file, index)),
    ...silent.map(({ path }) => `     ${visible(path)}${paint.dim("  (nothing runs in it)")}`),
    ...gateLines(page, last ? "In the end: " : "Before the next: ", gate),
  ];
}

/** Settings keep their lines, under the sentences. */
function gateLines(page: Page, label: string, gate: string): readonly string[] {
  return gateParts(gate).flatMap(({ kind, text }, index) =>
    kind === "lines"
      ? visibleLines(text)
          .split("\n")
          .map((line) => " ".repeat(5 + label.length) + line)
      : labelled(page, "     ", index === 0 ? label : " ".repeat(label.length), text),
  );
}

function fileLines(page: Page, file: RewriteFile, index: number): readonly string[] {
  const { paint, report, options } = page;
  const path = `     ${visible(file.path)}`;
  const earlier = options.verbose ? null : shownInPlan(report.rewrites, index, file);
  if (earlier !== null) return [`${path}${paint.dim(`  as in plan ${earlier}`)}`];
  return [path, ...sqlLines(page, options.verbose ? { before: 0, lines: file.sql.split("\n"), after: 0 } : changedLines(report, file))];
}

function sqlLines({ paint, options }: Page, { before, lines: changed, after }: ChangedLines): readonly string[] {
  const lines = visibleLines(changed.join("\n")).trimEnd().split("\n");
  const shown = options.verbose || lines.length <= maxSqlLines + 1 ? lines : lines.slice(0, maxSqlLines);
  const bar = `     ${paint.dim("│")}`;
  const rest = lines.length - shown.length;
  return [
    ...(before === 0 ? [] : [`${bar} ${paint.dim(`… ${countOf(before, "line")} as before`)}`]),
    ...shown.map((line) => (line === "" ? bar : `${bar} ${line}`)),
    ...(rest === 0 ? [] : [`${bar} ${paint.dim(`… ${countOf(rest, "more line")} (driftgate rewrite shows all)`)}`]),
    ...(rest > 0 || after === 0 ? [] : [`${bar} ${paint.dim(`… ${countOf(after, "line")} as before`)}`]),
  ];
}
