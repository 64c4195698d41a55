import { expect, test } from "vitest";
import { diffCatalogs } from "../../src/catalog/diff.ts";
import type { Column } from "../../src/model/catalog.ts";
import { catalog, column, relation } from "./support.ts";

const orders = relation(10, "orders", [column(1, "id", { notNull: true }), column(2, "total")]);

test("the same relations are no change, whatever else differs", () => {
  expect(diffCatalogs(catalog(orders), catalog(orders))).toEqual([]);
});

test("a rename keeps the oid, a drop and creation under the same name does not", () => {
  expect(diffCatalogs(catalog(orders), catalog({ ...orders, name: "sales" }))).toEqual([
    { relation: 10, kind: "relation-renamed", before: "orders", after: "sales" },
  ]);
  expect(diffCatalogs(catalog(orders), catalog({ ...orders, oid: 11 }))).toEqual([
    { relation: 11, kind: "relation-recreated", previous: 10 },
  ]);
  expect(diffCatalogs(catalog(orders), catalog(relation(11, "sales")))).toEqual([
    { relation: 11, kind: "relation-created" },
    { relation: 10, kind: "relation-dropped" },
  ]);
});

const changesTo = (...columns: readonly Column[]): unknown => diffCatalogs(catalog(orders), catalog({ ...orders, columns }));

test("columns are told by attnum", () => {
  const [id, total] = [column(1, "id", { notNull: true }), column(2, "total")];
  expect(changesTo(id, { ...total, name: "amount" })).toEqual([
    { relation: 10, kind: "column-renamed", position: 2, before: "total", after: "amount" },
  ]);
  expect(changesTo(id, { ...total, position: 3 })).toEqual([{ relation: 10, kind: "column-recreated", position: 3, previous: 2 }]);
  expect(changesTo(id, column(3, "amount"))).toEqual([
    { relation: 10, kind: "column-added", position: 3 },
    { relation: 10, kind: "column-dropped", position: 2 },
  ]);
  expect(changesTo(id, { ...total, notNull: true, default: "''::text" })).toEqual([
    { relation: 10, kind: "column-nullability-changed", position: 2, notNull: true },
    { relation: 10, kind: "column-default-changed", position: 2 },
  ]);
  expect(changesTo(id, { ...total, type: { oid: 1043, modifier: 24, text: "character varying(20)" } })).toEqual([
    { relation: 10, kind: "column-type-changed", position: 2 },
  ]);
  expect(changesTo(id, { ...total, identity: "always" })).toEqual([{ relation: 10, kind: "column-generation-changed", position: 2 }]);
});

test("a type that is only renamed is not another type", () => {
  const renamed = {
    ...orders,
    columns: [column(1, "id", { notNull: true }), column(2, "total", { type: { oid: 25, modifier: -1, text: "public.other" } })],
  };
  expect(diffCatalogs(catalog(orders), catalog(renamed))).toEqual([]);
});

test("a key follows the rename of its column, and changes with the recreation of it", () => {
  const keyed = { ...orders, primaryKey: { name: "orders_pkey", columns: ["id"] } };
  const renamed = {
    ...keyed,
    columns: [column(1, "order_id", { notNull: true }), column(2, "total")],
    primaryKey: { name: "orders_pkey", columns: ["order_id"] },
  };
  expect(diffCatalogs(catalog(keyed), catalog(renamed)).map((change) => change.kind)).toEqual(["column-renamed"]);
  const recreated = { ...keyed, columns: [column(2, "total"), column(3, "id", { notNull: true })] };
  expect(diffCatalogs(catalog(keyed), catalog(recreated)).map((change) => change.kind)).toEqual([
    "column-recreated",
    "primary-key-changed",
  ]);
});

test("what concerns the whole relation", () => {
  const after = {
    ...orders,
    schema: "sales",
    persistence: "unlogged" as const,
    replicaIdentity: "full" as const,
    partitionOf: { schema: "public", name: "all_orders", bound: "DEFAULT" },
    uniqueIndexes: [
      { name: "u", columns: ["id"], partial: false, expressions: false, immediate: true, valid: true, usableAsIdentity: true },
    ],
  };
  expect(diffCatalogs(catalog(orders), catalog(after))).toEqual([
    { relation: 10, kind: "relation-moved", before: "public", after: "sales" },
    { relation: 10, kind: "persistence-changed", before: "permanent", after: "unlogged" },
    { relation: 10, kind: "partition-changed", before: null, after: "public.all_orders DEFAULT" },
    { relation: 10, kind: "unique-indexes-changed" },
    { relation: 10, kind: "replica-identity-changed" },
  ]);
});
