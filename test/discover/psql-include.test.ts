import { expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { Migration, Source } from "../../src/model/migration.ts";
import { spanOf } from "../../src/model/position.ts";

const plan = "%project=shop\n\ntables 2026-01-01T00:00:00Z A <a@b> # tables\n";

function discovered(files: Readonly<Record<string, string>>): readonly Migration[] {
  const sources: Source[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  return discover(sources, { tool: null, root: null, pending: { kind: "all" }, placeholders: {} }).migrations;
}

/** White space at both ends and empty statements left out. */
const sent = ([migration]: readonly Migration[]): string => (migration?.pieces[0]?.sql ?? "").replaceAll(/\s*\n[\s;]*/g, "\n").trim();

test("\\i and \\ir run the file that they name, with the variables set before them", () => {
  const migrations = discovered({
    "sqitch.plan": plan,
    "deploy/tables.sql": "\\set s app\n\\i deploy/parts/a.sql\n\\ir parts/b.sql\nDROP TABLE :s.c;\n",
    "deploy/parts/a.sql": "DROP TABLE :s.a;\n\\set s other\n",
    "deploy/parts/b.sql": "\\ir ../parts/c.sql\nDROP TABLE :s.b",
    "deploy/parts/c.sql": "-- nothing\n\\echo in c\n",
  });
  expect(sent(migrations)).toBe("DROP TABLE app.a;\n-- nothing\nDROP TABLE other.b\nDROP TABLE other.c;");
  expect(migrations[0]?.gaps.filter(({ effect }) => effect === "opaque")).toEqual([]);
});

test("places in an included file are those of the command that includes it", () => {
  const [migration] = discovered({
    "sqitch.plan": plan,
    "deploy/tables.sql": "SELECT 1;\n\\ir a.sql\nSELECT 2;",
    "deploy/a.sql": "DROP TABLE a;",
  });
  if (migration === undefined) throw new Error("one migration is needed");
  const sql = migration.pieces[0]?.sql ?? "";
  const included = spanOf(migration, 0, sql.indexOf("DROP"), sql.indexOf("a;") + 1);
  expect([included.start.line, included.start.column, included.end.line, included.end.column]).toEqual([2, 1, 2, 10]);
  expect(spanOf(migration, 0, sql.indexOf("SELECT 2"), sql.length).start).toMatchObject({ line: 3, column: 1 });
});

test("a file that is not there, one that leaves the top, and files that include each other end as gaps", () => {
  const [migration] = discovered({
    "sqitch.plan": plan,
    "deploy/tables.sql": "\\i nowhere.sql\n\\ir ../../x.sql\n\\ir ring.sql\n",
    "deploy/ring.sql": "\\ir ring.sql\n",
  });
  expect(migration?.gaps.map(({ effect, reason }) => `${effect}: ${reason}`)).toEqual([
    "opaque: \\i runs nowhere.sql, which is not among the files that were read, or is a migration of its own",
    "opaque: \\ir runs ../../x.sql, which is not among the files that were read, or is a migration of its own",
    "opaque: \\ir runs ring.sql, which is not among the files that were read, or is a migration of its own",
  ]);
});

test("a migration is not included in another", () => {
  const [, second] = discovered({ "db/1.sql": "CREATE TABLE t (a int);", "db/2.sql": "\\ir 1.sql\n" });
  expect(second?.gaps).toMatchObject([{ effect: "opaque" }]);
});

test("an edit to a file that an applied migration includes is an edit of that migration, which ran with it as it was", () => {
  const files = { "sqitch.plan": plan, "deploy/tables.sql": "SELECT 1;\n\\ir a.sql\n", "deploy/a.sql": "CREATE TABLE b (id int);" };
  const sources: Source[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  const found = (before: string) => {
    const changes = [{ kind: "modified", path: "deploy/a.sql", before }] as const;
    return discover(sources, { tool: null, root: null, pending: { kind: "git", changes }, placeholders: {} });
  };
  const edited = found("CREATE TABLE a (id int);");
  expect(sent(edited.migrations)).toBe("SELECT 1;\nCREATE TABLE a (id int);");
  expect(edited.problems).toMatchObject([{ kind: "edited", path: "deploy/tables.sql", span: { start: { line: 2, column: 1 } } }]);
  expect(edited.problems[0]?.detail).toMatch(/^a file that it includes changed since the base; Sqitch does not notice/);
  expect(found(files["deploy/a.sql"]).problems).toEqual([]);
});

test.each([
  ["a constant", "SELECT 'app' AS s, 2 AS n, true AS ok \\gset", "DROP TABLE app.t, 2;", []],
  ["with a prefix", "SELECT 'app' AS s, 2 n, 'it''s' AS q \\gset p_", "DROP TABLE :s.t, :n;", [":s"]],
  ["that takes the place of a known one", "\\set s old\n\\set n 1\nSELECT current_schema() AS s \\gset", "DROP TABLE :s.t, 1;", [":s"]],
  ["of which another is not known", "\\set s old\n\\set n 1\nSELECT count(*) AS c FROM t \\gset x_", "DROP TABLE old.t, 1;", []],
])("\\gset: %s", (_, before, statement, gaps) => {
  const migrations = discovered({ "sqitch.plan": plan, "deploy/tables.sql": `${before}\nDROP TABLE :s.t, :n;\n` });
  const lines = sent(migrations).split("\n");
  const opaque = (migrations[0]?.gaps ?? []).filter(({ effect }) => effect === "opaque");
  if (gaps.length === 0) expect(lines.at(-1)).toBe(statement);
  else expect(opaque[0]?.reason).toContain(gaps[0]);
  expect(opaque.length > 0).toBe(gaps.length > 0);
});
