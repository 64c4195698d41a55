import type { Finding, Report } from "../../model/report.ts";
import { capitalized } from "../../model/words.ts";
import { planNumbers, planSentences } from "../plans.ts";
import { whatsOf } from "../whats.ts";
import { answerWords, placeOf } from "../words.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Numbered } from "./numbers.ts";

type Entry = Numbered["findings"][number];

/** All findings in a table, each linked to its card. */
export function findingTable({ findings, unknowns }: Numbered): Markup {
  if (findings.length + unknowns.length === 0) return nothing;
  const rows = [
    ...findings.map(
      ({ number, anchor, finding: { severity, what, ruleId, span } }) =>
        markup`<tr><td><a href="#${anchor}">${number}</a></td><td><span class="badge ${severity}">${severity}</span></td><td class="wide">${what}</td><td class="where"><code>${span === null ? "" : placeOf(span)}</code></td><td><code>${ruleId}</code></td></tr>`,
    ),
    ...unknowns.map(
      ({ number, anchor, unknown: { reason, code, span } }) =>
        markup`<tr><td><a href="#${anchor}">${number}</a></td><td><span class="badge unknown">unknown</span></td><td class="wide">${reason}</td><td class="where"><code>${span === null ? "" : placeOf(span)}</code></td><td><code>${code}</code></td></tr>`,
    ),
  ];
  return markup`<h2 id="findings">What was found</h2>
<div class="scroll" tabindex="0" role="region" aria-label="What was found"><table class="found"><thead><tr><th scope="col">No.</th><th scope="col">Severity</th><th scope="col">What happens</th><th scope="col">Where</th><th scope="col">Rule</th></tr></thead><tbody>${rows}</tbody></table></div>
`;
}

/** Findings that say the same but for their names: each with its number and line, then once the reason and the way out. */
export function findingCard(report: Report, entries: readonly [Entry, ...Entry[]]): Markup {
  const [{ finding }, ...others] = entries;
  const { severity, why, remedy, ruleId, certainty } = finding;
  const findings = entries.map((entry) => entry.finding);
  const whats = whatsOf(findings);
  const heads = entries.map(
    ({ number, anchor, finding: { span } }, index) =>
      markup`<h4 id="${anchor}">${number}. ${whats[index] ?? ""}${span === null ? "" : markup` <span class="soft">line ${span.start.line}</span>`}</h4>
`,
  );
  const also = others.length === 0 ? "" : ` · ${entries.length} of them`;
  const same = others.length === 0 ? "" : ` The same holds for ${others.length === 1 ? "the other one" : `the other ${others.length}`}.`;
  return markup`<article class="is-${severity}">
<p><span class="badge ${severity}">${severity}</span> <span class="soft"><code>${ruleId}</code> · ${answerWords(finding)}${also}</span></p>
${heads}<dl><dt>Why</dt><dd>${why}</dd><dt>Do</dt><dd>${others.length === 0 ? remedy : remedy.replace(/([^.])$/, "$1.")}${same}</dd>${wayOf(report, findings)}${when(certainty !== "executed" && finding.answer !== "unknown", () => markup`<dt>Note</dt><dd>${certainty === "assumed" ? "Read from the statement alone; it was not run on a PostgreSQL." : "What the statement really does is not known."}</dd>`)}</dl>
</article>
`;
}

/** The plans, as links, and why there is none. */
function wayOf(report: Report, findings: readonly Finding[]): Markup {
  const plans = planNumbers(report, findings);
  const links = markup`${plans.map((number) => markup`<a href="#plan-${number}">Plan ${number}</a> `)}${plans.length === 1 ? "gets" : "get"} there in steps.`;
  const reasons = planSentences(report, findings).filter((words) => words.startsWith("none"));
  const lines = [...(plans.length === 0 ? [] : [links]), ...reasons.map((words) => markup`${capitalized(words)}`)];
  return when(lines.length > 0, () => markup`<dt>Plan</dt>${lines.map((line) => markup`<dd>${line}</dd>`)}`);
}

export function unknownCard({ number, anchor, unknown }: Numbered["unknowns"][number]): Markup {
  const { code, reason, span, migration } = unknown;
  const place = span === null ? (migration === null ? "" : ` · ${migration}`) : ` · ${placeOf(span)}`;
  return markup`<article id="${anchor}" class="is-warning"><p><span class="badge unknown">unknown</span> <span class="soft">${number} · <code>${code}</code>${place}</span></p><p>${reason}</p></article>
`;
}
