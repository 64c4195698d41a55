import type { Log } from "sarif";
import type { Diagnosis, Health } from "../../model/doctor.ts";
import { sentence } from "../visible.ts";
import type { DoctorReporter } from "./doctor.ts";
import { allOf, countsText, isGood } from "./words.ts";

const levels: Readonly<Record<Health, "error" | "warning" | "note" | "none">> = {
  error: "error",
  unknown: "warning",
  warning: "warning",
  note: "note",
  good: "none",
};

/** A living system has no file: its things are logical locations. */
export const doctorSarif: DoctorReporter = (report) => {
  const wrong = report.diagnoses.filter((one) => !isGood(one));
  const ids = [...new Set(wrong.map(({ check }) => check))];
  const log: Log = {
    version: "2.1.0",
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            semanticVersion: report.tool.version,
            rules: ids.map((id) => ({ id })),
          },
        },
        invocations: [{ executionSuccessful: true }],
        results: wrong.map((one) => ({
          ruleId: one.check,
          ruleIndex: ids.indexOf(one.check),
          level: levels[one.health],
          message: { text: sentence(allOf(one)) },
          locations: [{ logicalLocations: [{ fullyQualifiedName: one.on, kind: one.group }] }],
        })),
        properties: { verdict: report.verdict },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const commands: Readonly<Record<Health, string>> = { error: "error", unknown: "error", warning: "warning", note: "notice", good: "notice" };

/** Workflow commands of GitHub Actions. https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export const doctorGithub: DoctorReporter = (report) => {
  const line = (one: Diagnosis): string =>
    `::${commands[one.health]} title=${property(`driftgate doctor: ${one.check}`)}::${data(sentence(allOf(one)))}\n`;
  const wrong = report.diagnoses.filter((one) => !isGood(one)).map(line);
  return `${wrong.join("")}::notice title=driftgate doctor::${data(`${report.verdict}: ${countsText(report)}`)}\n`;
};

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const severities: Readonly<Record<Health, string>> = { error: "critical", unknown: "major", warning: "major", note: "info", good: "info" };

/** GitLab's Code Quality wants a path: the thing's name stands for it. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export const doctorGitlab: DoctorReporter = (report) => {
  const issues = report.diagnoses
    .filter((one) => !isGood(one))
    .map((one) => ({
      description: sentence(allOf(one)),
      check_name: one.check,
      fingerprint: `${one.check} ${one.on}`,
      severity: severities[one.health],
      location: { path: `${one.group}/${one.on}`, lines: { begin: 1 } },
    }));
  return `${JSON.stringify(issues, null, 2)}\n`;
};
