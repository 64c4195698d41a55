import type { Log, PhysicalLocation, ReportingDescriptor, Result } from "sarif";
import type { Finding, Report, Severity, Unknown } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import { pathOf, unknownPrint } from "./locations.ts";
import { repositoryPath } from "./reporter.ts";
import type { Reporter, ReportOptions } from "./reporter.ts";
import { sentence } from "./visible.ts";
import { untoldUnknowns, verdictSentence } from "./words.ts";

const levels = { error: "error", warning: "warning", note: "note" } as const satisfies Record<Severity, Result["level"]>;

/** SARIF 2.1.0, as code scanning of GitHub and others read it. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const sarif: Reporter = (report, options) => {
  const { verdict, tool } = report;
  const rules = rulesOf(report, options);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results = [
    ...verdict.findings.map((finding) => findingResult(report, finding, options)),
    ...verdict.suppressed.map(({ finding, reason }) => ({
      ...findingResult(report, finding, options),
      suppressions: [{ kind: "inSource" as const, status: "accepted" as const, justification: sentence(reason) }],
    })),
    ...untoldUnknowns(verdict).map((unknown) => unknownResult(report, unknown, options)),
  ].map((result) => ({ ...result, ruleIndex: indexes.get(result.ruleId ?? "") ?? -1 }));
  const log: Log = {
    version: "2.1.0",
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules } },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true }],
        results,
        properties: { verdict: verdict.outcome, summary: sentence(verdictSentence(report)) },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function findingResult(report: Report, finding: Finding, options: ReportOptions): Result {
  const { what, why, remedy, answer, certainty, relation, column, subject, connector } = finding;
  const logical = [relation, column].filter((name) => name !== null).join(".");
  return {
    ruleId: finding.ruleId,
    level: levels[finding.severity],
    message: { text: `${sentence(what)} ${sentence(why)} ${sentence(remedy)}` },
    locations: [
      {
        physicalLocation: locationOf(report, finding, options),
        ...(logical === "" ? {} : { logicalLocations: [{ fullyQualifiedName: logical, kind: column === null ? "table" : "column" }] }),
      },
    ],
    partialFingerprints: { "driftgate/v1": finding.fingerprint },
    properties: { answer, certainty, ...(subject === null ? {} : { subject }), ...(connector === null ? {} : { connector }) },
  };
}

function unknownResult(report: Report, unknown: Unknown, options: ReportOptions): Result {
  return {
    ruleId: `unknown/${unknown.code}`,
    level: "warning",
    message: { text: `Not understood, so not called safe: ${sentence(unknown.reason)}` },
    locations: [{ physicalLocation: locationOf(report, unknown, options) }],
    partialFingerprints: { "driftgate/v1": unknownPrint(unknown) },
  };
}

function locationOf(report: Report, entry: Finding | Unknown, options: ReportOptions): PhysicalLocation {
  const uri = repositoryPath(pathOf(report, entry), options).split("/").map(encodeURIComponent).join("/");
  return {
    artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
    region: entry.span === null ? { startLine: 1 } : regionOf(report, entry.span),
  };
}

function regionOf({ migrations }: Report, { path, start, end }: Span) {
  const text = migrations.find((migration) => migration.path === path)?.text.slice(start.offset, Math.min(end.offset, start.offset + 2000));
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: start.offset,
    charLength: end.offset - start.offset,
    ...(text === undefined ? {} : { snippet: { text } }),
  };
}

/** Each rule that has a result, once, with the first one's words as its help. */
function rulesOf({ verdict }: Report, { rules = [] }: ReportOptions): ReportingDescriptor[] {
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  const found = [...verdict.findings, ...verdict.suppressed.map(({ finding }) => finding)];
  const ids = [...new Set(found.map(({ ruleId }) => ruleId))];
  const ofFindings = ids.map((id): ReportingDescriptor => {
    const first = found.find(({ ruleId }) => ruleId === id);
    const title = titles.get(id) ?? titleOf(id);
    const help = `${sentence(first?.why ?? "")} ${sentence(first?.remedy ?? "")}`.trim();
    return {
      id,
      name: nameOf(id),
      shortDescription: { text: title },
      fullDescription: { text: title },
      help: { text: `${help} (driftgate rules ${id} explains the rule.)` },
      defaultConfiguration: { level: levels[first?.severity ?? "warning"] },
    };
  });
  const codes = [...new Set(untoldUnknowns(verdict).map(({ code }) => code))];
  return [...ofFindings, ...codes.map(unknownRule)];
}

const unknownRule = (code: string): ReportingDescriptor => ({
  id: `unknown/${code}`,
  name: nameOf(`unknown-${code}`),
  shortDescription: { text: `Not understood: ${titleOf(code)}` },
  fullDescription: { text: "What is not understood is never called safe: it keeps the verdict from being pass." },
  help: { text: "Read the reason, and give what is missing, or accept it with a reason (ignore: in driftgate.yml)." },
  defaultConfiguration: { level: "warning" },
});

/** `column-renamed` → `Column renamed`. */
const titleOf = (id: string): string => id.slice(0, 1).toUpperCase() + id.slice(1).replaceAll("-", " ");
/** `column-renamed` → `ColumnRenamed`, as SARIF wants names. */
const nameOf = (id: string): string =>
  id
    .split(/[-/]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
