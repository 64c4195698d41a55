import { expect, test } from "vitest";
import { heartbeatTable, identityColumns } from "../../src/judge/rule.ts";
import { catalog, column, connector, relation } from "./builders.ts";

const beat = relation("heartbeat", [column("id", 1)], { schema: "ops", oid: 7 });
const odd = relation("Heart beat", [column("id", 1)], { oid: 8 });

test.each([
  ["UPDATE ops.heartbeat SET id = 1", 7],
  ['insert into "ops" . "heartbeat" (id) values (1) on conflict do nothing', 7],
  ['DELETE FROM "Heart beat"', 8],
  ["MERGE INTO OPS.HEARTBEAT USING x ON true WHEN MATCHED THEN DELETE", 7],
  ["SELECT pg_logical_emit_message(false, 'heartbeat', now()::varchar)", null],
  ["UPDATE ops.elsewhere SET id = 1", null],
])("%s", (actionQuery, oid) => {
  expect(heartbeatTable(catalog(beat, odd), connector({ heartbeat: { intervalMs: 1, actionQuery } }))?.oid ?? null).toBe(oid);
});

test("no query, no table", () => expect(heartbeatTable(catalog(beat), connector())).toBeNull());

const index = {
  name: "by_serial",
  columns: ["serial"],
  partial: false,
  expressions: false,
  immediate: true,
  valid: true,
  usableAsIdentity: true,
};
test.each([
  ["the primary key by default", {}, ["id"]],
  ["nothing without one", { primaryKey: null }, null],
  ["nothing by NOTHING", { replicaIdentity: "nothing" as const }, null],
  ["all by FULL", { replicaIdentity: "full" as const, primaryKey: null }, "all"],
  ["an index", { replicaIdentity: { index: "by_serial" }, uniqueIndexes: [index] }, ["serial"]],
  ["the index of the primary key", { replicaIdentity: { index: "devices_pkey" } }, ["id"]],
  ["nothing when the index is gone", { replicaIdentity: { index: "by_serial" } }, null],
])("a row is told by %s", (_, more, expected) => {
  expect(identityColumns(relation("devices", [column("id", 1)], more))).toEqual(expected);
});
