import { describe, expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { SubjectImpact } from "../../src/model/impact.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Projection } from "../../src/model/projection.ts";
import { decimal, id, int, long, shop, stream, subject, text, version } from "./streams.ts";
import type { Field } from "./streams.ts";

const value = "shop.public.orders-value";
const catalog = { relations: [], types: [], publications: [], searchPath: [] };
const x: Field = { position: 2, name: "x", schema: text(true) };
const y: Field = { position: 3, name: "y", schema: text(true) };
const orders = stream({ fields: [id, x] });

const withSettings = (settings: Readonly<Record<string, string>>, vendor: "confluent" | "apicurio" = "confluent"): Connector => ({
  ...shop,
  valueConverter: { ...shop.valueConverter, vendor, settings },
});

const lookUp = { "auto.register.schemas": "false" };
const latest = { ...lookUp, "use.latest.version": "true" };
const unchecked = { ...latest, "latest.compatibility.strict": "false" };

function registrationOf(
  connector: Connector,
  before: Projection,
  after: Projection,
  versions?: readonly (JsonValue | undefined)[],
): SubjectImpact["registration"] {
  const subjects =
    versions === undefined
      ? []
      : [
          subject(
            value,
            versions.map((one, index) => version(index + 1, one ?? null)),
          ),
        ];
  const input = { baseline: catalog, final: catalog, causes: [], connectors: [connector], before: [before], after: [after] };
  const [impact] = compare({ ...input, subjects, registryGiven: versions !== undefined });
  return impact?.subjects.find(({ part }) => part === "value")?.registration;
}

const avro = (projection: Projection): JsonValue | undefined => projection.streaming?.valueAvro;

describe("how a converter comes by a schema", () => {
  const after = stream({ fields: [id, x, y] });
  test.each<readonly [string, Connector, string | null]>([
    ["it registers by default", shop, null],
    ["it registers when told, whatever else is set", withSettings({ "use.latest.version": "true" }), null],
    ["it looks up", withSettings({ "auto.register.schemas": " FALSE " }), "look-up"],
    ["a fixed id comes before the latest version", withSettings({ ...latest, "use.schema.id": "7" }), "fixed-id"],
    ["a version by its metadata", withSettings({ ...latest, "use.latest.with.metadata": "a=b" }), "unknown"],
    ["the latest version", withSettings(latest), "latest"],
    ["the latest version, unchecked", withSettings(unchecked), "latest-unchecked"],
    ["Apicurio's registers when told", withSettings({ "apicurio.registry.auto-register": "true" }, "apicurio"), null],
    ["Apicurio's looks up by default, and an event has parts", withSettings({}, "apicurio"), "look-up-in-parts"],
    ["Apicurio's latest is not checked", withSettings({ "apicurio.registry.find-latest": "true" }, "apicurio"), "latest-unchecked"],
  ])("%s", (_what, connector, policy) => {
    expect(registrationOf(connector, orders, after, [avro(orders)])?.policy ?? null).toBe(policy);
  });
});

describe("a look-up", () => {
  const after = stream({ fields: [id, x, { position: 3, name: "price", schema: decimal(2, true) }] });
  // The properties of the decimal the other way round.
  const reordered: JsonValue = JSON.parse(
    JSON.stringify(avro(after)).replaceAll(/("connect\.name":"[^"]+"),("connect\.parameters":\{[^}]*\})/g, "$2,$1"),
  );

  test("finds the exact text, not one in another order unless it normalizes", () => {
    expect(registrationOf(withSettings(lookUp), orders, after, [avro(orders)])).toMatchObject({
      version: null,
      similar: null,
      isKnown: true,
    });
    expect(registrationOf(withSettings(lookUp), orders, after, [avro(after), avro(orders)])).toMatchObject({ version: 1, similar: null });
    expect(JSON.stringify(reordered)).not.toBe(JSON.stringify(avro(after)));
    expect(registrationOf(withSettings(lookUp), orders, after, [reordered])).toMatchObject({ version: null, similar: 1 });
    const normalizing = withSettings({ ...lookUp, "normalize.schemas": "true" });
    expect(registrationOf(normalizing, orders, after, [reordered])).toMatchObject({ version: 1, similar: null });
  });

  test("with no registry it is not known", () => {
    expect(registrationOf(withSettings(lookUp), orders, after)).toMatchObject({ version: null, isKnown: false });
  });
});

const n = (schema: Field["schema"]): Field => ({ position: 4, name: "n", schema });

describe("the latest version in place of the new schema, as Avro's GenericDatumWriter 1.12.1 was seen to write", () => {
  test.each<readonly [string, readonly Field[], readonly Field[], object, object]>([
    ["a field at the end is not sent", [id, x], [id, x, y], latest, { stops: null, notSent: ["y"] }],
    ["a required one neither", [id, x], [id, x, n(int())], latest, { stops: null, notSent: ["n"] }],
    [
      "the last one dropped leaves nothing to write",
      [id, x, y],
      [id, x],
      latest,
      { stops: expect.stringContaining('nothing is there for "y"') },
    ],
    ["one dropped before others too", [id, x, y], [id, y], latest, { stops: expect.stringContaining("3 fields and a row has 2") }],
    [
      "a renamed one keeps its old name",
      [id, x],
      [id, { ...x, name: "x2" }],
      latest,
      { stops: null, misplaced: [{ from: "x2", to: "x" }] },
    ],
    [
      "two that change places get each other's values",
      [id, x, y],
      [id, y, x],
      latest,
      {
        stops: null,
        misplaced: [
          { from: "y", to: "x" },
          { from: "x", to: "y" },
        ],
      },
    ],
    ["int to long is refused", [id, n(int())], [id, n(long())], latest, { stops: expect.stringContaining("latest.compatibility.strict") }],
    ["unchecked it is cut", [id, n(int())], [id, n(long())], unchecked, { stops: null, narrowed: ["n"] }],
    ["long to int fits", [id, n(long())], [id, n(int())], latest, { stops: null, narrowed: [], notSent: [], misplaced: [] }],
    [
      "int to text does not fit, unchecked",
      [id, n(int())],
      [id, n(text())],
      unchecked,
      { stops: expect.stringContaining('the new type of "n"') },
    ],
    [
      "nullable int to nullable long does not fit, unchecked",
      [id, n(int(true))],
      [id, n(long(true))],
      unchecked,
      { stops: expect.stringContaining('"n"') },
    ],
    ["nullable to required fits", [id, x], [id, { ...x, schema: text() }], latest, { stops: null, notSent: [] }],
  ])("%s", (_what, before, after, settings, expected) => {
    const [old, now] = [stream({ fields: before }), stream({ fields: after })];
    // A cast: the table holds settings of this form.
    const registration = registrationOf(withSettings(settings as Readonly<Record<string, string>>), old, now, [avro(old)]);
    expect(registration?.latest).toMatchObject({ version: 1, ...expected });
  });

  test("nothing is held back once the new schema is the latest", () => {
    const after = stream({ fields: [id, x, y] });
    expect(registrationOf(withSettings(latest), orders, after, [avro(orders), avro(after)])).toMatchObject({
      version: 2,
      latest: { version: 2, stops: null, notSent: [], misplaced: [] },
    });
  });

  test("without any version there is nothing to write with", () => {
    expect(registrationOf(withSettings(latest), orders, stream({ fields: [id] }), [])).toMatchObject({ isKnown: true, latest: null });
  });
});
