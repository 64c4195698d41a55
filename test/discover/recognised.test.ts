import { describe, expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { Source } from "../../src/model/migration.ts";

/** Tool, folder and ids that files of these names are taken for; each has a text of its own where one is given. */
function recognised(texts: Readonly<Record<string, string>>): readonly unknown[] {
  const sources: readonly Source[] = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const { tool, root, migrations } = discover(sources, { tool: null, root: null, pending: { kind: "all" }, placeholders: {} });
  return [tool, root, migrations.map(({ id }) => id)];
}

const table = "CREATE TABLE t (id int);";

describe("the tool that is meant", () => {
  test("golang-migrate takes any ending behind .up.: .pgsql too", () => {
    const files = { "db/20211206_init.up.pgsql": table, "db/20211206_init.down.pgsql": "DROP TABLE t;", "db/ops/backup.sql": "SELECT 1;" };
    expect(recognised(files)).toEqual(["golang-migrate", "db", ["20211206_init.up.pgsql"]]);
  });

  test("a mark of sql-migrate in a few files does not make a folder sql-migrate's", () => {
    const files = {
      "migrations/10_networks.postgres.up.sql": table,
      "migrations/10_networks.mysql.up.sql": "CREATE TABLE `t` (id int);",
      "migrations/10_networks.down.sql": "DROP TABLE t;",
      "migrations/20_index.cockroach.up.sql": "-- +migrate Up\nSELECT 1;",
      "migrations/20_index.up.sql": "CREATE INDEX ON t (id);",
    };
    expect(recognised(files)).toEqual(["plain", "migrations", ["10_networks.postgres.up.sql", "20_index.up.sql"]]);
  });

  test("files called by one word and a number are a history, in the order of the numbers", () => {
    const files = {
      "schema/patch-10-b.sql": "ALTER TABLE t ADD COLUMN b int;",
      "schema/patch-9-a.sql": table,
      "schema/patch-11-c.sql": "ALTER TABLE t ADD COLUMN c int;",
      "scripts/report.sql": "SELECT 1;",
    };
    expect(recognised(files)).toEqual(["plain", "schema", ["patch-9-a.sql", "patch-10-b.sql", "patch-11-c.sql"]]);
  });

  test("queries with numbers are none", () => {
    const queries = Object.fromEntries([1, 2, 3].map((number) => [`tpc/query-${number}.sql`, "SELECT 1;"]));
    expect(recognised({ ...queries, "db/1_a.sql": table })).toEqual(["plain", "db", ["1_a.sql"]]);
  });

  test("a numbered file that another includes is a part of that one", () => {
    const files = {
      "init/0-main.sql": "CREATE SCHEMA s;\n\\i './1-tables.sql'\n\\ir 2-keys.sql\n",
      "init/1-tables.sql": table,
      "init/2-keys.sql": "ALTER TABLE t ADD PRIMARY KEY (id);",
      "init/3-rows.sql": "INSERT INTO t VALUES (1);",
    };
    expect(recognised(files)[2]).toEqual(["0-main.sql", "3-rows.sql"]);
  });

  test("tests in a folder below the migrations are none", () => {
    const files = { "migrations/1_a.sql": table, "migrations/2_b.sql": "SELECT 1;", "migrations/tests/1_a.sql": "SELECT 2;" };
    expect(recognised(files)).toEqual(["plain", "migrations", ["1_a.sql", "2_b.sql"]]);
  });

  test("a folder of sql-migrate may hold a file without the mark", () => {
    const files = { "m/1_a.sql": `-- +migrate Up\n${table}`, "m/2_b.sql": "-- +migrate Up\nSELECT 1;", "m/seed.sql": "SELECT 2;" };
    expect(recognised(files)[0]).toBe("sql-migrate");
  });
});
