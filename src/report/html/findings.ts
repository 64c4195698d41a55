import { noOtherSql } from "../../model/report.ts";
import type { Finding, Report } from "../../model/report.ts";
import { planNumbers } from "../plans.ts";
import { answerWords, placeOf } from "../words.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Numbered } from "./numbers.ts";

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

/** One finding with its reason and way out. */
export function findingCard(report: Report, { number, anchor, finding }: Numbered["findings"][number]): Markup {
  const { severity, what, why, remedy, ruleId, span, certainty } = finding;
  return markup`<article id="${anchor}" class="is-${severity}">
<p><span class="badge ${severity}">${severity}</span> <span class="soft">${number} · <code>${ruleId}</code> · ${answerWords(finding)}${span === null ? "" : ` · line ${span.start.line}`}</span></p>
<h4>${what}</h4>
<dl><dt>Why</dt><dd>${why}</dd><dt>Do</dt><dd>${remedy}</dd>${wayOf(report, finding)}${when(certainty !== "executed" && finding.answer !== "unknown", () => markup`<dt>Note</dt><dd>${certainty === "assumed" ? "Read from the statement alone; it was not run on a PostgreSQL." : "What the statement really does is not known."}</dd>`)}</dl>
</article>
`;
}

function wayOf(report: Report, finding: Finding): Markup {
  const plans = planNumbers(report, [finding]);
  if (plans.length > 0)
    return markup`<dt>Plan</dt><dd>${plans.map((number) => markup`<a href="#plan-${number}">Plan ${number}</a> `)}${plans.length === 1 ? "gets" : "get"} there in steps.</dd>`;
  const reason = report.noRewrite[finding.fingerprint];
  return reason === undefined || reason === noOtherSql ? nothing : markup`<dt>Plan</dt><dd>None: ${reason}</dd>`;
}

export function unknownCard({ number, anchor, unknown }: Numbered["unknowns"][number]): Markup {
  const { code, reason, span, migration } = unknown;
  const place = span === null ? (migration === null ? "" : ` · ${migration}`) : ` · ${placeOf(span)}`;
  return markup`<article id="${anchor}" class="is-warning"><p><span class="badge unknown">unknown</span> <span class="soft">${number} · <code>${code}</code>${place}</span></p><p>${reason}</p></article>
`;
}
