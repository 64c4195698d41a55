import type { Migration } from "../../model/migration.ts";
import type { Report } from "../../model/report.ts";
import { sectionsOf, streamsOf } from "../groups.ts";
import { headAnswers } from "../head.ts";
import type { Reporter } from "../reporter.ts";
import { countOf, pendingOf, verdictSentence } from "../words.ts";
import { script, scriptHash, style, styleHash } from "./assets.ts";
import { findingCard, findingTable, unknownCard } from "./findings.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { numbered, targetsIn } from "./numbers.ts";
import type { Numbered } from "./numbers.ts";
import { rewritesPart } from "./rewrites.ts";
import { sourceView } from "./source.ts";
import { streamsPart } from "./streams.ts";

const policy = `default-src 'none'; style-src '${styleHash}'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`;

/**
 * A review report in one file: nothing is loaded from anywhere, and its policy lets nothing run but its own script.
 * For the people who decide whether a migration may be applied.
 */
export const html: Reporter = (report) => {
  const numbers = numbered(report);
  const streams = streamsOf(report);
  const { outcome } = report.verdict;
  const body = markup`<header class="top"><h1>Schema drift review <span class="badge ${outcome}">${outcome}</span></h1>
<p>${verdictSentence(report)}.</p>
${answersPart(report)}${factList(report)}
${contents(report, streams.length)}<p class="paper soft">On paper, what is folded shows its title alone; open it first to print it.</p></header>
<main>
${findingTable(numbers)}${migrationsPart(report, numbers)}${streamsPart(streams, numbers)}${rewritesPart(report)}${unplacedPart(report, numbers)}${acceptedPart(report)}${assumptionsPart(report)}</main>
<footer>driftgate ${report.tool.version}</footer>`;
  const page = markup`<title>driftgate: ${outcome}, ${countOf(pendingOf(report).length, "pending migration")}</title>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${page.html}
<style>${style}</style>
</head>
<body>
${body.html}
<script>${script}</script>
</body>
</html>
`;
};

/** The three answers apart, before any detail. */
function answersPart(report: Report): Markup {
  const answers = report.verdict.outcome === "pass" ? [] : headAnswers(report);
  return when(
    answers.length > 0,
    () => markup`<ul>${answers.map(({ label, text }) => markup`<li><strong>${label}</strong> ${text}</li>`)}</ul>
`,
  );
}

function factList({ checked, migrations }: Report): Markup {
  const baseline = migrations.filter(({ state }) => state === "baseline").length;
  const facts: readonly (readonly [string, string])[] = [
    ["Connectors", checked.connectors.join(", ") || "none"],
    ["Streams", String(checked.streams)],
    ["Subjects", checked.registry ?? "no registry was given: compared with the schemas before the migration"],
    ["PostgreSQL", checked.postgresVersion === null ? "version not known" : String(checked.postgresVersion)],
    ["Migrations before", String(baseline)],
  ];
  return markup`<dl class="facts">${facts.map(([term, text]) => markup`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;
}

function contents({ verdict, rewrites, assumptions, migrations }: Report, streams: number): Markup {
  const links: readonly (readonly [string, string, boolean])[] = [
    ["findings", "What was found", verdict.findings.length + verdict.unknowns.length > 0],
    ["migrations", "Migrations", migrations.some(({ state }) => state === "pending")],
    ["topics", "Stream and registry", streams > 0],
    ["plans", "Plans", rewrites.length > 0],
    ["assumed", "Assumed", assumptions.length > 0],
  ];
  const items = links.filter(([, , has]) => has).map(([anchor, text]) => markup`<li><a href="#${anchor}">${text}</a></li>`);
  return markup`<nav aria-label="Contents"><ul>${items}</ul></nav>`;
}

function migrationsPart(report: Report, numbers: Numbered): Markup {
  const pending = pendingOf(report);
  if (pending.length === 0) return nothing;
  // Liquibase keeps several migrations in one file, which is shown once.
  const files = [...new Map(pending.map((migration) => [migration.path, migration])).values()];
  return markup`<h2 id="migrations">Pending migrations</h2>
${files.map((migration) => migrationView(report, migration, numbers))}`;
}

function migrationView(report: Report, migration: Migration, numbers: Numbered): Markup {
  const { path } = migration;
  const targets = targetsIn(numbers, path);
  const here = new Set(targets.map(({ number }) => number));
  const cards = [
    ...cardsOf(
      report,
      numbers.findings.filter(({ number }) => here.has(number)),
    ),
    ...numbers.unknowns.filter(({ number }) => here.has(number)).map(unknownCard),
  ];
  const source = sourceView(migration, targets);
  if (cards.length === 0)
    return markup`<details><summary><code>${path}</code> <span class="soft">nothing found</span></summary>${source}</details>
`;
  return markup`<section><h3><code>${path}</code></h3>
${source}${cards}</section>
`;
}

/** One card for findings that say the same, as in the other reports. */
function cardsOf(report: Report, entries: Numbered["findings"]): readonly Markup[] {
  const byFinding = new Map(entries.map((entry) => [entry.finding, entry]));
  return sectionsOf(entries.map(({ finding }) => finding)).flatMap(({ groups }) =>
    groups.flatMap(({ findings }) => {
      const [first, ...others] = findings.flatMap((finding) => byFinding.get(finding) ?? []);
      return first === undefined ? [] : [findingCard(report, [first, ...others])];
    }),
  );
}

/** What no line of a pending file is the cause of. */
function unplacedPart(report: Report, numbers: Numbered): Markup {
  const files = new Set(pendingOf(report).map(({ path }) => path));
  const elsewhere = (path: string | undefined): boolean => path === undefined || !files.has(path);
  const cards = [
    ...cardsOf(
      report,
      numbers.findings.filter(({ finding }) => elsewhere(finding.span?.path)),
    ),
    ...numbers.unknowns.filter(({ unknown }) => elsewhere(unknown.span?.path)).map(unknownCard),
  ];
  return when(
    cards.length > 0,
    () => markup`<h2 id="elsewhere">Not of one place in a pending file</h2>
${cards}`,
  );
}

function acceptedPart({ verdict: { suppressed } }: Report): Markup {
  const items = suppressed.map(({ finding, reason }) => markup`<li><code>${finding.ruleId}</code> ${finding.what} <em>${reason}</em></li>`);
  return when(
    suppressed.length > 0,
    () => markup`<h2 id="accepted">Accepted by you</h2><ul>${items}</ul>
`,
  );
}

function assumptionsPart({ assumptions }: Report): Markup {
  return when(
    assumptions.length > 0,
    () => markup`<h2 id="assumed">Assumed</h2><ul>${assumptions.map((text) => markup`<li>${text}</li>`)}</ul>
`,
  );
}
