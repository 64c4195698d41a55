import type { Report, Rewrite, RewriteFile } from "../../model/report.ts";
import { changedLines, gateParts, isCommentOnly, shownInPlan } from "../plans.ts";
import { countOf, placeOf } from "../words.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** The plans: phases, files, SQL to copy, and what must be true between them. */
export function rewritesPart(report: Report): Markup {
  const { rewrites } = report;
  if (rewrites.length === 0) return nothing;
  return markup`<h2 id="plans">The same in steps</h2>
${rewrites.map((rewrite, index) => planView(report, rewrite, index))}`;
}

function planView(report: Report, { recipe, replaces, phases, notes }: Rewrite, index: number): Markup {
  const { rewrites } = report;
  const last = phases.length - 1;
  const said = new Set(rewrites.slice(0, index).flatMap((earlier) => earlier.notes));
  const own = notes.filter((note) => !said.has(note));
  const items = phases.map(
    ({ name, files, gate }, at) => markup`<li><strong>${name}</strong>
${files.map((file) => fileView(report, file, shownInPlan(rewrites, index, file)))}${gateParts(gate).map(({ kind, text }, part) => gateView(kind, text, part > 0 ? "" : at === last ? "In the end:" : "Before the next phase:"))}</li>
`,
  );
  return markup`<section id="plan-${index + 1}"><h3>Plan ${index + 1}: ${recipe} in ${countOf(phases.length, "step")}</h3>
<p class="soft">Instead of <code>${placeOf(replaces)}</code></p>
<ol class="phases">${items}</ol>
${when(own.length > 0, () => markup`<ul>${own.map((note) => markup`<li>${note}</li>`)}</ul>`)}</section>
`;
}

function gateView(kind: "prose" | "lines", text: string, label: string): Markup {
  if (kind === "lines") return markup`<div class="code"><pre class="plain" data-copy tabindex="0"><code>${text}</code></pre></div>`;
  return markup`<p>${when(label !== "", () => markup`<em>${label}</em> `)}${text}</p>`;
}

/** So many lines that stay as they are would hide what changes. */
const manyLines = 20;

const unchangedWords = (count: number): readonly string[] => (count === 0 ? [] : [`… ${countOf(count, "line")} as before`]);

function fileView(report: Report, file: RewriteFile, earlier: number | null): Markup {
  const { path, sql } = file;
  if (earlier !== null) return markup`<p><code>${path}</code> as in <a href="#plan-${earlier}">plan ${earlier}</a></p>`;
  if (isCommentOnly(report, file)) return markup`<p><code>${path}</code> <span class="soft">nothing runs in it</span></p>`;
  const { before, lines, after } = changedLines(report, file);
  const whole = markup`<div class="code"><pre class="plain" data-copy tabindex="0" aria-label="${`SQL of ${path}`}"><code>${sql.trimEnd()}</code></pre></div>`;
  if (before + after < manyLines) return markup`<p><code>${path}</code></p>${whole}`;
  const changed = [...unchangedWords(before), ...lines, ...unchangedWords(after)].join("\n");
  return markup`<p><code>${path}</code></p><div class="code"><pre class="plain" tabindex="0" aria-label="${`What changes in ${path}`}"><code>${changed}</code></pre></div><details><summary>The whole file</summary>${whole}</details>`;
}
