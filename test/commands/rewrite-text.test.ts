import { expect, test } from "vitest";
import { planText } from "../../src/commands/rewrite-text.ts";
import { noOtherSql } from "../../src/model/report.ts";
import type { Rewrite } from "../../src/model/report.ts";
import { findingOf, migrationOf, reportOf, spanOfText, verdictOf } from "../report/builders.ts";

const migration = migrationOf("V2.sql", "ALTER TABLE a RENAME TO b;\n");
const span = spanOfText(migration, "ALTER TABLE a RENAME TO b");
const gate = [
  "The connector keeps the old topic:",
  "  connector shop:",
  '    "transforms": "keepTopic"',
  "",
  " No application names a.",
].join("\n");
const files = [
  { path: "V2.sql", sql: "CREATE VIEW b AS SELECT * FROM a;\n" },
  { path: "V3.sql.conf", sql: "executeInTransaction=false\n" },
];
// The proof is not shown.
const rewrite = {
  recipe: "rename-table",
  replaces: span,
  findings: [],
  notes: ["One phase at a time."],
  phases: [{ name: "expand", files, gate }],
} as unknown as Rewrite;

test("all but the SQL is a comment, settings keep their lines, and what stands above is named", () => {
  const dropped = findingOf({ ruleId: "table-dropped", what: "Table c is dropped.", span });
  const report = reportOf({
    migrations: [migration],
    verdict: verdictOf([dropped]),
    rewrites: [rewrite, rewrite],
    noRewrite: { [dropped.fingerprint]: noOtherSql },
  });
  expect(planText(report, false)).toBe(`-- Plan 1: rename-table in 1 step, in place of V2.sql:1:1

-- 1. expand
-- V2.sql
CREATE VIEW b AS SELECT * FROM a;

-- V3.sql.conf
--   executeInTransaction=false

-- In the end: The connector keeps the old topic:
--  connector shop:
--    "transforms": "keepTopic"
-- No application names a.

-- Note: One phase at a time.


-- Plan 2: rename-table in 1 step, in place of V2.sql:1:1

-- 1. expand
-- V2.sql, as in plan 1
-- V3.sql.conf, as in plan 1
-- In the end: The connector keeps the old topic:
--  connector shop:
--    "transforms": "keepTopic"
-- No application names a.


-- No other SQL comes to the same without the following; driftgate check says what to do:
--   V2.sql:1:1: Table c is dropped.
`);
  expect(planText(report, true)).toContain("-- 1. expand\n-- wrote V2.sql\n-- wrote V3.sql.conf\n");
});

test("one phase alone is told as the part of the plan that it is", () => {
  const later = { name: "contract", files: [{ path: "V4.sql", sql: "DROP VIEW b;\n" }], gate: "It is done." };
  // As above.
  const two = { ...rewrite, phases: [...rewrite.phases, later] } as unknown as Rewrite;
  const text = planText(reportOf({ migrations: [migration], rewrites: [two] }), false, "expand");
  expect(text).toContain("rename-table in 2 steps");
  expect(text).toContain("-- Before the next: The connector keeps the old topic:");
  expect(text).not.toContain("V4.sql");
});
