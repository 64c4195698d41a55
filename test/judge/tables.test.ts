import { describe, expect, test } from "vitest";
import { columnRenamed } from "../../rules/column-renamed/rule.ts";
import { tableTruncated } from "../../rules/table-truncated/rule.ts";
import { contextOf } from "../../src/judge/context.ts";
import type { RelationImpact } from "../../src/model/impact.ts";
import { catalog, column, connector, impact, judgeInput, migration, projection, relation, step } from "./builders.ts";

const orders = relation("orders", [column("id", 1, { notNull: true }), column("coupon", 2), column("note", 3)]);

function pairsOf(one: RelationImpact): readonly string[] {
  const [table] = contextOf(judgeInput({}, [one])).tables;
  return (table?.columns ?? []).map(
    ({ before, after, recreated }) => `${before?.name ?? "-"} > ${after?.name ?? "-"}${recreated ? " (again)" : ""}`,
  );
}

describe("columns are paired", () => {
  test("by number", () => {
    const renamed = relation("orders", [column("id", 1), column("voucher", 2), column("note", 3)]);
    expect(pairsOf(impact(orders, renamed))).toEqual(["id > id", "coupon > voucher", "note > note"]);
  });
  test("a column dropped and added again is another one under the same name", () => {
    const again = relation("orders", [column("id", 1), column("note", 3), column("coupon", 4)]);
    expect(pairsOf(impact(orders, again))).toEqual(["id > id", "coupon > coupon (again)", "note > note"]);
  });
  test("a column renamed into a dropped one's place is no new one", () => {
    const moved = relation("orders", [column("id", 1), column("coupon", 3)]);
    expect(pairsOf(impact(orders, moved))).toEqual(["id > id", "coupon > -", "note > coupon"]);
  });
  test("by name where the table was made again", () => {
    const again = relation("orders", [column("note", 1), column("id", 2), column("extra", 3)], { oid: 200 });
    expect(pairsOf(impact(orders, again))).toEqual(["id > id", "coupon > -", "note > note", "- > extra"]);
  });
});

test("connectors on one relation draw one finding that names them", () => {
  const renamed = relation("orders", [column("id", 1), column("voucher", 2), column("note", 3)]);
  const causes = [{ step: 0, change: { kind: "column-renamed" as const, relation: 100, position: 2, before: "coupon", after: "voucher" } }];
  const second = {
    projectionBefore: projection(orders, { topic: "audit.orders" }),
    projectionAfter: projection(renamed, { topic: "audit.orders" }),
  };
  const impacts = [impact(orders, renamed, { causes }), impact(orders, renamed, { causes, connector: "audit", ...second })];
  const findings = columnRenamed.check(contextOf(judgeInput({ connectors: [connector(), connector({ name: "audit" })] }, impacts, causes)));
  expect(findings.map((finding) => [finding.connector, finding.what])).toEqual([
    [
      "shop, audit",
      'Column "coupon" of public.orders is renamed to "voucher", so events of topics shop.public.orders and audit.orders lose the field "coupon" and get a field "voucher".',
    ],
  ]);
});

test("a captured table that no stage found a change in can still be truncated", () => {
  const file = migration("TRUNCATE orders");
  const steps = [
    step(
      file,
      "TRUNCATE orders",
      { kind: "truncate", relations: [{ schema: null, name: "orders" }], cascade: false },
      catalog(orders),
      catalog(orders),
    ),
  ];
  const input = {
    ...judgeInput({ migrations: [file], baseline: catalog(orders), steps }),
    before: [projection(orders)],
    after: [projection(orders)],
  };
  expect(tableTruncated.check(contextOf(input)).map(({ relation: name }) => name)).toEqual(["public.orders"]);
  expect(tableTruncated.check(contextOf({ ...input, before: [projection(orders, { streaming: null })] }))).toEqual([]);
});
