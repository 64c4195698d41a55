import { expect, test } from "vitest";
import type { Catalog, Column, Relation } from "../../src/model/catalog.ts";
import type { MigrationTool } from "../../src/model/migration.ts";
import { planRewrites } from "../../src/rewrite/plan.ts";
import { alterStatement, renameStatement, rewriteInput } from "./input.ts";

const column = (name: string, position: number): Column => ({
  name,
  position,
  type: { oid: 25, modifier: -1, text: "text" },
  notNull: false,
  default: null,
  identity: null,
  generated: null,
  storage: "extended",
});

function catalog(...columns: readonly string[]): Catalog {
  const item: Relation = {
    oid: 1,
    schema: "public",
    name: "item",
    kind: "table",
    persistence: "permanent",
    columns: columns.map((name, index) => column(name, index + 1)).filter(({ name }) => name !== ""),
    primaryKey: null,
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
  };
  return { relations: [item], types: [], publications: [], searchPath: ["public"] };
}

function expandOf(input: Parameters<typeof rewriteInput>[0]): string {
  return planRewrites(rewriteInput(input)).rewrites[0]?.phases[0]?.files[0]?.sql ?? "";
}

const fields = { before: { a: { type: "string", optional: true }, b: { type: "string", optional: true } }, after: {} } as const;

function renamed(sql: string, tool: MigrationTool, path: string, id?: string): string {
  return expandOf({
    sql,
    tool,
    path,
    ...(id === undefined ? {} : { id }),
    before: catalog("a", "b"),
    after: catalog("c", "b"),
    table: "item",
    statement: (place) => renameStatement(place, "ALTER TABLE item RENAME a TO c", "item", "a", "c"),
    change: () => ({ relation: 1, kind: "column-renamed", position: 1, before: "a", after: "c" }),
    column: "a",
    fields,
  });
}

const marked = (text: string): string => text.replaceAll(/\$sync\$[\s\S]*?\$sync\$/g, "$sync$…$sync$");

test("what stands around the statement stays to the letter, line ends included", () => {
  const text = renamed("-- größe\r\nSELECT 1;\r\nALTER TABLE item RENAME a TO c ;-- why\r\nSELECT ';';\r\n", "flyway", "V2__x.sql");
  expect(text.startsWith("-- größe\r\nSELECT 1;\r\n-- a and its new name")).toBe(true);
  expect(text.endsWith("();-- why\r\nSELECT ';';\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

test("goose gets its markers around the function, and keeps its own", () => {
  const text = marked(renamed("-- +goose Up\nALTER TABLE item RENAME a TO c;\n\n-- +goose Down\nSELECT 2;\n", "goose", "2_x.sql"));
  expect(text).toContain(
    "-- +goose StatementBegin\nCREATE FUNCTION zz_sync_item_a_c() RETURNS trigger LANGUAGE plpgsql AS $sync$…$sync$;\n-- +goose StatementEnd\n",
  );
  expect(text.endsWith("();\n\n-- +goose Down\nSELECT 2;\n")).toBe(true);
});

test("Liquibase gets the function in a changeset of its own, which it does not cut at semicolons", () => {
  const sql = "--liquibase formatted sql\n--changeset ann:1\nALTER TABLE item RENAME a TO c;\n";
  expect(marked(renamed(sql, "liquibase", "x.sql", "x.sql::ann:1#0"))).toMatch(
    /ADD COLUMN c text;\n\n--changeset ann:sync_item_3 splitStatements:false\nCREATE FUNCTION/,
  );
});

test("one sub-command of several goes, the others stay as written", () => {
  const sql = "ALTER TABLE item\n  ADD x int, -- first\n  DROP a,\n  ADD y int;\nSELECT 1;\n";
  const text = expandOf({
    sql,
    before: catalog("a", "b"),
    after: catalog("", "b"),
    table: "item",
    statement: (place) =>
      alterStatement(place, sql.slice(0, sql.indexOf(";")), "item", [
        { kind: "other", name: "x", span: place("ADD x int") },
        { kind: "drop-column", column: "a", ifExists: false, cascade: false, span: place("DROP a") },
        { kind: "other", name: "y", span: place("ADD y int") },
      ]),
    change: () => ({ relation: 1, kind: "column-dropped", position: 1 }),
    column: "a",
    fields,
  });
  expect(text).toBe(
    "ALTER TABLE item\n  ADD x int, ADD y int;\n\n-- a stays for now but need not be written; a later migration drops it.\nSELECT 1;\n",
  );
});
