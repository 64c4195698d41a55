import { describe, expect, test } from "vitest";
import type { Migration, MigrationTool } from "../../src/model/migration.ts";
import { framed } from "../../src/rewrite/frame.ts";
import { namingAfter } from "../../src/rewrite/naming.ts";

const migration = (tool: MigrationTool, path: string, id = path): Migration => ({
  id,
  tool,
  path,
  text: "",
  pieces: [],
  order: 0,
  transactional: tool !== "sqitch",
  state: "pending",
  gaps: [],
  repeatable: false,
});

const cases: readonly (readonly [MigrationTool, readonly string[], readonly string[]])[] = [
  ["flyway", ["db/V9__a.sql", "db/V10__b.sql"], ["db/V11__next.sql", "db/V12__next.sql"]],
  ["flyway", ["db/V1.2__a.sql", "db/V1.10__b.sql"], ["db/V1.11__next.sql", "db/V1.12__next.sql"]],
  ["flyway", ["db/V007__a.sql"], ["db/V008__next.sql", "db/V009__next.sql"]],
  ["golang-migrate", ["m/000009_a.up.sql"], ["m/000010_next.up.sql", "m/000011_next.up.sql"]],
  ["goose", ["m/20251231235959_a.sql"], ["m/20260101000000_next.sql", "m/20260101000001_next.sql"]],
  ["dbmate", ["db/migrations/20240101120000_a.sql"], ["db/migrations/20240101120001_next.sql", "db/migrations/20240101120002_next.sql"]],
  ["prisma", ["p/20240101120000_a/migration.sql"], ["p/20240101120001_next/migration.sql", "p/20240101120002_next/migration.sql"]],
  ["drizzle", ["drizzle/0012_brave_hulk.sql"], ["drizzle/0013_next.sql", "drizzle/0014_next.sql"]],
  ["diesel", ["m/2024-01-01-120059_a/up.sql"], ["m/2024-01-01-120100_next/up.sql", "m/2024-01-01-120101_next/up.sql"]],
  [
    "diesel",
    ["m/20170820180453_a/up.sql", "m/2026-06-17-112535-0000_b/up.sql"],
    ["m/2026-06-17-112535-0001_next/up.sql", "m/2026-06-17-112535-0002_next/up.sql"],
  ],
  ["sqlx", ["m/3_a.sql", "m/20_b.sql"], ["m/21_next.sql", "m/22_next.sql"]],
  [
    "supabase",
    ["supabase/migrations/20240229235959_a.sql"],
    ["supabase/migrations/20240301000000_next.sql", "supabase/migrations/20240301000001_next.sql"],
  ],
  ["plain", ["sql/001_2fa.sql"], ["sql/002_next.sql", "sql/003_next.sql"]],
  ["sqitch", ["deploy/add_users.sql"], ["deploy/next.sql", "deploy/next.sql"]],
];

describe("new files are numbered after all others, in the tool's own naming", () => {
  test.each(cases)("%s after %j", (tool, paths, expected) => {
    const all = paths.map((path) => migration(tool, path));
    const [first] = all;
    if (first === undefined) throw new Error("no migration");
    const path = namingAfter(all, first);
    expect([path("next", 0), path("next", 1)]).toEqual(expected);
  });
});

const draft = { name: "next", statements: ["A;B", "C"], autocommit: true };

const frames: readonly (readonly [MigrationTool, string, Readonly<Record<string, string>>])[] = [
  ["flyway", "V2__next.sql", { "V2__next.sql": "A;B;\n\nC;\n", "V2__next.sql.conf": "executeInTransaction=false\n" }],
  [
    "goose",
    "2_next.sql",
    {
      "2_next.sql":
        "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nA;B;\n-- +goose StatementEnd\n\nC;\n\n-- +goose Down\n-- Nothing to undo here: what the step before needs is still there, or gone for good.\n",
    },
  ],
  [
    "dbmate",
    "2_next.sql",
    {
      "2_next.sql":
        "-- migrate:up transaction:false\nA;B;\n\nC;\n\n-- migrate:down\n-- Nothing to undo here: what the step before needs is still there, or gone for good.\n",
    },
  ],
  ["sqlx", "2_next.sql", { "2_next.sql": "-- no-transaction\nA;B;\n\nC;\n" }],
  ["drizzle", "2_next.sql", { "2_next.sql": "A;B;\n--> statement-breakpoint\nC;\n" }],
  [
    "liquibase",
    "next.sql",
    {
      "next.sql": "--liquibase formatted sql\n\n--changeset ann:next splitStatements:false runInTransaction:false\nA;B;\n\nC;\n",
    },
  ],
];

test.each(frames)("a file for %s says that it runs without a transaction, where the tool can", (tool, path, expected) => {
  const files = framed(migration(tool, "1_a.sql", "1_a.sql::ann:1#0"), path, draft);
  expect(Object.fromEntries(files.map((file) => [file.path, file.sql]))).toEqual(expected);
});
