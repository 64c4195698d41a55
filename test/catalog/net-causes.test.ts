import { expect, test } from "vitest";
import { netCauses } from "../../src/catalog/net-causes.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Step } from "../../src/model/step.ts";
import { catalog, column, relation } from "./support.ts";

const position = { offset: 0, line: 1, column: 1 };
const statement = {
  kind: "other",
  name: "x",
  sql: "x",
  piece: 0,
  needsAutocommit: false,
  span: { path: "1.sql", start: position, end: position },
} as const;

/** A step between each catalog and the next. */
function steps(...states: readonly Catalog[]): readonly Step[] {
  return states.slice(1).map((after, index) => ({
    migration: "1.sql",
    statement,
    before: states[index] ?? after,
    after,
    transaction: index,
    error: null,
    certainty: "executed",
    reason: null,
  }));
}

const causes = (...states: readonly [Catalog, ...Catalog[]]): unknown =>
  netCauses(states[0], steps(...states)).map(({ step, change }) => [step, change.kind]);

const orders = relation(10, "orders", [column(1, "id"), column(2, "total")]);
const renamed = { ...orders, columns: [column(1, "id"), column(2, "amount")] };

test("no steps, no causes", () => {
  expect(netCauses(catalog(orders), [])).toEqual([]);
});

test("what is taken back is not there", () => {
  expect(causes(catalog(orders), catalog(renamed), catalog(orders))).toEqual([]);
  expect(causes(catalog(), catalog(orders), catalog())).toEqual([]);
});

test("the last step that made it so", () => {
  const again = { ...orders, columns: [column(1, "id"), column(2, "sum")] };
  expect(causes(catalog(orders), catalog(renamed), catalog(again))).toEqual([[1, "column-renamed"]]);
});

test("added and renamed is added, by the rename", () => {
  const added = { ...orders, columns: [...orders.columns, column(3, "note")] };
  const then = { ...orders, columns: [...orders.columns, column(3, "remark")] };
  expect(causes(catalog(orders), catalog(added), catalog(then))).toEqual([[1, "column-added"]]);
});

test("a column dropped and added under its name in different migrations is recreated", () => {
  const without = { ...orders, columns: [column(1, "id")] };
  const back = { ...orders, columns: [column(1, "id"), column(3, "total")] };
  expect(causes(catalog(orders), catalog(without), catalog(back))).toEqual([[1, "column-recreated"]]);
});

test("a table swapped in by renames is recreated", () => {
  const fresh = relation(11, "orders_new", orders.columns);
  const old = { ...orders, name: "orders_old" };
  const swapped = { ...fresh, name: "orders" };
  expect(causes(catalog(orders), catalog(orders, fresh), catalog(old, fresh), catalog(old, swapped), catalog(swapped))).toEqual([
    [3, "relation-recreated"],
  ]);
});
