import { describe, expect, it } from "vitest";
import { nestingOf, splitStatements } from "../../src/parse/split.ts";

const split = (sql: string): readonly string[] => [...splitStatements(sql)].map(({ start, end }) => sql.slice(start, end));

describe("splitStatements", () => {
  it.each([
    ["quotes", "SELECT 'a;''b'; SELECT \"c;\"\"d\"", ["SELECT 'a;''b'", 'SELECT "c;""d"']],
    ["escape strings", String.raw`SELECT E'\';'; SELECT '\'; SELECT 1`, [String.raw`SELECT E'\';'`, String.raw`SELECT '\'`, "SELECT 1"]],
    ["dollar quotes", "DO $a$ ; $$ ; $a$; SELECT $1; SELECT a$b$c", ["DO $a$ ; $$ ; $a$", "SELECT $1", "SELECT a$b$c"]],
    ["comments", "SELECT 1 -- ;'\n; /* ; /* ; */ ' */ SELECT 2 /* x */", ["SELECT 1", "SELECT 2"]],
    ["operators before comments", "SELECT 1 +-- ;\n 2; SELECT 3 */* ; */ 4", ["SELECT 1 +-- ;\n 2", "SELECT 3 */* ; */ 4"]],
    [
      "bodies of SQL functions",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END; SELECT 1",
      ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END", "SELECT 1"],
    ],
    [
      "rules",
      "CREATE OR REPLACE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 1",
      ["CREATE OR REPLACE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "SELECT 1"],
    ],
    ["open brackets, which do not swallow what follows", "CREATE TABLE t (a int; SELECT 1", ["CREATE TABLE t (a int", "SELECT 1"]],
    ["BEGIN without a body", "BEGIN; SELECT 1; END", ["BEGIN", "SELECT 1", "END"]],
  ])("minds %s", (_, sql, parts) => {
    expect(split(sql)).toEqual(parts);
  });
});

describe("nestingOf", () => {
  it("grows with brackets and chains, not with lists", () => {
    expect(nestingOf(`SELECT ${"(".repeat(100)}1${")".repeat(100)}`)).toBeGreaterThanOrEqual(300);
    expect(nestingOf(`SELECT 1${" + 1".repeat(100)}`)).toBeGreaterThanOrEqual(200);
    expect(nestingOf(`SELECT ${"NOT ".repeat(100)}true`)).toBeGreaterThanOrEqual(100);
    expect(nestingOf(`INSERT INTO t VALUES ${Array.from({ length: 1000 }, () => "(1, 'a')").join(", ")}`)).toBeLessThan(20);
    expect(nestingOf(`SELECT ${Array.from({ length: 1000 }, () => "a = 1").join(" AND ")}`)).toBeLessThan(20);
  });
});
