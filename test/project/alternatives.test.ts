import { expect, test } from "vitest";
import type { Projection } from "../../src/model/projection.ts";
import { createExplainer } from "../../src/project/alternatives.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { catalog as catalogOf, column, table } from "./build-catalog.ts";

const catalog = catalogOf([
  table("orders", [
    column("id", 1, { type: "int8", notNull: true }),
    column("total", 2, { type: "numeric", modifier: ((10 << 16) | 2) + 4 }),
    column("at", 3, { type: "timestamp" }),
  ]),
]);
const settings = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
};
const given = readConnector(settings);
const text = ({ streaming }: Projection): string => JSON.stringify(streaming?.valueAvro);

function explanationFor(more: Readonly<Record<string, string>>, debeziumVersion?: string): string | null | undefined {
  const real = readConnector({ ...settings, ...more }, debeziumVersion === undefined ? {} : { debeziumVersion });
  const [sent] = project(catalog, real);
  if (sent === undefined) throw new Error("nothing is captured");
  const found = createExplainer(catalog, [])(given, sent.relation.oid, (other) => text(other) === text(sent));
  return found?.kind === "settings" ? found.words : found?.kind;
}

test.each([
  [{ "decimal.handling.mode": "string" }, "decimal.handling.mode=string"],
  [{ "time.precision.mode": "connect" }, "time.precision.mode=connect"],
  [{ "value.converter.connect.meta.data": "false" }, "connect.meta.data=false for the converters"],
  [{ "column.propagate.source.type": ".*" }, "column.propagate.source.type=.*"],
])("%o", (more, words) => {
  expect(explanationFor(more)).toBe(words);
});

test("another version of Debezium, the newest that gives the same", () => {
  expect(explanationFor({}, "3.0")).toMatch(/^Debezium 3\.0$/);
});

test.each([
  [{ "decimal.handling.mode": "string", "time.precision.mode": "connect" }, "decimal.handling.mode=string and time.precision.mode=connect"],
  [
    { "decimal.handling.mode": "double", "value.converter.connect.meta.data": "false" },
    "decimal.handling.mode=double and connect.meta.data=false for the converters",
  ],
])("two at once: %o", (more, words) => {
  expect(explanationFor(more)).toBe(words);
});

test("a setting together with another version of Debezium", () => {
  expect(explanationFor({ "time.precision.mode": "connect" }, "3.0")).toBe("time.precision.mode=connect and Debezium 3.0");
});

test("a setting that was not there, of a transform or a list of columns", () => {
  const unwrap = { transforms: "unwrap", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState" };
  const own = {
    ...settings,
    ...unwrap,
    "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
    "column.exclude.list": "public.orders.at",
  };
  const withLess = (...names: readonly string[]): string | undefined => {
    const less = Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name)));
    const [sent] = project(catalog, readConnector(less));
    if (sent === undefined) throw new Error("nothing is captured");
    const found = createExplainer(catalog, [])(readConnector(own), sent.relation.oid, (other) => text(other) === text(sent));
    return found?.kind === "settings" ? found.words : undefined;
  };
  expect(withLess("column.exclude.list")).toBe("no column.exclude.list");
  expect(withLess("transforms.unwrap.delete.tombstone.handling.mode")).toBe("no transforms.unwrap.delete.tombstone.handling.mode");
  expect(withLess("transforms.unwrap.delete.tombstone.handling.mode", "column.exclude.list")).toBe(
    "no transforms.unwrap.delete.tombstone.handling.mode and no column.exclude.list",
  );
});

test("three at once are not found", () => {
  const three = { "decimal.handling.mode": "string", "time.precision.mode": "connect", "value.converter.connect.meta.data": "false" };
  expect(explanationFor(three)).toBeUndefined();
});

test("an earlier state of the table comes before any other setting", () => {
  const [orders] = catalog.relations;
  if (orders === undefined) throw new Error("there is no table");
  const earlier = { ...catalog, relations: [{ ...orders, columns: orders.columns.slice(0, 2) }] };
  const [sent] = project(earlier, given);
  if (sent === undefined) throw new Error("nothing is captured");
  const past = [
    { path: "V3.sql", relation: orders.oid, catalog },
    { path: "V2.sql", relation: orders.oid, catalog: earlier },
  ];
  const found = createExplainer(catalog, past)(given, orders.oid, (other) => text(other) === text(sent));
  expect(found).toEqual({ kind: "behind", path: "V2.sql" });
});
