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

function explanationFor(more: Readonly<Record<string, string>>, debeziumVersion?: string): string | null {
  const real = readConnector({ ...settings, ...more }, debeziumVersion === undefined ? {} : { debeziumVersion });
  const [sent] = project(catalog, real);
  if (sent === undefined) throw new Error("nothing is captured");
  return createExplainer(catalog)(given, sent.relation.oid, (other) => text(other) === text(sent));
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

test("two changes at once are not found, and no change is none", () => {
  expect(explanationFor({ "decimal.handling.mode": "string", "time.precision.mode": "connect" })).toBeNull();
});
