import type { Phase, Rewrite } from "../../model/report.ts";
import { visible, visibleLines } from "../visible.ts";
import { countOf, placeOf } from "../words.ts";
import { heading, labelled } from "./layout.ts";
import type { Page } from "./layout.ts";

const maxSqlLines = 8;

/** The plans, each a block of lines; a note that several have is said once, with the first. */
export function rewriteBlocks(page: Page): readonly (readonly string[])[] {
  const said = new Set<string>();
  return page.report.rewrites.map((rewrite, index) => {
    const notes = rewrite.notes.filter((note) => !said.has(note) && said.add(note));
    return rewriteLines(page, { ...rewrite, notes }, index + 1);
  });
}

/** One plan: its phases with files and SQL, and what must be true between them. */
function rewriteLines(page: Page, rewrite: Rewrite, number: number): readonly string[] {
  return [
    heading(page, `Plan ${number}: the same without breaking anybody`) +
      page.paint.dim(`  ${visible(rewrite.recipe)}, instead of ${visible(placeOf(rewrite.replaces))}`),
    ...rewrite.phases.flatMap((phase, index) => phaseLines(page, phase, index + 1, index === rewrite.phases.length - 1)),
    ...rewrite.notes.flatMap((note) => labelled(page, "  ", "Note: ", note)),
  ];
}

function phaseLines(page: Page, { name, files, gate }: Phase, number: number, last: boolean): readonly string[] {
  const { paint } = page;
  return [
    `  ${number}. ${paint.strong(name)}${files.length === 0 ? paint.dim("  nothing to run") : ""}`,
    ...files.flatMap(({ path, sql }) => [`     ${visible(path)}`, ...sqlLines(page, sql)]),
    ...(gate === "" ? [] : labelled(page, "     ", last ? "In the end: " : "Before the next: ", gate)),
  ];
}

function sqlLines({ paint, options }: Page, sql: string): readonly string[] {
  const lines = visibleLines(sql).trimEnd().split("\n");
  const shown = options.verbose || lines.length <= maxSqlLines + 1 ? lines : lines.slice(0, maxSqlLines);
  const bar = paint.dim("│");
  const more =
    lines.length > shown.length
      ? [`     ${bar} ${paint.dim(`… ${countOf(lines.length - shown.length, "more line")} (driftgate rewrite shows all)`)}`]
      : [];
  return [...shown.map((line) => (line === "" ? `     ${bar}` : `     ${bar} ${line}`)), ...more];
}
