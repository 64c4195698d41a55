import { expect, test } from "vitest";
import { historyLine } from "../../src/catalog/history.ts";
import type { HistoryEntry } from "../../src/catalog/history.ts";
import { catalog, column, relation, definition } from "./support.ts";

const entry: HistoryEntry = { n: 3, migration: "3.sql", status: "ok", error: null, autocommit: false };
const orders = relation(10, "orders", [column(1, "id"), column(2, "total")]);

test("a migration that changes nothing says nothing more", () => {
  const state = catalog(orders);
  expect(historyLine(entry, state, state)).toEqual({ n: 3, migration: "3.sql", status: "ok" });
});

test("a failure has PostgreSQL's error", () => {
  const failed: HistoryEntry = {
    ...entry,
    status: "failed",
    error: { code: "42P01", message: 'relation "x" does not exist' },
    autocommit: true,
  };
  const state = catalog(orders);
  expect(historyLine(failed, state, state)).toEqual({
    n: 3,
    migration: "3.sql",
    status: "failed",
    error: failed.error,
    mode: "autocommit",
  });
});

test("renamed and recreated by identity, whole definitions, null for what is gone", () => {
  const after = catalog(
    relation(10, "sales", [column(1, "id"), column(3, "total")]),
    relation(12, "notes", [column(1, "body", { notNull: true })]),
  );
  const line = historyLine(entry, catalog(relation(11, "notes"), orders), after);
  expect(line["renames"]).toEqual({ tables: { "public.orders": "public.sales" } });
  expect(line["recreated"]).toEqual({ tables: ["public.notes"], columns: { "public.sales": ["total"] } });
  expect(Object.keys(line["tables"] ?? {})).toEqual(["public.notes", "public.orders", "public.sales"]);
  expect(line["tables"]).toMatchObject({
    "public.orders": null,
    "public.notes": {
      kind: "table",
      columns: [{ name: "body", type: "text", notNull: true, default: null, identity: null, generated: null }],
      primaryKey: null,
    },
  });
});

test("enums, domains and composites by name; row types and those of extensions left out", () => {
  const mood = definition(20, "mood", "enum", { labels: [{ oid: 1, label: "sad" }] });
  const own = definition(21, "money_of", "composite", {
    attributes: [{ name: "amount", type: { oid: 1700, modifier: -1, text: "numeric" } }],
  });
  const others = [
    definition(22, "orders", "composite"),
    definition(23, "citext", "base", { extension: "citext" }),
    definition(24, "state", "enum", { extension: "x" }),
  ];
  const line = historyLine(entry, catalog(), { ...catalog(), types: [mood, own, ...others] });
  expect(line).toEqual({
    n: 3,
    migration: "3.sql",
    status: "ok",
    enums: { "public.mood": ["sad"] },
    composites: { "public.money_of": [{ name: "amount", type: "numeric" }] },
  });
});
