import { catalog, column, relation } from "../catalog/support.ts";
import {
  alembic,
  committed,
  firstCommit,
  goose,
  graphile,
  hex,
  named,
  prismaFiles,
  revision,
  rowsOf,
  secondCommit,
  three,
} from "./history-files.ts";
import type { Case } from "./history-files.ts";

const made = {
  "m/1_a.up.sql": "CREATE TABLE a (id int);",
  "m/2_late.up.sql": "CREATE TABLE late (id int);",
  "m/3_column.up.sql": 'ALTER TABLE ONLY public.a ADD COLUMN IF NOT EXISTS "Note" text, ADD CONSTRAINT c CHECK (id > 0), ADD seen boolean;',
  "m/4_gone.up.sql": "CREATE TABLE gone (id int);",
  "m/5_drop.up.sql": "DROP TABLE gone;",
  "m/6_body.up.sql": "DO $$ BEGIN CREATE TABLE hidden (id int); END $$; SELECT 'create table quoted';",
};
const database = (...columns: readonly string[]) =>
  catalog(
    relation(
      1,
      "a",
      columns.map((name, index) => column(index + 1, name)),
    ),
  );
const ts = (...times: readonly string[]): readonly string[] => times.map((time) => `2024-01-0${time}T00:00:00Z`);
const [day1 = "", day2 = ""] = ts("1", "2");
const typeormFile = (name: string): string => `export class ${name} implements MigrationInterface {}`;

/** What no state of the golden files holds, from the tools' sources. */
export const orderCases: readonly Case[] = [
  {
    title: "a file that came late, by what the database lacks",
    tool: "golang-migrate",
    files: made,
    rows: [{ version: "6", dirty: "false" }],
    catalog: database("id", "Note", "seen"),
    pending: [],
    says: [/no table late.*never runs/],
  },
  {
    title: "a late column",
    tool: "golang-migrate",
    files: made,
    rows: [{ version: "6", dirty: "false" }],
    catalog: database("id", "seen"),
    pending: [],
    says: [/no table late/, /no column a\.Note/],
  },
  {
    title: "a database without any of it says nothing of one file",
    tool: "golang-migrate",
    files: made,
    rows: [{ version: "6", dirty: "false" }],
    catalog: catalog(),
    pending: [],
  },
  {
    title: "dirty before the first version",
    tool: "golang-migrate",
    files: named(["m/1_a.up.sql"]),
    rows: [{ version: "-1", dirty: "true" }],
    pending: ["m/1_a.up.sql"],
    says: [/failed/],
  },
  {
    title: "the mark has only a way down",
    tool: "golang-migrate",
    files: named(["m/1_a.up.sql", "m/2_b.down.sql", "m/3_c.up.sql"]),
    rows: [{ version: "2", dirty: "false" }],
    pending: ["m/3_c.up.sql"],
  },
  {
    title: "late below a version without a file",
    tool: "goose",
    files: goose,
    rows: [
      { id: "1", version_id: "1", is_applied: "true" },
      { id: "2", version_id: "5", is_applied: "true" },
    ],
    pending: ["m/2_b.sql", "m/10_c.sql"],
    says: [/sorts before 5.*goose stops/],
  },
  {
    title: "strict: a late file stops it",
    tool: "dbmate",
    files: named(["m/11_a.sql", "m/12_b.sql"], () => "-- migrate:up\nSELECT 1;\n"),
    rows: rowsOf("version", "12"),
    options: { strict: true },
    pending: ["m/11_a.sql"],
    says: [/dbmate stops/],
  },
  {
    title: "the last row has no file: nothing behind it is found",
    tool: "sql-migrate",
    files: named(three),
    rows: rowsOf("id", "1_a.sql", "5_gone.sql"),
    options: { ignoreMissing: true },
    pending: ["m/2_b.sql"],
    says: [/passes over it/],
  },
  {
    title: "what was run out of order stops it, its lock row does not",
    tool: "kysely",
    files: named(["m/1_a.ts", "m/2_b.ts", "m/3_c.ts"]),
    rows: [
      { name: "1_a", timestamp: day2 },
      { name: "2_b", timestamp: day1 },
    ],
    locks: [{ id: "migration_lock", is_locked: "1" }],
    pending: ["m/3_c.ts"],
    says: [/2_b was run at this place/],
  },
  {
    title: "the order is that of time, then of ids",
    tool: "node-pg-migrate",
    files: named(["m/1_a.sql", "m/2_b.sql", "m/3_c.sql"], () => "-- Up Migration\nSELECT 1;\n"),
    rows: [
      { id: "1", name: "2_b", run_on: day2 },
      { id: "2", name: "1_a", run_on: day1 },
    ],
    pending: ["m/3_c.sql"],
  },
  {
    title: "a deleted last file is not noticed",
    tool: "node-pg-migrate",
    files: named(["m/1_a.sql"], () => "-- Up Migration\nSELECT 1;\n"),
    rows: [
      { id: "1", name: "1_a", run_on: day1 },
      { id: "2", name: "2_b", run_on: day2 },
    ],
    pending: [],
  },
  {
    title: "two files of one class name",
    tool: "rails",
    files: named(["db/migrate/20240101000000_add_note.rb", "db/migrate/20240102000000_add_note.rb"]),
    rows: rowsOf("version", "20240101000000"),
    pending: ["db/migrate/20240102000000_add_note.rb"],
    says: [/same name add_note/],
  },
  {
    title: "its lock was left behind",
    tool: "yoyo",
    files: { "m/a.sql": "-- depends:\nSELECT 1;" },
    rows: [],
    locks: [{ locked: "1", pid: "4" }],
    pending: ["m/a.sql"],
    says: [/lock/],
  },
  {
    title: "a name without a time, and one twice",
    tool: "typeorm",
    files: { "m/a.ts": typeormFile("A"), "m/b.ts": typeormFile("B1700000000001"), "m/c.ts": typeormFile("B1700000000001") },
    rows: [],
    pending: ["m/a.ts", "m/b.ts", "m/c.ts"],
    says: [/same version B1700000000001/, /13 digits/],
  },
  {
    title: "a head that another branch depends on is a head",
    tool: "alembic",
    files: {
      ...alembic,
      "m/versions/x.py": revision("xxx", "None"),
      "m/versions/y.py": `${revision("yyy", '"xxx"')}depends_on = "ccc"\n`,
    },
    rows: rowsOf("version_num", "yyy"),
    pending: [],
  },
  {
    title: "two branches, one of which depends on the other",
    tool: "alembic",
    files: { ...alembic, "m/versions/x.py": `${revision("xxx", "None")}depends_on = "ccc"\n` },
    rows: rowsOf("version_num", "bbb"),
    pending: ["m/versions/m_third.py", "m/versions/x.py"],
    says: [/2 heads/],
  },
  {
    title: "another migration of the number was applied",
    tool: "graphile-migrate",
    files: graphile,
    rows: [
      { filename: "000001.sql", hash: firstCommit.hash },
      { filename: "000002.sql", hash: "sha1:other" },
    ],
    pending: [],
    says: [/never runs this one/],
  },
  {
    title: "the newest applied file is gone, and nobody notices",
    tool: "graphile-migrate",
    files: { "m/committed/000001-a.sql": firstCommit.text },
    rows: [
      { filename: "000001.sql", hash: firstCommit.hash },
      { filename: "000002.sql", hash: secondCommit.hash },
    ],
    pending: [],
  },
  {
    title: "an invalid hash that is valid",
    tool: "graphile-migrate",
    files: { "m/committed/000001.sql": committed(null, "SELECT 1;").text.replace("\n\n", "\n--! AllowInvalidHash\n\n") },
    rows: [],
    pending: ["m/committed/000001.sql"],
    says: [/its hash is valid/],
  },
  {
    title: "a row deleted by hand shifts the others",
    tool: "postgres-migrations",
    files: named(["m/1_a.sql", "m/2_b.sql"]),
    rows: [
      { id: "0", hash: "x" },
      { id: "2", hash: hex("sha1", `2_b.sql${named(["m/2_b.sql"])["m/2_b.sql"] ?? ""}`) },
    ],
    pending: ["m/2_b.sql"],
    says: [/a row is missing/],
  },
  {
    title: "no table, and tables",
    tool: "prisma",
    files: prismaFiles,
    rows: null,
    occupied: true,
    pending: ["m/1_a/migration.sql", "m/2_b/migration.sql"],
    says: [/P3005/],
  },
  {
    title: "another provider's folder",
    tool: "prisma",
    files: { ...prismaFiles, "m/migration_lock.toml": 'provider = "mysql"\n' },
    rows: [],
    pending: ["m/1_a/migration.sql", "m/2_b/migration.sql"],
    says: [/P3019.*mysql/],
  },
];
