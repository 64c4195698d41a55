import { expect, test } from "vitest";
import type { Dialect } from "../../src/discover/layout.ts";
import { wholeFile } from "../../src/discover/layout.ts";
import { prepare } from "../../src/discover/prepare.ts";
import type { Prepared } from "../../src/discover/prepare.ts";
import { cpuMs } from "../support/cpu-time.ts";

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
  ["SELECT a FROM t \\gexec\nSELECT 2;", "SELECT a FROM t ;     \nSELECT 2;", ["opaque \\gexec"]],
  ["SELECT 1 AS x \\gset\r\nSELECT 2;", "SELECT 1 AS x ;    \r\nSELECT 2;", ["ignorable \\gset"]],
  ["\\i other.sql\n", "            \n", ["opaque \\i other.sql"]],
  [
    "SELECT 'CREATE DATABASE a' WHERE NOT EXISTS (SELECT 1, 2)\\gexec\n",
    "SELECT 'CREATE DATABASE a' WHERE NOT EXISTS (SELECT 1, 2);     \n",
    ["ignorable \\gexec"],
  ],
  [
    "SELECT format('CREATE ROLE %I', 'a') WHERE true \\gexec\n",
    "SELECT format('CREATE ROLE %I', 'a') WHERE true ;     \n",
    ["ignorable \\gexec"],
  ],
  ["SELECT 'CREATE INDEX CONCURRENTLY i ON t (a)' \\gexec\n", "SELECT 'CREATE INDEX CONCURRENTLY i ON t (a)' ;     \n", ["opaque \\gexec"]],
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

test.each(["COPY t FROM stdin;", "\\copy t from stdin"])("%s takes what follows for rows where no line ends them", (copy) => {
  const text = `${copy}\nDROP TABLE t;\n`;
  expect(gapsOf(text, prepared(text))).toEqual([`opaque ${text}`]);
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

test("psql variables that the script sets itself have the value of the last \\set before them", () => {
  const result = prepared(
    "\\set s app\n\\set t 'x y'\n\\set u 1\nDROP TABLE :s.a, :\"t\", :u;\n\\set u :s _ :'t'\nDROP TABLE :u;\n\\unset u\nDROP TABLE :u;",
  );
  expect(result.piece.sql.trim()).toBe("DROP TABLE app.a, \"x y\", 1;\n                \nDROP TABLE app_'x y';");
  expect(result.gaps.filter((gap) => gap.effect === "opaque").map((gap) => gap.reason)).toEqual([
    "the placeholder :u has no value: set migrations.placeholders.u in driftgate.yml; statements that need it are left out until then",
  ]);
});

test("files of no known tool, without a command of psql: a given name is filled in everywhere", () => {
  const text = "SELECT ':S.t', $$ :S $$, a::S, x[1:S];";
  expect(prepared(text, psql, { ":S": "app" }).piece.sql).toBe("SELECT 'app.t', $$ app $$, a::S, x[1:S];");
});

test("psql looks for no variable in quotes, comments and bodies", () => {
  const text = "\\echo\nSELECT ':s', E'\\':s', \":s\", $$ :s $$, a::s, x[1:s]; -- :s\n/* :s */ SELECT :s;";
  expect(prepared(text, psql, { s: "1" }).piece.sql).toBe(text.replace(/:s;$/, "1;").replace("\\echo", "     "));
});

test.each([
  ["\\if :{?s}\n\\else\n\\set s public\n\\endif\nDROP TABLE :s.t;", { s: "app" }, "DROP TABLE app.t;", []],
  ["\\if :{?s}\n\\else\n\\set s public\n\\endif\nDROP TABLE :s.t;", {}, "DROP TABLE public.t;", ["\\if :{?s}", "\\else", "\\endif"]],
  [
    "\\set on true\n\\if :on\nSELECT 1;\n\\else\n\\set on false\nSELECT 2;\n\\endif\n\\if :on\nSELECT 3;\n\\endif",
    {},
    "SELECT 1;SELECT 3;",
    [],
  ],
  ["\\if :a\n\\set s x\n\\else\n\\set s y\n\\endif\nDROP TABLE :s;", {}, "", ["\\if :a", "\\else", "\\endif", ":s"]],
  ["\\if false\n\\set s x\n\\endif\n\\set s `date`\nDROP TABLE :s;", { s: "1" }, "", [":s"]],
])("psql conditions on variables: %j with %j", (text, values, sql, opaque) => {
  const result = prepared(text, psql, values);
  expect(result.piece.sql.replaceAll(/\s*\n\s*/g, "").trim()).toBe(sql);
  expect(gapsOf(text, result).filter((gap) => gap.startsWith("opaque"))).toEqual(opaque.map((gap) => `opaque ${gap}`));
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
  expect(cpuMs(() => prepared(text, psql, { x: "y" }))).toBeLessThan(3000);
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
  ["GRANT SELECT ON t TO ${name};", flyway, "ignorable ${name}"],
  ["ALTER DEFAULT PRIVILEGES FOR ROLE ${name} GRANT SELECT ON TABLES TO PUBLIC;", flyway, "ignorable ${name}"],
  ["ALTER TABLE t OWNER TO ${name};", flyway, "ignorable ${name}"],
  ["ALTER TABLE t ADD a int, OWNER TO ${name};", flyway, "opaque ${name}"],
  ["ALTER ROLE ${name} SET search_path = x;", flyway, "opaque ${name}"],
  ["GRANT SELECT ON t TO ${name};\nDROP TABLE ${name}.t;", flyway, "opaque ${name}"],
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

const goose: Dialect = { dollar: "none", psql: false, copyData: false };

function envsub(text: string, placeholders: Readonly<Record<string, string>> = {}): Prepared {
  const draft = wholeFile("", { path: "1.sql", text }, { placeholders: true });
  return prepare(draft, draft.extent, goose, placeholders);
}

test("goose: variables are filled in where ENVSUB is on, with their defaults", () => {
  const text =
    "-- ${A}\n-- +goose ENVSUB ON\nDROP TABLE ${A}.a, $A.b, ${B:-x}.c, ${A-y}.d, ${E:-z}, ${E-z}w;\n-- +goose ENVSUB OFF\nSELECT $$ $A ${B} $$;";
  const { piece, gaps } = envsub(text, { A: "app", E: "" });
  expect(piece.sql.split("\n").slice(2)).toEqual([
    "DROP TABLE app.a, app.b, x.c, app.d, z, w;",
    "-- +goose ENVSUB OFF",
    "SELECT $$ $A ${B} $$;",
  ]);
  expect(piece.substitutions.map(({ start, end }) => text.slice(start, end))).toEqual([
    "${A}",
    "$A",
    "${B:-x}",
    "${A-y}",
    "${E:-z}",
    "${E-z}",
  ]);
  expect(gaps).toEqual([]);
});

test("goose: a variable without a value and without a default is told once, with its key", () => {
  const text = "-- +goose ENVSUB ON\nDROP TABLE ${A};\nDROP TABLE $A;\nDROP TABLE t;\n";
  const result = envsub(text);
  expect(result.piece.sql.trim().split("\n").at(-1)).toBe("DROP TABLE t;");
  expect(gapsOf(text, result)).toEqual(["opaque ${A}"]);
  expect(result.gaps[0]?.reason).toBe(
    "the placeholder ${A} has no value here and at 1 more place of this file: set migrations.placeholders.A in driftgate.yml; statements that need it are left out until then",
  );
});

test("Flyway finds a name in any case, and knows the file's name", () => {
  expect(prepared("SELECT '${Flyway:FileName}', ${SCHEMA};", flyway, { schema: "app" }).piece.sql).toBe("SELECT '1.sql', app;");
});

const none: Dialect = { dollar: "none", psql: false, copyData: false };

test.each([
  ['ALTER TABLE "{{ index .Options "Namespace" }}".t ADD a int; SELECT 1;', ['opaque {{ index .Options "Namespace" }}'], "SELECT 1;"],
  ["DO $$ BEGIN ALTER TABLE {{.Schema}}.t ADD a int; END $$; SELECT 1;", ["opaque {{.Schema}}"], "SELECT 1;"],
  ["DO $$ BEGIN EXECUTE 'Dear {{ name }}'; END $$;", [], "DO $$ BEGIN EXECUTE 'Dear {{ name }}'; END $$;"],
  ["INSERT INTO mail VALUES ('Dear {{ name }}');", [], "INSERT INTO mail VALUES ('Dear {{ name }}');"],
  ["UPDATE mail SET a = $$Dear {{ name }}$$;", [], "UPDATE mail SET a = $$Dear {{ name }}$$;"],
  ["UPDATE {{ schema }}.mail SET a = '{{ name }}';", ["opaque {{ schema }}"], ""],
  ["SELECT '{{a, b},{c, d}}'::text[], '{{a', 'b}}';", [], "SELECT '{{a, b},{c, d}}'::text[], '{{a', 'b}}';"],
])("a template in a name or in code, and none in a string: %j", (text, gaps, sql) => {
  const result = prepared(text, none);
  expect(gapsOf(text, result)).toEqual(gaps);
  expect(result.piece.sql.trim()).toBe(sql);
});

test("a template in a quoted name is filled in", () => {
  const text = 'ALTER TABLE "{{ index .Options "Namespace" }}".t ADD a int;';
  expect(prepared(text, none, { Namespace: "auth" }).piece.sql).toBe('ALTER TABLE "auth".t ADD a int;');
});

test("a placeholder in a string leaves the statement in its place", () => {
  const text = "CREATE TABLE t (a text DEFAULT '${region}');";
  const result = prepared(text, flyway);
  expect(result.piece.sql).toBe(text);
  expect(result.gaps[0]?.reason).toBe(
    "the placeholder ${region} has no value: set migrations.placeholders.region in driftgate.yml; its text stands in its place until then",
  );
});

test.each([
  ["DROP TABLE {{ .Schema | quote }}.t;", 'migrations.placeholders.".Schema | quote"'],
  ["DROP TABLE {{ .Values.schema }}.t;", "migrations.placeholders.schema in"],
  ["DROP TABLE ${of.dots}.t;", "migrations.placeholders.of.dots in"],
  ["DROP TABLE ${flyway:user}.t;", 'migrations.placeholders."flyway:user" in'],
  ["{{ if .Prod }}DROP TABLE t;{{ end }}", "{{ if .Prod }} decides what the template leaves in the file"],
  ["{% if prod %}DROP TABLE t;{% endif %}", "{% if prod %} decides what the template leaves in the file"],
])("what to do about %j", (text, words) => {
  expect(prepared(text, flyway).gaps[0]?.reason).toContain(words);
});

test.each([
  ["{{ if .A }}\nSELECT 1;\nSELECT 2;\n{{ else }}\nSELECT 3;\n{{ end }}\nSELECT 4;", "SELECT 4;", ["opaque {{ if .A }}"]],
  [
    "{% if a %}{% for b in c %}SELECT 1;{% endfor %}SELECT 2;{% endif %} SELECT 3;",
    "SELECT 3;",
    ["opaque {% if a %}", "opaque {% for b in c %}"],
  ],
  ["SELECT 1 {{ if .A }}, 2{{ end }}, 3; SELECT 4;", "SELECT 4;", ["opaque {{ if .A }}"]],
  ["{{/* a note */}} SELECT 1;", "SELECT 1;", []],
  ["SELECT 1; {{ end }} SELECT 2; SELECT 3;", "SELECT 1;                     SELECT 3;", ["opaque {{ end }}"]],
])("what stands in a template's condition or loop is left out: %j", (text, sql, gaps) => {
  const result = prepared(text, none);
  expect(result.piece.sql.trim()).toBe(sql);
  expect(gapsOf(text, result)).toEqual(gaps);
});

const runs = (query: string): boolean => prepared(`${query} \\gexec\n`).piece.sql.startsWith("DO ");

test.each([
  "SELECT 'DROP TABLE t'",
  "SELECT 'GRANT ALL ON t TO a', 'DROP TABLE t'",
  "SELECT 'CREATE ROLE a; DROP TABLE t'",
  "SELECT format('ALTER TABLE %I ADD a int', relname) FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE relname ~ 'from x'",
  "SELECT table_name FROM information_schema.tables, generate_series(1, 2) n WHERE EXISTS (SELECT FROM pg_type)",
])("\\gexec runs what a query builds from the catalogs alone: %s", (query) => {
  expect(runs(query)).toBe(true);
});

test.each([
  "SELECT 'DROP TABLE ' || name FROM old_tables",
  "SELECT 'DROP TABLE a' FROM pg_class, setting",
  "SELECT 'DROP TABLE a' WHERE EXISTS (SELECT FROM setting)",
  "SELECT 'DROP TABLE a' FROM pg_class JOIN setting ON true",
  "SELECT 'VACUUM t'",
])("\\gexec is not followed where it needs rows, or no block could do it: %s", (query) => {
  expect(runs(query)).toBe(false);
});

test("a variable in the query of \\gexec is filled in, and the place is that of the query", () => {
  const text = "SELECT 1;\n\\set t orders\nSELECT 'DROP TABLE ' || :'t'\n\\gexec\nSELECT 2;";
  const { piece, gaps } = prepared(text);
  expect(piece.sql).toContain("IN SELECT 'DROP TABLE ' || 'orders'\nLOOP");
  expect(piece.substitutions.map(({ start, end }) => text.slice(start, end))).toEqual(["SELECT 'DROP TABLE ' || :'t'\n\\gexec"]);
  expect(gaps.filter(({ effect }) => effect === "opaque")).toEqual([]);
});
