import type { Finding, Severity, Unknown } from "../model/report.ts";
import { pathOf, unknownPrint } from "./locations.ts";
import { repositoryPath } from "./reporter.ts";
import type { Reporter } from "./reporter.ts";
import { sentence } from "./visible.ts";
import { untoldUnknowns } from "./words.ts";

const severities: Readonly<Record<Severity, string>> = { error: "critical", warning: "major", note: "info" };

/** GitLab's Code Quality report. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export const gitlab: Reporter = (report, options) => {
  const { findings } = report.verdict;
  const location = (entry: Finding | Unknown) => ({
    path: repositoryPath(pathOf(report, entry), options),
    lines: { begin: entry.span?.start.line ?? 1, end: entry.span?.end.line ?? 1 },
  });
  const issues = [
    ...findings.map((finding) => ({
      description: sentence(`${finding.what} ${finding.why} ${finding.remedy}`),
      check_name: finding.ruleId,
      fingerprint: finding.fingerprint,
      severity: severities[finding.severity],
      location: location(finding),
    })),
    ...untoldUnknowns(report.verdict).map((unknown) => ({
      description: sentence(`Not understood, so not called safe: ${unknown.reason}`),
      check_name: `unknown/${unknown.code}`,
      fingerprint: unknownPrint(unknown),
      severity: severities.warning,
      location: location(unknown),
    })),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
};
