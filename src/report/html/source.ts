import type { Migration } from "../../model/migration.ts";
import type { Severity } from "../../model/report.ts";
import type { Span } from "../../model/span.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** Something to point at in a file: a finding's or an unknown's number and anchor. */
export interface Target {
  readonly number: number;
  readonly anchor: string;
  readonly severity: Severity;
  readonly span: Span;
}

// Longer files are shown around their marks only.
const wholeLines = 150;
const around = 6;
const maxLine = 2000;

/** The SQL of a migration with line numbers; what is meant is marked and carries links to the findings. */
export function sourceView({ path, text }: Migration, targets: readonly Target[]): Markup {
  const lines = text.split("\n");
  const shown = linesToShow(lines.length, targets);
  let offset = 0;
  let skipped = false;
  const out: Markup[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, "");
    if (shown(index + 1)) {
      if (index < lines.length - 1 || line !== "") out.push(lineView(line, offset, index + 1, targets));
      skipped = false;
    } else if (!skipped) {
      out.push(markup`<span class="line soft" data-n="⋮"></span>`);
      skipped = true;
    }
    offset += raw.length + 1;
  }
  return markup`<div class="code"><pre tabindex="0" aria-label="${`SQL of ${path}`}"><code>${out}</code></pre></div>`;
}

function linesToShow(count: number, targets: readonly Target[]): (line: number) => boolean {
  if (count <= wholeLines) return () => true;
  return (line) =>
    targets.some(({ span: { start, end } }) => line >= start.line - around && line <= Math.min(end.line, start.line + 40) + around) ||
    (targets.length === 0 && line <= wholeLines);
}

function lineView(line: string, offset: number, number: number, targets: readonly Target[]): Markup {
  const end = offset + Math.min(line.length, maxLine);
  const here = targets.filter(({ span }) => span.start.offset < offset + Math.max(line.length, 1) && span.end.offset > offset);
  const edges = new Set([
    offset,
    end,
    ...here.flatMap(({ span }) => [span.start.offset, span.end.offset]).filter((edge) => edge > offset && edge < end),
  ]);
  const sorted = [...edges].sort((a, b) => a - b);
  const parts = sorted.slice(0, -1).map((from, index) => partView(line, offset, from, sorted[index + 1] ?? end, here));
  const cut = line.length > maxLine ? "…" : "";
  return markup`<span class="line" data-n="${number}">${parts}${cut}
</span>`;
}

const ranks: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

function partView(line: string, offset: number, from: number, to: number, here: readonly Target[]): Markup {
  const text = line.slice(from - offset, to - offset);
  const inside = here.filter(({ span }) => span.start.offset <= from && span.end.offset >= to);
  const worst = [...inside].sort((a, b) => ranks[b.severity] - ranks[a.severity])[0];
  const refs = inside
    .filter(({ span }) => span.start.offset === from)
    .map(({ number, anchor }) => markup`<a class="ref" href="#${anchor}" aria-label="${`finding ${number}`}">${number}</a>`);
  if (worst === undefined || text.trim() === "") return markup`${refs}${text}`;
  const lead = text.length - text.trimStart().length;
  return markup`${text.slice(0, lead)}${refs}<mark class="is-${worst.severity}">${text.slice(lead)}</mark>`;
}
