import { expect, test } from "vitest";
import type { Dialect } from "../../src/discover/layout.ts";
import { wholeFile } from "../../src/discover/layout.ts";
import { prepare } from "../../src/discover/prepare.ts";
import type { Prepared } from "../../src/discover/prepare.ts";

const psql: Dialect = { dollar: "optional", psql: true, copyData: true };
const flyway: Dialect = { dollar: "required", psql: false, copyData: true };

function prepared(text: string, dialect: Dialect = psql, placeholders: Readonly<Record<string, string>> = {}): Prepared {
  const draft = wholeFile("", { path: "1.sql", text });
  return prepare(draft, draft.extent, dialect, placeholders);
}

const gapsOf = (text: string, result: Prepared): readonly string[] =>
  result.gaps.map((gap) => `${gap.effect} ${text.slice(gap.start, gap.end)}`);

test.each([
  ["SELECT 1;\n\\echo done\nSELECT 2;", "SELECT 1;\n          \nSELECT 2;", ["ignorable \\echo done"]],
  ["SELECT 'a' \\gexec\nSELECT 2;", "SELECT 'a' ;     \nSELECT 2;", ["opaque \\gexec"]],
  ["SELECT 1 AS x \\gset\r\nSELECT 2;", "SELECT 1 AS x ;    \r\nSELECT 2;", ["opaque \\gset"]],
  ["\\i other.sql\n", "            \n", ["opaque \\i other.sql"]],
  ["\\copy t from 'x; y' csv\nSELECT 1;", `${" ".repeat(23)}\nSELECT 1;`, ["ignorable \\copy t from 'x; y' csv"]],
  ["\\set a 'x' \\\\ SELECT 1;", `${" ".repeat(14)}SELECT 1;`, ["ignorable \\set a 'x' \\\\"]],
  ["SELECT 1 \\; SELECT 2;", "SELECT 1  ; SELECT 2;", []],
  ["\\unheard of\n", "           \n", ["opaque \\unheard of"]],
  ["SELECT 1;\n\\q\nDROP TABLE t;", "SELECT 1;\n  \n             ", ["ignorable \\q"]],
])("psql: %j", (text, sql, gaps) => {
  const result = prepared(text);
  expect(result.piece.sql).toBe(sql);
  expect(gapsOf(text, result)).toEqual(gaps);
});

test.each([
  ["\\if false\nDROP TABLE a;\n\\endif\nSELECT 1;", "SELECT 1;", []],
  ["\\if true\nSELECT 1;\n\\else\nDROP TABLE a;\n\\endif", "SELECT 1;", []],
  ["\\if off\nDROP TABLE a;\n\\elif yes\nSELECT 1;\n\\else\nDROP TABLE b;\n\\endif", "SELECT 1;", []],
  ["\\if 0\n\\if 1\nDROP TABLE a;\n\\endif\nDROP TABLE b;\n\\endif\nSELECT 1;", "SELECT 1;", []],
  ["\\if :x\nSELECT 1;\n\\endif", "SELECT 1;", ["opaque \\if :x", "opaque \\endif"]],
  ["\\if false\nDROP TABLE a;\n\\elif :x\nSELECT 1;\n\\endif", "SELECT 1;", ["opaque \\elif :x", "opaque \\endif"]],
])("psql conditions on plain truth values run as psql runs them: %j", (text, sql, opaque) => {
  const result = prepared(text);
  expect(result.piece.sql.trim()).toBe(sql);
  expect(result.piece.sql.length).toBe(text.length);
  expect(gapsOf(text, result).filter((gap) => gap.startsWith("opaque"))).toEqual(opaque);
});

test.each([
  "SELECT E'\\gexec', '\\i x';",
  "-- \\i x\nSELECT 1;",
  "/* \\i x */ SELECT 1;",
  "DO $$ BEGIN PERFORM '\\copy'; END $$;",
  'SELECT "a\\b";',
  "SELECT a::text, b[1:2], c[x:y] FROM t;",
  "SELECT '{{1,2},{3,4}}'::int[];",
  "INSERT INTO t VALUES ('at 10:30', '${not}');",
])("no psql command and no variable: %j", (text) => {
  expect(prepared(text)).toEqual({ piece: { sql: text, start: 0, substitutions: [] }, gaps: [] });
});

test("the rows of COPY are blanked, and what follows is read again", () => {
  const text = "COPY public.t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\.\n\nSELECT 1;";
  const result = prepared(text, flyway);
  expect(result.piece.sql.trim()).toBe("SELECT 1;");
  expect(result.piece.sql).toHaveLength(text.length);
  expect(gapsOf(text, result)).toEqual(["ignorable COPY public.t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\."]);
});

test("\\copy from stdin takes its rows along", () => {
  const text = "\\copy t from stdin\n1\n'\n\\.\nSELECT 1;";
  expect(prepared(text).piece.sql.trim()).toBe("SELECT 1;");
});

test("a tool that does not read rows gets the text as it is", () => {
  const text = "COPY t FROM stdin;\n1\n\\.\n";
  expect(prepared(text, { dollar: "none", psql: false, copyData: false }).piece.sql).toBe(text);
});

test("placeholders with a value are filled in, with their places", () => {
  const text = "DROP TABLE ${schema}.t; -- ${schema}";
  const result = prepared(text, flyway, { schema: "app" });
  expect(result.piece.sql).toBe("DROP TABLE app.t; -- app");
  expect(result.piece.substitutions).toEqual([
    { start: 11, end: 20, text: "app" },
    { start: 27, end: 36, text: "app" },
  ]);
  expect(result.gaps).toEqual([]);
});

test("psql variables, plain, quoted as a literal and as an identifier", () => {
  const result = prepared(`SELECT :n, :'n', :"n", x::n, ARRAY[1]:::n;`, psql, { n: "o'\"k" });
  expect(result.piece.sql).toBe(`SELECT o'"k, 'o''"k', "o'""k", x::n, ARRAY[1]::o'"k;`);
});

test("psql variables that the script sets itself", () => {
  const result = prepared("\\set s app\n\\set t 'x y'\n\\set u 1\n\\set u 2\nDROP TABLE :s.a, :\"t\";\nDROP TABLE :u;\n");
  expect(result.piece.sql.trim()).toBe('DROP TABLE app.a, "x y";');
  expect(result.gaps.filter((gap) => gap.effect === "opaque").map((gap) => gap.reason)).toEqual([
    expect.stringContaining(":u has no value"),
  ]);
});

const hostile = [
  "{{".repeat(300_000),
  "${".repeat(300_000),
  "$a$b".repeat(200_000),
  "/*".repeat(300_000),
  "\\x ".repeat(200_000),
  "a;".repeat(300_000),
  "'".repeat(600_001),
];

test.each(hostile.map((text) => [text.slice(0, 4), text] as const))("a text full of %j is read in linear time", (_, text) => {
  const start = performance.now();
  prepared(text, psql, { x: "y" });
  expect(performance.now() - start).toBeLessThan(3000);
});

test("templates by whole expression or by the last name", () => {
  const text = 'ALTER TABLE {{ index .Options "Namespace" }}.t ADD {{ column }} int;';
  const result = prepared(text, { dollar: "none", psql: false, copyData: false }, { Namespace: "auth", column: "c" });
  expect(result.piece.sql).toBe("ALTER TABLE auth.t ADD c int;");
});

test("a statement with a placeholder that has no value is left out, and only that one", () => {
  const text = "SELECT 1;\nDROP TABLE ${schema}.t;\nSELECT 2;";
  const result = prepared(text, flyway, { other: "x" });
  expect(result.piece.sql).toBe("SELECT 1;\n                       \nSELECT 2;");
  expect(gapsOf(text, result)).toEqual(["opaque ${schema}"]);
  expect(result.gaps[0]?.reason).toContain("migrations.placeholders");
});

test.each([
  ["DROP SCHEMA :name;", psql, "opaque :name"],
  ['DROP SCHEMA :"name";', psql, 'opaque :"name"'],
  ["DROP SCHEMA {{ name }};", flyway, "opaque {{ name }}"],
  ["UPDATE t SET a = '${name}';", flyway, "ignorable ${name}"],
  ["ALTER TABLE t ALTER a SET DEFAULT '${name}';", flyway, "opaque ${name}"],
  ["DO $$ BEGIN EXECUTE 'DROP TABLE ${name}'; END $$;", flyway, "opaque ${name}"],
])("no value: %j", (text, dialect, gap) => {
  expect(gapsOf(text, prepared(text, dialect))).toEqual([gap]);
});

test("places of gaps are those of the file, behind what was filled in", () => {
  const text = "SELECT ${a};\n\\echo x\n";
  const result = prepared(text, psql, { a: "1234567890" });
  expect(gapsOf(text, result)).toEqual(["ignorable \\echo x"]);
});

test("a placeholder in a comment needs no value", () => {
  expect(prepared("-- ${nobody}\nSELECT 1;", flyway).gaps).toEqual([]);
});
