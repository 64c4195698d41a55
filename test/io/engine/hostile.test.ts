import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import type { ReplayResult } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { applied, migration } from "./support.ts";

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEngine({ limits: { scriptMs: 1000, memoryMb: 700 } });
  parser = await createParser();
  // The empty data folder is made before anything is measured.
  await replay(engine, parser, [applied("0.sql", "SELECT 1")]);
});

afterAll(() => engine.close());

const base = applied("1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);");

function run(sql: string): Promise<ReplayResult> {
  return replay(engine, parser, [
    base,
    migration("2.sql", `ALTER TABLE orders ADD before int;\n${sql};\nALTER TABLE orders ADD after int;`),
  ]);
}

const endless: readonly (readonly [string, string])[] = [
  ["an endless loop", "DO $$ BEGIN LOOP NULL; END LOOP; END $$"],
  ["a sleep with the time-outs off", "SELECT set_config('statement_timeout', '0', false), pg_sleep(3600)"],
  ["a billion rows", "CREATE TABLE big AS SELECT repeat('x', 100) FROM generate_series(1, 1000000000)"],
  ["a query without end", "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"],
  ["a billion rows sent", "SELECT * FROM generate_series(1, 1000000000)"],
];

test.each(endless)("%s ends within its limit, and the rest is executed", async (_, sql) => {
  const started = performance.now();
  const { catalog, problems, steps } = await run(sql);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(problems.map(({ code, span }) => [code, span?.start.line])).toEqual([["sql-limit", 2]]);
  expect(problems[0]?.reason).toMatch(/did not end within 1 s|needed more than 700 MiB/);
  expect(steps.map((step) => step.certainty)).toEqual(["executed", "unknown", "executed"]);
  expect(catalog.relations.map((one) => [one.name, one.columns.map((column) => column.name)])).toEqual([
    ["orders", ["id", "before", "after"]],
  ]);
});

test("recursion without end is unknown and not a crash", async () => {
  const sql = "CREATE FUNCTION f(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN f(i + 1); END $$; SELECT f(1)";
  const { catalog, problems } = await run(sql);
  expect(problems.map(({ code }) => code)).toEqual(["sql-limit"]);
  expect(catalog.relations.map((one) => one.name)).toEqual(["orders"]);
});

// As a full disk, temp_file_limit, the depth of the stack and a statement_timeout of the migration's own raise them.
test.each(["53100", "53400", "54001", "57014"])("SQLSTATE %s is the engine's limit and no refusal", async (code) => {
  const { problems, steps } = await run(`DO $$ BEGIN RAISE EXCEPTION 'no more' USING ERRCODE = '${code}'; END $$`);
  expect(problems.map((problem) => [problem.code, problem.span?.start.line])).toEqual([["sql-limit", 2]]);
  expect(problems[0]?.reason).toMatch(/has not the room or the time for it, so what it does is not known: no more/);
  expect(steps.map(({ certainty }) => certainty)).toEqual(["executed", "unknown", "executed"]);
});

test("another client_encoding is not set: unknown where there are other characters than ASCII, else no matter", async () => {
  const started = performance.now();
  const named = await run("SET client_encoding = 'SJIS';\nCREATE TABLE \"grüße\" (id int)");
  expect(named.problems.map(({ code, span }) => [code, span?.start.line])).toEqual([["sql-not-executed", 2]]);
  expect(named.problems[0]?.reason).toMatch(/sets client_encoding to SJIS, and the file has characters other than ASCII/);
  expect((await run("SET NAMES 'LATIN1';\nCREATE TABLE plain (id int)")).problems).toEqual([]);
  const past = await replay(engine, parser, [base, applied("2.sql", "SET client_encoding TO win1252; CREATE TABLE plain (id int);")]);
  expect(past.problems).toEqual([]);
  expect(past.catalog.relations.map(({ name }) => name)).toEqual(["orders", "plain"]);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("one set behind the words ends soon, and is told", async () => {
  const started = performance.now();
  const shown = await run("SELECT set_config('client_encoding', 'SJIS', false);\nCREATE TABLE \"grüße\" (id int)");
  expect(shown.problems.map(({ code, span }) => [code, span?.start.line])).toEqual([["sql-limit", 2]]);
  const hidden = await run("DO $$ BEGIN EXECUTE 'SET client_' || 'encoding TO EUC_JP'; END $$;\nALTER TABLE orders ADD note text;");
  expect(hidden.problems.map(({ code, span }) => [code, span?.start.line])).toEqual([["sql-limit", 2]]);
  expect(hidden.steps.map(({ certainty }) => certainty)).toEqual(["executed", "unknown", "executed", "executed"]);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("a migration that ends the server again and again is left after ten times", async () => {
  const deep = "SELECT deep(1);";
  const sql = `CREATE FUNCTION deep(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('client_encoding', 'SJIS', true); RETURN 1; END $$;
${deep.repeat(30)}`;
  const { problems, steps, catalog } = await replay(engine, parser, [base, migration("2.sql", sql)]);
  expect(problems.length).toBeLessThanOrEqual(11);
  expect(problems.at(-1)?.reason).toMatch(/^The catalog engine cannot get through this migration/);
  expect(steps.every(({ certainty }) => certainty === "unknown")).toBe(true);
  expect(catalog.relations.map(({ name }) => name)).toEqual(["orders"]);
});

const marker = join(tmpdir(), `driftgate-hostile-${process.pid}`);

const reaching: readonly (readonly [string, string])[] = [
  ["reading a file of the host", "COPY orders (before) FROM '/etc/passwd'"],
  ["writing a file of the host", `COPY orders TO '${marker}'`],
  ["a program", `COPY orders FROM PROGRAM 'touch ${marker}'`],
  ["a program's input", `COPY orders TO PROGRAM 'cat > ${marker}'`],
  ["pg_read_file", "SELECT pg_read_file('/etc/passwd')"],
  ["pg_ls_dir", "SELECT pg_ls_dir('/root')"],
  ["lo_import", "SELECT lo_import('/etc/passwd')"],
  ["lo_export", `SELECT lo_export(lo_from_bytea(0, 'x'), '${marker}')`],
  ["a library", "LOAD '/lib/x86_64-linux-gnu/libc.so.6'"],
  ["a C function", "CREATE FUNCTION system(cstring) RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system'"],
  ["an untrusted language", "CREATE EXTENSION plpython3u"],
  ["another server", "CREATE EXTENSION dblink; SELECT * FROM dblink('host=db.example.org', 'SELECT 1') AS t (id int)"],
];

test.each(reaching)("%s is out of reach", async (_, sql) => {
  const { catalog } = await run(sql);
  expect(existsSync(marker)).toBe(false);
  expect(catalog.relations.map((one) => one.name)).toEqual(["orders"]);
});

test("files of the host are not there", async () => {
  const sql =
    "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE pw (line text) SERVER s OPTIONS (filename '/etc/passwd'); DO $$ BEGIN PERFORM * FROM pw; EXECUTE 'CREATE TABLE reached ()'; EXCEPTION WHEN undefined_file THEN NULL; END $$";
  const { catalog } = await run(sql);
  expect(catalog.relations.map((one) => one.name)).not.toContain("reached");
});

test("COPY FROM stdin waits for nothing", async () => {
  expect((await run("COPY orders (before) FROM stdin")).problems).toEqual([]);
});

test("the environment is not there", async () => {
  const sql =
    "DO $$ DECLARE found text; BEGIN SELECT pg_read_file('/proc/self/environ') INTO found; EXECUTE 'CREATE TABLE reached ()'; EXCEPTION WHEN OTHERS THEN NULL; END $$";
  expect((await run(sql)).catalog.relations.map((one) => one.name)).toEqual(["orders"]);
});

test("all together have a limit, after which nothing more is run", async () => {
  const hurried = await openEngine({ limits: { scriptMs: 1000, totalMs: 1500 } });
  const loops = Array.from({ length: 6 }, () => "SELECT pg_sleep(60)").join(";\n");
  const started = performance.now();
  const { problems } = await replay(hurried, parser, [base, migration("2.sql", loops, { transactional: false })]);
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(problems.map((problem) => problem.code)).toEqual(Array.from({ length: 6 }, () => "sql-limit"));
  expect(problems.at(-1)?.reason).toContain("all migrations together took longer");
});
