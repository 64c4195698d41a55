import { expect, test } from "vitest";
import { placeOfCause, placeWhere } from "../../src/judge/place.ts";
import type { AlterTableCommand } from "../../src/model/statement.ts";
import type { CatalogChange } from "../../src/model/step.ts";
import { spanAt } from "../../src/model/position.ts";
import { catalog, column, migration, relation, step } from "./builders.ts";

const sql = "ALTER TABLE orders\n  ADD COLUMN note text,\n  DROP COLUMN coupon,\n  ALTER COLUMN total SET NOT NULL";
const file = migration(sql);
const spanOf = (part: string) => spanAt(file.path, sql, sql.indexOf(part), sql.indexOf(part) + part.length);
const commands: readonly AlterTableCommand[] = [
  {
    kind: "add-column",
    span: spanOf("ADD COLUMN note text"),
    ifNotExists: false,
    column: {
      name: "note",
      type: { name: { schema: null, name: "text" }, modifiers: [], dimensions: 0, text: "text" },
      notNull: false,
      default: null,
      identity: null,
      generated: null,
      primaryKey: false,
      unique: false,
      span: spanOf("note text"),
    },
  },
  { kind: "drop-column", span: spanOf("DROP COLUMN coupon"), column: "coupon", ifExists: false, cascade: false },
  { kind: "set-not-null", span: spanOf("ALTER COLUMN total SET NOT NULL"), column: "total" },
];
const before = catalog(relation("orders", [column("id", 1), column("coupon", 2), column("total", 3)]));
const after = catalog(relation("orders", [column("id", 1), column("total", 3, { notNull: true }), column("note", 4)]));
const alter = (list: readonly AlterTableCommand[]) =>
  step(
    file,
    sql,
    { kind: "alter-table", relation: { schema: null, name: "orders" }, relationKind: "table", ifExists: false, commands: list },
    before,
    after,
  );

test.each<[CatalogChange, string]>([
  [{ kind: "column-added", relation: 100, position: 4 }, "ADD COLUMN note text"],
  [{ kind: "column-dropped", relation: 100, position: 2 }, "DROP COLUMN coupon"],
  [{ kind: "column-nullability-changed", relation: 100, position: 3, notNull: true }, "ALTER COLUMN total SET NOT NULL"],
  [{ kind: "replica-identity-changed", relation: 100 }, sql],
])("%o points at its sub-command", (change, text) => {
  const span = placeOfCause([alter(commands)], { step: 0, change })?.span;
  expect(sql.slice(span?.start.offset, span?.end.offset)).toBe(text);
});

test("a statement with one sub-command is shown whole", () => {
  const span = placeOfCause([alter(commands.slice(1, 2))], {
    step: 0,
    change: { kind: "column-dropped", relation: 100, position: 2 },
  })?.span;
  expect(span).toEqual(spanOf(sql));
});

test("of several dropped constraints the one of the key that changes", () => {
  const text = "ALTER TABLE orders DROP CONSTRAINT orders_coupon_key, DROP CONSTRAINT orders_pkey";
  const at = (part: string) => spanAt(file.path, text, text.indexOf(part), text.indexOf(part) + part.length);
  const drop = (name: string): AlterTableCommand => ({
    kind: "drop-constraint",
    span: at(`DROP CONSTRAINT ${name}`),
    name,
    ifExists: false,
    cascade: false,
  });
  const keyed = { ...relation("orders", [column("id", 1)]), primaryKey: { name: "orders_pkey", columns: ["id"] } };
  const one = step(
    migration(text),
    text,
    {
      kind: "alter-table",
      relation: { schema: null, name: "orders" },
      relationKind: "table",
      ifExists: false,
      commands: [drop("orders_coupon_key"), drop("orders_pkey")],
    },
    catalog(keyed),
    catalog({ ...keyed, primaryKey: null }),
  );
  const span = placeOfCause([one], { step: 0, change: { kind: "primary-key-changed", relation: keyed.oid } })?.span;
  expect(text.slice(span?.start.offset, span?.end.offset)).toBe("DROP CONSTRAINT orders_pkey");
});

const rename = (from: string, to: string) =>
  step(migration("SELECT 1"), "SELECT 1", { kind: "select", functions: [] }, catalog(relation(from, [])), catalog(relation(to, [])));

test("the last statement that changed what is described", () => {
  const steps = [rename("a", "b"), rename("b", "c"), rename("c", "c")];
  expect(placeWhere(steps, ({ relations }) => relations.map(({ name }) => name).join())?.step).toBe(1);
  expect(placeWhere(steps, ({ relations }) => String(relations.length))).toBeNull();
});
