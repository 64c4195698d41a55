import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { formatNames, isFormatName, reporters } from "../../src/report/index.ts";
import { findingOf, migrationOf, nastyReport, options, ordersReport, reportOf, verdictOf } from "./builders.ts";

const require = createRequire(import.meta.url);
const readJson = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, "utf8"));

const all: readonly (readonly [string, Report])[] = [
  ["orders", ordersReport()],
  ["nasty", nastyReport()],
  ["empty", reportOf({})],
  [
    "without a place",
    reportOf({ migrations: [migrationOf("V2.sql", "")], verdict: verdictOf([findingOf({ ruleId: "publication-dropped" })]) }),
  ],
];

describe("json", () => {
  const schema = readJson(join(import.meta.dirname, "../../src/report/report.schema.json"));
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

  test.each(all)("%s is what its JSON Schema says", (_, report) => {
    expect(validate(JSON.parse(reporters.json(report, options))) || validate.errors).toBe(true);
  });

  test("the schema refuses what it does not know", () => {
    const value: object = JSON.parse(reporters.json(ordersReport(), options));
    expect(validate({ ...value, extra: 1 })).toBe(false);
    expect(validate({ ...value, verdict: "maybe" })).toBe(false);
  });

  test("tells the verdict, the plan of a finding and why another has none", () => {
    const value = JSON.parse(reporters.json(ordersReport(), options));
    expect(value).toMatchObject({
      schemaVersion: 1,
      verdict: "fail",
      counts: { error: 2, warning: 1, unknown: 1, migrations: 1, statements: 2 },
    });
    expect(value.findings.map(({ rewrite, noRewrite }: { rewrite: unknown; noRewrite: unknown }) => [rewrite, noRewrite])).toEqual([
      [0, null],
      [null, "a changed scale has no additive form yet"],
      [null, null],
    ]);
    expect(value.subjects).toHaveLength(1);
    expect(value.migrations).toHaveLength(2);
  });
});

const runOf = (report: Report, extra = {}) => JSON.parse(reporters.sarif(report, { ...options, ...extra })).runs[0];

describe("sarif", () => {
  // The official schema is written in draft 4; it uses nothing that later drafts read otherwise, but for its own name.
  const { id: name, $schema: draft, ...schema } = readJson(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
  const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

  test("is held against the official schema", () => {
    expect([name, draft]).toEqual([expect.stringContaining("sarif-2.1.0"), "http://json-schema.org/draft-04/schema#"]);
    expect(validate({ version: "2.1.0" })).toBe(false);
  });

  test.each(all)("%s is what the SARIF schema says", (_, report) => {
    expect(validate(JSON.parse(reporters.sarif(report, options))) || validate.errors).toBe(true);
  });

  test("has rule, place, level and fingerprint for each finding, and says what the user accepted", () => {
    const run = runOf(ordersReport(), { rules: [{ id: "column-renamed", title: "A column is renamed" }] });
    expect(run.columnKind).toBe("utf16CodeUnits");
    expect(run.results[0]).toMatchObject({
      ruleId: "column-renamed",
      level: "error",
      locations: [
        { physicalLocation: { artifactLocation: { uri: "db/migration/V7__contact_data.sql" }, region: { startLine: 2, startColumn: 1 } } },
      ],
    });
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(run.tool.driver.rules[0].shortDescription.text).toBe("A column is renamed");
    expect(run.results.filter((result: object) => "suppressions" in result)).toHaveLength(1);
    expect(run.results.at(-1)).toMatchObject({ ruleId: "unknown/sql-opaque", level: "warning" });
  });

  test("escapes paths as URIs, from the root of the repository", () => {
    const [{ locations }] = runOf(nastyReport(), { pathPrefix: "services/my shop" }).results;
    expect(locations[0].physicalLocation.artifactLocation.uri).toBe("services/my%20shop/db/we%2Cird%3Ana%25me%20%231%3F.sql");
  });

  test("gives each result a place, as code scanning demands", () => {
    for (const [, report] of all)
      for (const { locations } of runOf(report).results) expect(locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
  });
});

describe("gitlab", () => {
  test.each(all)("%s has what Code Quality demands", (_, report) => {
    const issues = JSON.parse(reporters.gitlab(report, options));
    for (const issue of issues) {
      expect(issue).toEqual({
        description: expect.stringMatching(/./),
        check_name: expect.stringMatching(/^[\w/-]+$/),
        fingerprint: expect.stringMatching(/./),
        severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
        location: { path: expect.stringMatching(/./), lines: { begin: expect.any(Number), end: expect.any(Number) } },
      });
    }
    expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(issues.length);
  });
});

describe("github", () => {
  test("is one well-formed command a line, whatever the names are", () => {
    const lines = reporters.github(nastyReport(), options).trimEnd().split("\n");
    for (const line of lines)
      expect(line).toMatch(
        /^::(?:error|warning|notice) (?:file=[^:,]+,line=\d+,endLine=\d+(?:,col=\d+,endColumn=\d+)?,)?title=[^:,]+::[^\r\n]+$/,
      );
    expect(lines[0]).toContain("file=db/we%2Cird%3Ana%25me #1?.sql,line=2");
  });

  test("starts with the worst and ends with the verdict", () => {
    const levels = [...reporters.github(ordersReport(), options).matchAll(/^::(\w+)/gm)].map(([, level]) => level);
    expect(levels).toEqual(["error", "error", "warning", "error", "notice"]);
  });

  test("puts paths below the working directory's", () => {
    expect(reporters.github(ordersReport(), { ...options, pathPrefix: "services/shop/" })).toContain("file=services/shop/db/migration/V7");
  });

  test("warns of an unknown where nothing fails", () => {
    const report = reportOf({
      verdict: verdictOf([], [{ code: "sql-opaque", reason: "It is built while it runs.", span: null, migration: "V2.sql" }]),
    });
    expect(reporters.github(report, { ...options, failOn: "never" })).toMatch(/^::warning title=driftgate%3A not understood/);
    expect(reporters.github(report, options)).toMatch(/^::error title=/);
  });
});

test("every format has its name, and ends with a line feed", () => {
  expect(Object.keys(reporters).toSorted()).toEqual(formatNames.toSorted());
  expect([isFormatName("html"), isFormatName("toString"), isFormatName("yaml")]).toEqual([true, false, false]);
  for (const name of formatNames) for (const [, report] of all) expect(reporters[name](report, options)).toMatch(/\n$/);
});
