import { join } from "node:path";
import { expect, test } from "vitest";
import { isMigrationFile } from "../../src/discover/detect.ts";
import { discover, discoverAll } from "../../src/discover/discover.ts";
import type { DiscoverOptions, Discovery } from "../../src/discover/discover.ts";
import { readSources } from "../../src/io/files.ts";
import type { MigrationTool, Source } from "../../src/model/migration.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/layouts");
const defaults: DiscoverOptions = { tool: null, root: null, pending: { kind: "all" }, placeholders: {} };

async function discovered(fixture: string, options: Partial<DiscoverOptions> = {}): Promise<Discovery> {
  const sources = await readSources({ cwd: join(fixtures, fixture), paths: ["."], accept: isMigrationFile });
  return discover(sources, { ...defaults, ...options });
}

/** One line per migration: id, `!` outside a transaction, `@` repeatable, then its gaps. */
function outline(found: Discovery): readonly string[] {
  return found.migrations.map((migration) => {
    const marks = `${migration.transactional ? "" : " !"}${migration.repeatable ? " @" : ""}`;
    return `${migration.id}${marks}${migration.gaps.map((gap) => ` [${gap.effect} at ${gap.span.start.line}]`).join("")}`;
  });
}

const sent = (found: Discovery, id: string): readonly string[] =>
  (found.migrations.find((migration) => migration.id === id)?.pieces ?? []).map((piece) => piece.sql.trim());

const cases: readonly (readonly [string, MigrationTool, string, readonly string[]])[] = [
  [
    "flyway",
    "flyway",
    "db/migration",
    [
      "V1__create_customer.sql",
      "V1.2__add_name.sql [opaque at 1]",
      "V1_10__index.sql !",
      "later/V2__BackfillNames.java [opaque at 1]",
      "later/V3__rows.sql [ignorable at 1]",
      "R__a_view.sql @",
      "R__customer_view.sql @",
    ],
  ],
  [
    "golang-migrate",
    "golang-migrate",
    "migrations",
    ["000001_create_orders.up.sql", "9_seed.up.go [opaque at 1]", "000010_add_total.up.sql", "000011_index.up.sql !"],
  ],
  [
    "goose",
    "goose",
    "migrations",
    [
      "00001_create_item.sql",
      "00002_function.sql",
      "00003_index.sql !",
      "00004_backfill.go [opaque at 1]",
      "00005_schema.sql [opaque at 3] [opaque at 4]",
      "00006_empty.sql [opaque at 1]",
    ],
  ],
  ["dbmate", "dbmate", "db/migrations", ["20240102030405_create_event.sql", "20240203040506_index.sql !"]],
  ["prisma", "prisma", "prisma/migrations", ["20240102000000_init/migration.sql", "20240103000000_name/migration.sql"]],
  ["drizzle", "drizzle", "drizzle", ["0000_second_first.sql", "0000_first.sql", "0002_missing.sql [opaque at 1]"]],
  ["drizzle-folders", "drizzle", "drizzle", ["20240102000000_init/migration.sql", "20240103000000_name/migration.sql"]],
  [
    "diesel",
    "diesel",
    "migrations",
    ["00000000000000_diesel_initial_setup/up.sql", "2024-01-05-100000_index/up.sql !", "20240201000000_create_post/up.sql"],
  ],
  ["sqlx", "sqlx", "migrations", ["20240102030405_create_note.up.sql", "20240103030405_body.sql", "20240104030405_index.sql !"]],
  [
    "sqitch",
    "sqitch",
    "",
    [
      "deploy/appschema.sql !",
      "deploy/product@v1.1.sql !",
      "deploy/product.sql ! [ignorable at 2] [opaque at 4]",
      "deploy/sub/missing.sql ! [opaque at 1]",
    ],
  ],
  [
    "liquibase",
    "liquibase",
    "db/changelog",
    [
      "release-2/b.sql::ben:1#0 @",
      "release-2/b.sql::ben:2#1 [ignorable at 6]",
      "release-2/b.sql::ben:3#2 [opaque at 10]",
      "release-1/a.sql::anna:1#3 [opaque at 3]",
      "release-1/a.sql::anna b:two#4 !",
    ],
  ],
  ["supabase", "supabase", "supabase/migrations", ["20240102030405_create_profile.sql", "20240103030405_name.sql"]],
  ["plain", "plain", "sql", ["1_create.sql", "2_two_ways.sql", "10_ten.sql [ignorable at 1]", "11_code.py [opaque at 1]"]],
  ["plain-up", "plain", "store", ["V0001.Initial.up.sql", "V0002.Name.up.sql"]],
  ["plain-manifest", "plain", "schema", ["v1.0/schema.sql", "v1.2/c.sql", "v1.10/b.sql", "v1.10/a.sql"]],
];

test.each(cases)("%s", async (fixture, tool, root, expected) => {
  const found = await discovered(fixture);
  expect({ tool: found.tool, root: found.root }).toEqual({ tool, root });
  expect(outline(found)).toEqual(expected);
  expect(found.problems).toEqual([]);
  expect(found.migrations.map((migration) => migration.order)).toEqual(expected.map((_, index) => index));
});

test.each(cases)("%s: every piece lies in its file", async (fixture) => {
  for (const migration of (await discovered(fixture)).migrations) {
    for (const { sql, start } of migration.pieces) {
      const original = migration.text.slice(start, start + sql.length);
      expect(original).toHaveLength(sql.length);
      for (const [index, character] of [...sql].entries()) {
        if (character !== " ") expect(character).toBe([...original][index]);
      }
    }
  }
});

test("only the up section is sent", async () => {
  expect(sent(await discovered("goose"), "00001_create_item.sql")).toEqual(["CREATE TABLE item (id bigint PRIMARY KEY);"]);
  expect(sent(await discovered("dbmate"), "20240102030405_create_event.sql")).toEqual(["CREATE TABLE event (id bigint PRIMARY KEY);"]);
  expect(sent(await discovered("plain"), "2_two_ways.sql")).toEqual(["ALTER TABLE t ADD COLUMN a int;"]);
});

test("what a tool sends apart is a piece of its own", async () => {
  expect(sent(await discovered("drizzle"), "0000_second_first.sql")).toEqual([
    'CREATE TABLE "a" ("id" serial PRIMARY KEY)',
    'CREATE TABLE "b" ("id" serial PRIMARY KEY);',
  ]);
  const delimited = sent(await discovered("liquibase"), "release-1/a.sql::anna b:two#4");
  expect(delimited.map((sql) => sql.replace(/^--.*\n/, ""))).toEqual(["CREATE TABLE b (id int)", "CREATE TABLE c (id int)"]);
});

test("placeholders get their values", async () => {
  const flyway = await discovered("flyway", { placeholders: { name_type: "text" } });
  expect(sent(flyway, "V1.2__add_name.sql")).toEqual(["ALTER TABLE customer ADD COLUMN name text;"]);
  const goose = await discovered("goose", { placeholders: { APP_SCHEMA: "app" } });
  expect(sent(goose, "00005_schema.sql")[0]).toContain("CREATE TABLE app.extra (id int);");
  expect(sent(goose, "00005_schema.sql")[0]).not.toContain("more");
});

test("several folders are ambiguous, until one is named", async () => {
  const sources = await readSources({ cwd: fixtures, paths: ["goose", "dbmate"], accept: isMigrationFile });
  expect(() => discover(sources, defaults)).toThrow(
    expect.objectContaining({
      code: "TOOL_AMBIGUOUS",
      message: expect.stringMatching(/goose\/migrations \(goose\)[\s\S]*dbmate\/db\/migrations \(dbmate\)[\s\S]*migrations\.path/),
    }),
  );
  expect(discover(sources, { ...defaults, root: "./goose/" }).root).toBe("goose/migrations");
  expect(discover(sources, { ...defaults, tool: "dbmate" }).root).toBe("dbmate/db/migrations");
  expect(discover(sources, { ...defaults, root: "dbmate/db/migrations", tool: "dbmate" }).migrations).toHaveLength(2);
  expect(discover(sources, { ...defaults, root: "dbmate", tool: "dbmate" }).root).toBe("dbmate/db/migrations");
  expect(discoverAll(sources, defaults).map((found) => found.tool)).toEqual(["goose", "dbmate"]);
});

test("of several folders the one that changes is meant", async () => {
  const sources = await readSources({ cwd: fixtures, paths: ["goose", "dbmate"], accept: isMigrationFile });
  const path = "dbmate/db/migrations/20240203040506_index.sql";
  const found = discover(sources, { ...defaults, pending: { kind: "paths", paths: new Set([path]) } });
  expect(found.migrations.map((migration) => migration.state)).toEqual(["baseline", "pending"]);
  expect(discover(sources, { ...defaults, pending: { kind: "git", changes: [{ kind: "added", path }] } }).tool).toBe("dbmate");
});

const anySql = (path: string): Source => ({ path, text: "SELECT 1;" });

test("Flyway: sibling folders below one named for migrations are one location, unless a version comes twice", () => {
  const one = discover([anySql("db/migration/v1/V1__a.sql"), anySql("db/migration/v2/V2__b.sql")], defaults);
  expect({ root: one.root, ids: outline(one) }).toEqual({ root: "db/migration", ids: ["v1/V1__a.sql", "v2/V2__b.sql"] });
  const two = [anySql("db/migration/north/V1__a.sql"), anySql("db/migration/south/V1.0__a.sql")];
  expect(() => discover(two, defaults)).toThrow(expect.objectContaining({ code: "TOOL_AMBIGUOUS" }));
});

const sql = (path: string, text: string): Source => ({ path, text });

test.each<readonly [string, readonly Source[], string]>([
  ["another database's name", [anySql("db/mysql/V1__a.sql"), anySql("db/postgresql/V1__a.sql")], "db/postgresql"],
  ["a part of a name", [anySql("sqlite-store/1_a.up.sql"), anySql("store/migration_pg/1_a.up.sql")], "store/migration_pg"],
  [
    "MySQL's syntax",
    [
      sql("a/1_a.up.sql", "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;"),
      sql("b/1_a.up.sql", "CREATE TABLE t (id int);"),
    ],
    "b",
  ],
  ["SQLite's syntax", [sql("a/1_a.sql", "CREATE TABLE t (id INTEGER) STRICT;"), sql("b/1_a.sql", "CREATE TABLE t (id int);")], "b"],
  [
    "a comment on MySQL's syntax counts for nothing",
    [sql("test/1_a.sql", "SELECT 1;"), sql("b/1_a.sql", "-- was AUTO_INCREMENT\nSELECT 1;")],
    "b",
  ],
  ["tests", [anySql("migrations/1_a.up.sql"), anySql("pkg/testdata/2_b.up.sql")], "migrations"],
  ["scripts of no tool", [anySql("docker/initdb.d/0001-a.sql"), anySql("migrations/1_a.up.sql")], "migrations"],
])("of several folders the likely one is taken, by %s", (_, sources, root) => {
  expect(discover(sources, defaults).root).toBe(root);
});

test("a hint that leaves none or several is none", () => {
  const names =
    (sources: readonly Source[]): (() => void) =>
    () =>
      void discover(sources, defaults);
  expect(names([anySql("mysql/1_a.up.sql"), anySql("sqlite/1_a.up.sql")])).toThrow(
    /mysql \(golang-migrate\)[\s\S]*sqlite \(golang-migrate\)/,
  );
  expect(names([anySql("a/1_a.up.sql"), anySql("b/1_a.sql"), anySql("b/2_b.sql")])).toThrow(/b \(plain\)/);
  // What is not likely is not offered either.
  expect(names([anySql("a/1_a.up.sql"), anySql("b/1_a.up.sql"), anySql("mysql/1_a.up.sql")])).toThrow(/^there are 2 migrations folders/);
  const touched = { kind: "paths", paths: new Set(["mysql/1_a.up.sql"]) } as const;
  expect(discover([anySql("mysql/1_a.up.sql"), anySql("pg/1_a.up.sql")], { ...defaults, pending: touched }).root).toBe("mysql");
});

test("pop: of files named by database PostgreSQL's count, and those of all where it has none", () => {
  const files = [
    "20_a.cockroach.up.sql",
    "20_a.mysql.up.sql",
    "20_a.postgres.down.sql",
    "20_a.postgres.up.sql",
    "20_a.up.sql",
    "21_b.down.sql",
    "21_b.up.sql",
    "22_c.sqlite3.up.sql",
    "23_d.postgres.autocommit.up.sql",
    "24_e.autocommit.up.sql",
  ];
  const found = discover(
    files.map((name) => anySql(`sql/${name}`)),
    defaults,
  );
  expect({ tool: found.tool, ids: outline(found) }).toEqual({
    tool: "plain",
    ids: ["20_a.postgres.up.sql", "21_b.up.sql", "23_d.postgres.autocommit.up.sql !", "24_e.autocommit.up.sql !"],
  });
});

test("files of another database beside PostgreSQL's are left out", () => {
  const files = ["db/1-a.sql", "db/2-b.postgres.sql", "db/2-b.sqlite.sql", "db/3-c.sql.postgres", "db/3-c.sql.sqlite"];
  expect(files.filter((path) => !isMigrationFile(path))).toEqual(["db/3-c.sql.sqlite"]);
  expect(outline(discover(files.filter(isMigrationFile).map(anySql), defaults))).toEqual([
    "1-a.sql",
    "2-b.postgres.sql",
    "3-c.sql.postgres",
  ]);
});

test("postgres-migrations is known by its mark in one of the files", () => {
  const alone = sql("db/2-b.sql", "-- postgres-migrations disable-transaction\nSELECT 1;");
  const found = discover([anySql("db/1-a.sql"), alone], defaults);
  expect({ tool: found.tool, ids: outline(found) }).toEqual({ tool: "postgres-migrations", ids: ["1-a.sql", "2-b.sql !"] });
});

test("folders named by versions, side by side, are one history", () => {
  const found = discover(
    [anySql("db/10/1_c.up.sql"), anySql("db/10/1_c.down.sql"), anySql("db/2/02_b.up.sql"), anySql("db/2/01_a.up.sql")],
    defaults,
  );
  expect({ root: found.root, ids: outline(found) }).toEqual({ root: "db", ids: ["2/01_a.up.sql", "2/02_b.up.sql", "10/1_c.up.sql"] });
  expect(discover([anySql("db/10/1_c.up.sql")], defaults).root).toBe("db/10");
});

test("a folder where files without a direction are as many as those with one is no golang-migrate's", () => {
  const found = discover([anySql("db/1_a.up.sql"), anySql("db/1_a.down.sql"), anySql("db/2_b.sql")], defaults);
  expect({ tool: found.tool, ids: outline(found) }).toEqual({ tool: "plain", ids: ["1_a.up.sql", "2_b.sql"] });
});

test("a marker counts only before the first statement", () => {
  const late = discover([{ path: "1_a.up.sql", text: "SELECT 1;\n-- NO_TRANSACTION\n" }], defaults);
  const early = discover([{ path: "1_a.up.sql", text: "-- note\n\n-- NO_TRANSACTION\nSELECT 1;" }], defaults);
  expect([late, early].map((found) => found.migrations[0]?.transactional)).toEqual([true, false]);
});

test("a lone file and files without numbers are plain", () => {
  const sources = [
    { path: "change.sql", text: "ALTER TABLE t ADD a int;" },
    { path: "another.sql", text: "SELECT 1;" },
  ];
  expect(outline(discover(sources, defaults))).toEqual(["another.sql", "change.sql"]);
});

test("no SQL at all says what to do", () => {
  expect(() => discover([{ path: "README.md", text: "" }], defaults)).toThrow(
    expect.objectContaining({ code: "MIGRATIONS_NOT_FOUND", message: expect.stringContaining("migrations.path") }),
  );
  expect(() => discover([{ path: "db/V1__a.sql", text: "" }], { ...defaults, root: "elsewhere" })).toThrow(
    expect.objectContaining({ code: "MIGRATIONS_NOT_FOUND" }),
  );
  expect(() => discover([{ path: "db/V1__a.sql", text: "" }], { ...defaults, root: "db", tool: "prisma" })).toThrow(
    expect.objectContaining({ code: "MIGRATIONS_NOT_FOUND" }),
  );
});
