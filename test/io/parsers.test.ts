import { describe, expect, it } from "vitest";
import { createParser } from "../../src/io/parsers.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import { nestingOf } from "../../src/parse/split.ts";

const read = (parser: Parser, sql: string): ReturnType<typeof parseMigration> => parseMigration(parser, { id: "a.sql", sql });

it("takes the grammar of 16 for servers up to 16, else that of 18", async () => {
  const grammars = await Promise.all(
    [12, 16, 17, 18, undefined].map(async (postgresVersion) => (await createParser({ postgresVersion })).grammar),
  );
  expect(grammars).toEqual([16, 16, 18, 18, 18]);
  const virtual = "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)";
  expect(read(await createParser({ postgresVersion: 16 }), virtual).problems).toHaveLength(1);
  expect(read(await createParser({ postgresVersion: 18 }), virtual).problems).toEqual([]);
});

describe.each([15, 18])("for PostgreSQL %i", (postgresVersion) => {
  it("keeps constants below 0", async () => {
    const parser = await createParser({ postgresVersion });
    const { statements } = read(parser, "CREATE TABLE t (a numeric(3, -6), b numeric(5,- 2)[]); SET extra_float_digits = -1");
    expect(statements).toMatchObject([
      { columns: [{ type: { modifiers: [3, -6], text: "numeric(3,-6)" } }, { type: { modifiers: [5, -2] } }] },
      { values: ["-1"] },
    ]);
  });

  it("reads 100,000 statements of one file, good and bad", async () => {
    const parser = await createParser({ postgresVersion });
    const good = read(parser, "ALTER TABLE t ADD COLUMN a int;\n".repeat(100_000));
    expect([good.statements.length, good.problems.length]).toEqual([100_000, 0]);
    const bad = read(parser, "SELEC 1;\n".repeat(50_000) + "SELECT 1;\n".repeat(50_000));
    expect([bad.statements.length, bad.problems.length]).toEqual([50_000, 50_000]);
  });

  it("reads 100,000 files", async () => {
    const parser = await createParser({ postgresVersion });
    let count = 0;
    for (let i = 0; i < 100_000; i++) count += read(parser, `SELECT ${i}`).statements.length;
    expect(count).toBe(100_000);
  });

  const deep: readonly (readonly [string, string])[] = [
    ["closed brackets", `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)}`],
    ["open brackets", `SELECT ${"(".repeat(100_000)}`],
    ["a chain of operators", `SELECT 1${"+1".repeat(100_000)}`],
    ["casts", `SELECT 1${"::int".repeat(50_000)}`],
    ["subqueries", `SELECT ${"(SELECT ".repeat(3000)}1${")".repeat(3000)}`],
    ["unions", `SELECT 1${" UNION ALL SELECT 1".repeat(30_000)}`],
  ];
  it.each(deep)("says that %s are too deep, and goes on", async (_, sql) => {
    const parser = await createParser({ postgresVersion });
    for (let i = 0; i < 20; i++) {
      const { statements, problems } = read(parser, `SELECT 1; ${sql}; ALTER TABLE t ADD a int`);
      expect(problems.map((problem) => problem.message)).toEqual([
        expect.stringMatching(/too deeply nested|at end of input|at or near ";"/),
      ]);
      expect(statements.map((statement) => statement.kind)).toEqual(["select", "alter-table"]);
    }
  });

  const nested: readonly (readonly [string, string])[] = [
    ["brackets", `SELECT ${"f(".repeat(150)}1${")".repeat(150)}`],
    ["operators", `SELECT 1${"+1".repeat(700)}`],
    ["NOT", `SELECT ${"NOT ".repeat(700)}true`],
    ["subqueries", `SELECT ${"(SELECT ".repeat(100)}1${")".repeat(100)}`],
    ["CASE", `SELECT ${"CASE WHEN a THEN ".repeat(60)}1${" END".repeat(60)}`],
    ["joins", `SELECT 1 FROM a${" JOIN b ON a = b".repeat(200)}`],
    ["common table expressions", `${"WITH a AS (".repeat(60)}SELECT 1${") SELECT 1".repeat(60)}`],
  ];
  it.each(nested)("reads %s as deep as people write them", async (_, sql) => {
    const parser = await createParser({ postgresVersion });
    expect(read(parser, sql).problems).toEqual([]);
    expect(read(parser, "SELECT a FROM t").statements).toHaveLength(1);
  });

  it("refuses one statement that is too large, and no other", async () => {
    const parser = await createParser({ postgresVersion });
    const { statements, problems } = read(parser, `SELECT 1; INSERT INTO t VALUES ${"(1, 'text'), ".repeat(2_000_000)}(1, 'a'); SELECT 2`);
    expect(statements).toHaveLength(2);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining("too large")]);
  });
});

// The stack of pg-query-emscripten has no guard: what it is given must fit for sure, whatever the nesting is made of.
describe("just below the nesting that pg-query-emscripten is trusted with", () => {
  const chains: readonly (readonly [string, (count: number) => string])[] = [
    ["brackets", (n) => `SELECT ${"(".repeat(n)}1${")".repeat(n)}`],
    ["calls", (n) => `SELECT ${"f(".repeat(n)}1${")".repeat(n)}`],
    ["operators", (n) => `SELECT 1${"+1".repeat(n)}`],
    ["NOT", (n) => `SELECT ${"NOT ".repeat(n)}true`],
    ["signs", (n) => `SELECT ${"- ".repeat(n)}1`],
    ["casts", (n) => `SELECT 1${"::int".repeat(n)}`],
    ["collations", (n) => `SELECT a${' COLLATE "C"'.repeat(n)}`],
    ["arrays", (n) => `SELECT ${"ARRAY[".repeat(n)}1${"]".repeat(n)}`],
    ["subqueries", (n) => `SELECT ${"(SELECT ".repeat(n)}1${")".repeat(n)}`],
    ["derived tables", (n) => `SELECT 1 FROM ${"(SELECT 1 FROM ".repeat(n)}t${") x".repeat(n)}`],
    ["IN and EXISTS", (n) => `SELECT 1 WHERE ${"EXISTS (SELECT 1 WHERE a IN (SELECT ".repeat(n)}1${"))".repeat(n)}`],
    ["unions", (n) => `SELECT 1${" UNION SELECT 1".repeat(n)}`],
    ["joins", (n) => `SELECT 1 FROM a${" JOIN b ON c".repeat(n)}`],
    ["cross joins", (n) => `SELECT 1 FROM a${" NATURAL JOIN b".repeat(n)}`],
    ["CASE", (n) => `SELECT ${"CASE WHEN a THEN ".repeat(n)}1${" END".repeat(n)}`],
    ["common table expressions", (n) => `${"WITH a AS (".repeat(n)}SELECT 1${") SELECT 1".repeat(n)}`],
    ["rows", (n) => `SELECT ${"ROW(".repeat(n)}1${")".repeat(n)}`],
    ["AND in OR", (n) => `SELECT ${"(a OR b AND ".repeat(n)}c${")".repeat(n)}`],
    ["IS NULL", (n) => `SELECT a${" IS NULL".repeat(n)}`],
    ["EXPLAIN", (n) => `${"EXPLAIN ".repeat(n)}SELECT 1`],
  ];
  it.each(chains)("%s are read as by the other engine", async (_, build) => {
    let count = 1;
    while (nestingOf(build(count + 1)) <= 240) count++;
    const [old, latest] = [await createParser({ postgresVersion: 16 }), await createParser()];
    expect(read(old, build(count))).toEqual(read(latest, build(count)));
    expect(read(old, "CREATE TABLE t (a int DEFAULT 1)")).toEqual(read(latest, "CREATE TABLE t (a int DEFAULT 1)"));
  });
});
