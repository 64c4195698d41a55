import { array, assert, constantFrom, nat, property, tuple } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createParser } from "../../src/io/parsers.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { AlterTableCommand, Statement } from "../../src/model/statement.ts";
import type { Span } from "../../src/model/span.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import { allSamples, samples } from "./samples.ts";

let parsers: readonly Parser[] = [];
beforeAll(async () => {
  parsers = [await createParser(), await createParser({ postgresVersion: 16 })];
});

const read = (sql: string, index = 0): ReturnType<typeof parseMigration> => {
  const parser = parsers[index];
  if (parser === undefined) throw new Error("no parser");
  return parseMigration(parser, { id: "a.sql", sql });
};
const only = (sql: string): Statement => {
  const [statement] = read(sql).statements;
  if (statement === undefined) throw new Error(`nothing in ${sql}`);
  return statement;
};
const cut = (text: string, span: Span): string => text.slice(span.start.offset, span.end.offset);

describe("kinds", () => {
  for (const [kind, texts] of Object.entries(samples)) {
    it.each(texts)(`reads as ${kind} with both grammars: %s`, (sql) => {
      const [first, second] = [read(sql, 0), read(sql, 1)];
      expect(first.problems).toEqual([]);
      expect(first.statements.map((statement) => statement.kind)).toEqual([kind]);
      expect(second).toEqual(first);
    });
  }
});

describe("the two grammars", () => {
  const separators = constantFrom(";", " ;\n", ";\r\n-- c'\n", ";/* ; /* ' */ */", ";;\t", "; -- é😀\n");
  it("give the same model on any run of statements, and each statement is its own text", () => {
    const run = array(tuple(constantFrom(...allSamples), separators), { maxLength: 12 });
    assert(
      property(run, (parts) => {
        const sql = parts.map(([text, separator]) => text + separator).join("");
        const [first, second] = [read(sql, 0), read(sql, 1)];
        expect(first.statements.map((statement) => statement.sql)).toEqual(parts.map(([text]) => text));
        for (const statement of first.statements) expect(cut(sql, statement.span)).toBe(statement.sql);
        expect(second).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it("agree on damaged texts wherever both accept them, and never throw", () => {
    const damaged = tuple(constantFrom(...allSamples), nat(60), constantFrom("", "'", "(", ")", ";", "$$", "\0", "é", "/*", '"', "😀"));
    assert(
      property(array(damaged, { maxLength: 4 }), (parts) => {
        const sql = parts.map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + 1)).join(";\n");
        const [first, second] = [read(sql, 0), read(sql, 1)];
        if (first.problems.length === 0 && second.problems.length === 0) expect(second).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });
});

describe("spans", () => {
  it("count UTF-16 units, lines and columns over multi-byte text and CRLF", () => {
    const sql = "-- é😀\r\n/* 😀 */ SELECT 'é😀';\r\n  ALTER TABLE \"é😀\" DROP a, DROP b ;";
    const [select, alter] = read(sql).statements;
    expect(select?.span.start).toEqual({ offset: sql.indexOf("SELECT"), line: 2, column: 10 });
    expect(alter?.span.start).toEqual({ offset: sql.indexOf("ALTER"), line: 3, column: 3 });
    expect(alter?.sql).toBe('ALTER TABLE "é😀" DROP a, DROP b');
    const commands = alter?.kind === "alter-table" ? alter.commands : [];
    expect(commands.map((command) => cut(sql, command.span))).toEqual(["DROP a", "DROP b"]);
  });

  it("give each sub-command of ALTER TABLE and each column of CREATE TABLE its own text", () => {
    const alter = samples["alter-table"][0] ?? "";
    const statement = only(alter);
    const commands: readonly AlterTableCommand[] = statement.kind === "alter-table" ? statement.commands : [];
    expect(commands.map((command) => cut(alter, command.span))).toEqual([
      'ADD COLUMN IF NOT EXISTS "é😀" numeric(10, 2) DEFAULT f(1, 2) NOT NULL',
      "DROP COLUMN c CASCADE",
      "ALTER d TYPE timestamp(3) USING d::timestamp",
    ]);
    const create = samples["create-table"][0] ?? "";
    const table = only(create);
    const columns = table.kind === "create-table" ? table.columns : [];
    expect(columns.map((column) => cut(create, column.span))).toEqual([
      "id bigserial PRIMARY KEY",
      `"Näme" varchar(40) COLLATE "C" DEFAULT 'new' NOT NULL`,
    ]);
  });

  it("lead into the file through pieces and substitutions", () => {
    const text = "-- up\nALTER TABLE ${schema}.t DROP a;\n-- down\n";
    const start = text.indexOf("${schema}");
    const sql = "ALTER TABLE shop.t DROP a;";
    const migration: Migration = {
      id: "V1",
      tool: "flyway",
      path: "V1.sql",
      text,
      pieces: [{ sql, start: 6, substitutions: [{ start, end: start + "${schema}".length, text: "shop" }] }],
      order: 0,
      transactional: true,
      state: "pending",
      gaps: [],
      repeatable: false,
    };
    const [parser] = parsers;
    if (parser === undefined) throw new Error("no parser");
    const [statement] = parseMigration(parser, migration).statements;
    expect(statement?.sql).toBe("ALTER TABLE shop.t DROP a");
    expect(statement === undefined ? "" : cut(text, statement.span)).toBe("ALTER TABLE ${schema}.t DROP a");
    const [command] = statement?.kind === "alter-table" ? statement.commands : [];
    expect(command === undefined ? "" : cut(text, command.span)).toBe("DROP a");
  });
});

describe("syntax errors", () => {
  it("are problems at their place, with the statements around them still given", () => {
    const sql = "SELECT 1;\nALTER TABLE é ADD COLUMN;\nCREATE TABLE t (a int;\nSELECT 2;\nSELECT 'é😀' fro x y;\nSELECT 3";
    for (const index of [0, 1]) {
      const { statements, problems } = read(sql, index);
      expect(statements.map((statement) => statement.sql)).toEqual(["SELECT 1", "SELECT 2", "SELECT 3"]);
      expect(problems.map((problem) => [problem.message, cut(sql, problem.span), problem.span.start.line])).toEqual([
        ['syntax error at or near ";"', ";", 2],
        ['syntax error at or near ";"', ";", 3],
        ['syntax error at or near "x"', "x", 5],
      ]);
    }
  });

  it("at the end of the text have an empty span there", () => {
    const { problems } = read("SELECT 1;\nALTER TABLE");
    expect(problems.map((problem) => [problem.message, problem.span.start, problem.span.end])).toEqual([
      ["syntax error at end of input", { offset: 21, line: 2, column: 12 }, { offset: 21, line: 2, column: 12 }],
    ]);
  });

  it("do not hide what is unterminated", () => {
    expect(read("SELECT 1; SELECT 'abc").problems.map((problem) => problem.message)).toEqual([
      'unterminated quoted string at or near "\'abc"',
    ]);
  });

  it("include the zero character, which ends a C string", () => {
    const { statements, problems } = read("SELECT 1; SELECT 2\0; SELECT 3");
    expect(statements.map((statement) => statement.sql)).toEqual(["SELECT 1", "SELECT 3"]);
    expect(problems.map((problem) => problem.message)).toEqual(['invalid byte sequence for encoding "UTF8": 0x00']);
  });
});

it.each(["", " \n\t", ";;;", "-- only a comment", "/* /* nested */ */"])("finds nothing in %j", (sql) => {
  expect(read(sql)).toEqual({ statements: [], problems: [] });
});

describe("what PostgreSQL refuses in a transaction block", () => {
  const refused = [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "DROP INDEX CONCURRENTLY i",
    "REINDEX INDEX CONCURRENTLY i",
    "REINDEX (CONCURRENTLY) TABLE t",
    "REINDEX DATABASE d",
    "REINDEX SCHEMA s",
    "VACUUM",
    "CREATE DATABASE d",
    "DROP DATABASE d",
    "ALTER DATABASE d SET TABLESPACE x",
    "CREATE TABLESPACE x LOCATION '/x'",
    "DROP TABLESPACE x",
    "ALTER SYSTEM SET a = 1",
    "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    "CLUSTER",
    "DISCARD ALL",
    "COMMIT PREPARED 'x'",
  ];
  const allowed = [
    "CREATE INDEX i ON t (a)",
    "DROP INDEX i",
    "REINDEX TABLE t",
    "ANALYZE t",
    "ALTER TYPE mood ADD VALUE 'x'",
    "ALTER DATABASE d SET a = 1",
    "ALTER TABLE p DETACH PARTITION q",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = false)",
    "CLUSTER t USING i",
    "DISCARD PLANS",
  ];
  it.each(refused)("%s", (sql) => expect(only(sql).needsAutocommit).toBe(true));
  it.each(allowed)("but not %s", (sql) => expect(only(sql).needsAutocommit).toBe(false));
});

describe("DO blocks", () => {
  it.each([
    ["a plain statement", "DO $$ BEGIN ALTER TABLE t ADD a int; END $$", false],
    ["EXECUTE", "DO $$ BEGIN EXECUTE 'x'; END $$", true],
    ["FOR … IN EXECUTE", "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'x' LOOP NULL; END LOOP; END $$", true],
    ["RETURN-less loop over a query", "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP NULL; END LOOP; END $$", false],
    ["a body that cannot be read", "DO $$ BEGIN ALTER TABLE END $$", true],
    ["another language", "DO LANGUAGE plpython3u $$ pass $$", true],
  ])("with %s", (_, sql, dynamic) => {
    const statement = only(sql);
    expect(statement.kind === "do" && statement.dynamic).toBe(dynamic);
  });
});

describe("types as written", () => {
  it.each([
    ["int", "integer"],
    ["varchar(40)[]", "character varying(40)[]"],
    ["char", "character(1)"],
    ["numeric(3,-2)", "numeric(3,-2)"],
    ["decimal(5)", "numeric(5,0)"],
    ["timestamptz(3)", "timestamp(3) with time zone"],
    ["time with time zone", "time with time zone"],
    ["interval day to second(3)", "interval day to second(3)"],
    ["bit varying(5)", "bit varying(5)"],
    ["s.mood[]", "s.mood[]"],
    ["geometry(Point, 4326)", "geometry(point,4326)"],
    ['"Mood"', '"Mood"'],
    ["float(10)", "real"],
  ])("%s is %s", (written, text) => {
    const statement = only(`ALTER TABLE t ADD a ${written}`);
    const [command] = statement.kind === "alter-table" ? statement.commands : [];
    expect(command?.kind === "add-column" ? command.column.type.text : null).toBe(text);
  });
});
