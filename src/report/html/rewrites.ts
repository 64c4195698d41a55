import type { Rewrite } from "../../model/report.ts";
import { placeOf } from "../words.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** The plans: phases, files, SQL to copy, and what must be true between them. */
export function rewritesPart(rewrites: readonly Rewrite[]): Markup {
  if (rewrites.length === 0) return nothing;
  return markup`<h2 id="plans">The same without breaking anybody</h2>
${rewrites.map((rewrite, index) => planView(rewrite, index + 1))}`;
}

function planView({ recipe, replaces, phases, notes }: Rewrite, number: number): Markup {
  const last = phases.length - 1;
  const items = phases.map(
    ({ name, files, gate }, index) => markup`<li><strong>${name}</strong>
${files.map(({ path, sql }) => markup`<p><code>${path}</code></p><div class="code"><pre class="plain" data-copy tabindex="0" aria-label="${`SQL of ${path}`}"><code>${sql.trimEnd()}</code></pre></div>`)}${when(gate !== "", () => markup`<p><em>${index === last ? "In the end" : "Before the next phase"}:</em> ${gate}</p>`)}</li>
`,
  );
  return markup`<section id="plan-${number}"><h3>Plan ${number}: ${recipe}</h3>
<p class="soft">Instead of <code>${placeOf(replaces)}</code></p>
<ol class="phases">${items}</ol>
${notes.map((note) => markup`<p>${note}</p>`)}</section>
`;
}
