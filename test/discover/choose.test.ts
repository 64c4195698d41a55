import { expect, test } from "vitest";
import { isMigrationFile, signsAbove } from "../../src/discover/detect.ts";
import { discover } from "../../src/discover/discover.ts";
import type { DiscoverOptions, Discovery } from "../../src/discover/discover.ts";
import type { Source } from "../../src/model/migration.ts";

const defaults: DiscoverOptions = { tool: null, root: null, pending: { kind: "all" }, placeholders: {} };
const change = "ALTER TABLE t ADD a int;";
const files = (...paths: readonly string[]): readonly Source[] => paths.map((path) => ({ path, text: change }));
const shown = ({ tool, root, migrations }: Discovery): unknown => ({ tool, root, ids: migrations.map(({ id }) => id) });
const found = (sources: readonly Source[], options: Partial<DiscoverOptions> = {}): unknown =>
  shown(discover(sources, { ...defaults, ...options }));

test("a folder with atlas.sum in another tool's format is read as that tool's", () => {
  const sum = { path: "m/atlas.sum", text: "h1:x" };
  expect(found([sum, ...files("m/1_a.up.sql", "m/1_a.down.sql")])).toEqual({ tool: "golang-migrate", root: "m", ids: ["1_a.up.sql"] });
  expect(found([sum, { path: "m/1_a.sql", text: `-- +goose Up\n${change}\n-- +goose Down\nSELECT 1;` }])).toMatchObject({ tool: "goose" });
  expect(found([sum, { path: "m/1_a.sql", text: `-- migrate:up\n${change}\n-- migrate:down\n` }])).toMatchObject({ tool: "dbmate" });
  expect(found([sum, ...files("m/V1__a.sql")])).toMatchObject({ tool: "flyway" });
  expect(found([sum, ...files("m/1_a.sql")])).toMatchObject({ tool: "atlas" });
});

test("SQL in several folders without any number is no history, unless somebody names the folder", () => {
  const sources = files("docker/init.sql", "src/queries/users.sql", "tests/data.sql");
  expect(() => discover(sources, defaults)).toThrow(
    expect.objectContaining({ code: "TOOL_AMBIGUOUS", message: expect.stringMatching(/SQL in 3 folders[\s\S]*src\/queries/) }),
  );
  expect(found(files("db/sql/b.sql", "db/sql/more/a.sql"), { root: "db" })).toMatchObject({ ids: ["b.sql", "more/a.sql"] });
  expect(found(files("db/sql/b.sql", "db/sql/a.sql"))).toEqual({ tool: "plain", root: "db/sql", ids: ["a.sql", "b.sql"] });
});

test("Flyway's migrations in Kotlin or Java alone are its history, and SQL elsewhere is none", () => {
  const sources = files("src/main/kotlin/db/V0_1__A.kt", "src/main/kotlin/db/V0_2__B.java", "src/test/resources/toys.sql", "a/init.sql");
  const { tool, root, migrations } = discover(sources, defaults);
  expect([tool, root, migrations.map(({ gaps }) => gaps[0]?.effect)]).toEqual(["flyway", "src/main/kotlin/db", ["opaque", "opaque"]]);
});

test("Hasura: folders and files of both forms by their numbers", () => {
  const sources = files("m/default/2_b/up.sql", "m/default/10_c/up.sql", "m/default/1_a.up.sql", "m/default/1_a.down.sql");
  expect(found(sources)).toMatchObject({ root: "m/default", ids: ["1_a.up.sql", "2_b/up.sql", "10_c/up.sql"] });
  // Dates of different lengths keep Diesel's order.
  expect(found(files("m/2024-01-05-100000_a/up.sql", "m/20240101_b/up.sql"))).toMatchObject({
    ids: ["20240101_b/up.sql", "2024-01-05-100000_a/up.sql"],
  });
});

test("Sqitch: a plan beside a configuration that names another folder's is not read", () => {
  const text = "%project=a\nfirst 2024-01-01T00:00:00Z a <a@b.c>\n";
  const plans = ["sqitch.plan", "sql/sqitch.plan"].map((path) => ({ path, text }));
  const conf = { path: "sqitch.conf", text: '[core]\n\tengine = pg\n\ttop_dir = "./sql"\n' };
  expect(found([...plans, conf, ...files("sql/deploy/first.sql")])).toMatchObject({
    root: "sql",
    ids: ["deploy/first.sql"],
  });
});

test("what stands above a named folder says whose it is", () => {
  const crate = { path: "core/Cargo.toml", text: "[package]" };
  const sources = [crate, ...files("core/migrations/1_a.up.sql", "core/migrations/1_a.down.sql", "core/migrations/2_b.sql")];
  expect(signsAbove("core/lib/m")).toEqual(expect.arrayContaining(["Cargo.toml", "core/Cargo.toml", "core/lib/refinery.toml"]));
  expect(found(sources, { root: "core/migrations" })).toEqual({ tool: "sqlx", root: "core/migrations", ids: ["1_a.up.sql", "2_b.sql"] });
});

const js = (body: string): string =>
  `exports.up = function (db, cb) {\n  ${body}\n};\nexports.down = (db, cb) => db.removeColumn('t', 'a', cb);`;

test("program code of other tools is listed, and read where it only sends texts", () => {
  const names = ["src/migrations/20200101000000-a.js", "src/migrations/20200102000000-b.js", "src/migrations/old/20190101000000-z.js"];
  const [a = "", b = "", z = ""] = names;
  const discovery = discover(
    [
      { path: a, text: js("db.runSql(`ALTER TABLE t ADD a int;`, cb);") },
      { path: b, text: js("db.addColumn('t', 'b', { type: 'int' }, cb);") },
      { path: z, text: js("db.runSql('DROP TABLE t', cb);") },
      ...files("scripts/reset.sql", "docker/init.sql"),
    ],
    defaults,
  );
  expect(shown(discovery)).toEqual({ tool: "plain", root: "src/migrations", ids: ["20200101000000-a.js", "20200102000000-b.js"] });
  expect(discovery.migrations.map(({ pieces, gaps }) => pieces[0]?.sql ?? gaps[0]?.effect)).toEqual(["ALTER TABLE t ADD a int;", "opaque"]);
});

test.each([
  ["m20220101_000001_create.rs", "impl MigrationTrait for Migration {}"],
  ["2020_01_01_000000_create_users_table.php", "return new class extends Migration {};"],
  ["Version20200101000000.php", "final class Version20200101000000 extends AbstractMigration {}"],
  ["20200101000000_create.exs", "defmodule A do\n  use Ecto.Migration\nend"],
  ["20200101000000_Create.cs", "public partial class Create : Migration {}"],
])("a migration of a tool without a layout of its own is a gap, not nothing: %s", (name, text) => {
  const path = `db/${name}`;
  expect(isMigrationFile(path)).toBe(true);
  expect(discover([{ path, text }], defaults).migrations.map(({ id, gaps }) => [id, gaps[0]?.effect])).toEqual([[name, "opaque"]]);
});

test("Liquibase's changelogs may be called migrations", () => {
  const named = [
    "src/main/resources/migrations.1.3.0.xml",
    "res/migrations.xml",
    "db/schema-1.xml",
    "db-migration-scripts/initial/create.xml",
  ];
  expect(named.every(isMigrationFile)).toBe(true);
  expect(["pom.xml", "src/main/resources/logback.xml", "docker-compose.yml"].some(isMigrationFile)).toBe(false);
});

test("scripts around a known tool's history, and seeds of one environment, are not what is meant", () => {
  const committed = { path: "m/committed/000001.sql", text: `--! Previous: -\n--! Hash: sha1:x\n${change}` };
  expect(found([committed, ...files("m/1-watch.sql")])).toMatchObject({ tool: "graphile-migrate" });
  expect(found(files("db/local/V9__seed.sql", "db/migration/V1__a.sql"))).toMatchObject({ root: "db/migration" });
  expect(found(files("scripts/1_a.sql", "src/Migration/1_a.sql"))).toMatchObject({ root: "src/Migration" });
  expect(found(files("db/migrations_backup/1_a.up.sql", "db/migrations/1_a.up.sql"))).toMatchObject({ root: "db/migrations" });
  const ruby = { path: "db/migrate/20240101000000_a.rb", text: "class A < ActiveRecord::Migration[7.0]\nend" };
  expect(found([ruby, ...files("script/fixes/1_a.sql")])).toMatchObject({ tool: "rails" });
});
