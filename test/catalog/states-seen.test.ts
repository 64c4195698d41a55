import { expect, test } from "vitest";
import { statesSeen } from "../../src/catalog/states-seen.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Statement, StatementBody } from "../../src/model/statement.ts";
import type { Step } from "../../src/model/step.ts";
import { catalog, column, relation } from "./support.ts";

const at = { offset: 0, line: 1, column: 1 };
const named = (name: string) => ({ schema: "public", name });

const statementOf = (body: StatementBody): Statement => ({
  ...body,
  span: { path: "V2.sql", start: at, end: at },
  sql: "",
  piece: 0,
  needsAutocommit: false,
});
const stepOf = (body: StatementBody, before: Catalog, after: Catalog, transaction = 1): Step => ({
  migration: "V2.sql",
  statement: statementOf(body),
  before,
  after,
  transaction,
  error: null,
  certainty: "executed",
  reason: null,
});
const dml = (command: "insert" | "update" | "delete"): StatementBody => ({
  kind: "dml",
  command,
  relation: named("t"),
  functions: ["gen_random_uuid"],
});

const none = catalog();
const made = catalog(relation(1, "t"));
const grown = catalog(relation(1, "t", [column(1, "id"), column(2, "note")]));
const other = catalog(relation(1, "t", [column(1, "id"), column(2, "remark")]));
const make: StatementBody = { kind: "create-schema", name: "s", ifNotExists: false };

/** Makes the table, unless it was there, runs the statement, and changes the table twice in the same transaction. */
const written = (baseline: Catalog, ...bodies: readonly StatementBody[]): readonly number[] => {
  const steps = [
    stepOf(make, baseline, made),
    ...bodies.map((body) => stepOf(body, made, made)),
    stepOf(make, made, grown),
    stepOf(make, grown, other),
  ];
  return statesSeen(baseline, steps).flatMap((state) => (state.written ? [state.step] : []));
};

test("rows that a statement writes show the table of that moment", () => {
  expect(written(made, dml("update"))).toEqual([1]);
  expect(written(none, dml("insert"))).toEqual([1]);
});

test("an UPDATE or DELETE of a table that the migrations make and never fill writes none", () => {
  expect(written(none, dml("update"))).toEqual([]);
  expect(written(none, dml("delete"))).toEqual([]);
  expect(written(none, dml("insert"), dml("update"))).toEqual([1]);
  expect(written(none, { kind: "select", functions: ["pg_sleep"] }, dml("update"))).toEqual([]);
});

test("code of its own may have filled it", () => {
  expect(written(none, { kind: "select", functions: ["seed"] }, dml("update"))).toEqual([2]);
  expect(
    written(none, { kind: "do", language: "plpgsql", body: "BEGIN INSERT INTO t VALUES (1); END", dynamic: false }, dml("update")),
  ).toEqual([2]);
  expect(
    written(none, { kind: "do", language: "plpgsql", body: "BEGIN ALTER TABLE t ADD a text; END", dynamic: false }, dml("update")),
  ).toEqual([]);
});
