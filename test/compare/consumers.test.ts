import { assert, bigInt, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleOf } from "../../src/compare/avro-sample.ts";
import { readAs } from "../../src/compare/read-as.ts";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import type { AvroSchema } from "../../src/compare/avro/schema.ts";
import { compare } from "../../src/compare/compare.ts";
import type { ConsumerImpact } from "../../src/model/consumer.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Projection } from "../../src/model/projection.ts";
import { decimal, id, int, long, shop, stream, text } from "./streams.ts";
import type { Field } from "./streams.ts";

const subject = "shop.public.orders-value";
const catalog = { relations: [], types: [], publications: [], searchPath: [] };

const flat = (...fields: readonly JsonValue[]): JsonValue => ({ type: "record", name: "Order", fields });
const envelope = (...fields: readonly JsonValue[]): JsonValue => ({
  type: "record",
  name: "Envelope",
  namespace: "shop.public.orders",
  fields: [
    { name: "before", type: ["null", { type: "record", name: "Value", fields }], default: null },
    { name: "after", type: ["null", "Value"], default: null },
    { name: "op", type: "string" },
  ],
});

function impactsOf(before: Projection, after: Projection | null, schema: JsonValue, subjects = [subject]): readonly ConsumerImpact[] {
  const [impact] = compare({
    baseline: catalog,
    final: catalog,
    causes: [],
    connectors: [shop],
    before: [before],
    after: after === null ? [] : [after],
    subjects: [],
    registryGiven: false,
    consumers: [{ name: "billing", subjects, readers: [{ path: "billing.avsc", schema: JSON.stringify(schema) }] }],
  });
  return impact?.subjects.flatMap(({ consumers }) => consumers ?? []) ?? [];
}

const named = (name: string, schema: Field["schema"], position = 2): Field => ({ position, name, schema });
const timestamp = (unit: "Timestamp" | "MicroTimestamp" | "NanoTimestamp"): Field["schema"] => ({
  ...long(),
  name: `io.debezium.time.${unit}`,
});
const binary: Field["schema"] = { type: "bytes", optional: false };

const fieldsOf = (one: Field | null): readonly Field[] => (one === null ? [id] : [id, one]);
const nullable = { name: "a", type: ["null", "string"], default: null };

describe.each([
  ["the row alone", flat],
  ["the whole event", envelope],
])("a schema of %s", (_form, schema) => {
  const rows: readonly [string, Field | null, Field | null, JsonValue, Partial<ConsumerImpact> | null][] = [
    ["a column it does not read", null, named("b", text()), nullable, null],
    [
      "gone, with a default of null",
      named("a", text(true)),
      null,
      nullable,
      { kind: "null", example: { before: '"text"', sent: null, after: "null" } },
    ],
    [
      "gone, with a default",
      named("a", text()),
      null,
      { name: "a", type: "string", default: "x" },
      { kind: "default", example: { before: '"text"', sent: null, after: '"x"' } },
    ],
    [
      "gone, without one",
      named("a", text()),
      null,
      { name: "a", type: "string" },
      { kind: "error", example: { before: '"text"', sent: null, after: "an error" } },
    ],
    [
      "renamed",
      named("a", text(true)),
      named("b", text(true)),
      nullable,
      { kind: "null", reason: expect.stringContaining('its column is now sent as "b"') },
    ],
    ["renamed to one of its aliases", named("a", text(true)), named("b", text(true)), { ...nullable, aliases: ["b"] }, null],
    [
      "made nullable",
      named("a", text()),
      named("a", text(true)),
      { name: "a", type: "string" },
      { kind: "error", reason: expect.stringContaining("events may have no value for it") },
    ],
    ["made nullable, which it can read", named("a", text()), named("a", text(true)), nullable, null],
    ["made required", named("a", text(true)), named("a", text()), nullable, null],
    [
      "retyped",
      named("a", int()),
      named("a", text()),
      { name: "a", type: "int" },
      { kind: "error", reason: "events have it as string, its schema as int" },
    ],
    ["widened, which it can read", named("a", int()), named("a", long()), { name: "a", type: "long" }, null],
    [
      "widened beyond a double",
      named("a", int()),
      named("a", long()),
      { name: "a", type: "double" },
      { kind: "wrong-value", example: { before: "42", sent: "9007199254740993", after: "9007199254740992" } },
    ],
    [
      "of another scale",
      named("a", decimal(2)),
      named("a", decimal(4)),
      { name: "a", type: "bytes" },
      { kind: "wrong-value", example: { before: "12.34", sent: "12.3400", after: "1234.00" } },
    ],
    [
      "of another scale, which it knows already",
      named("a", decimal(2)),
      named("a", decimal(4)),
      { name: "a", type: { type: "bytes", logicalType: "decimal", precision: 10, scale: 4 } },
      null,
    ],
    [
      "of another unit",
      named("a", timestamp("MicroTimestamp")),
      named("a", timestamp("Timestamp")),
      { name: "a", type: "long" },
      { kind: "wrong-value", example: { before: "2026-01-02T03:04:05Z", sent: "2026-01-02T03:04:05Z", after: "1970-01-21T10:55:23.045Z" } },
    ],
    [
      "of another unit, by its own logical type",
      named("a", timestamp("Timestamp")),
      named("a", timestamp("MicroTimestamp")),
      { name: "a", type: { type: "long", logicalType: "timestamp-millis" } },
      { kind: "wrong-value", reason: "microseconds are taken for milliseconds" },
    ],
    [
      "a number that becomes a time",
      named("a", long()),
      named("a", timestamp("Timestamp")),
      { name: "a", type: "long" },
      { kind: "wrong-value", reason: "a plain number is now a time, in milliseconds" },
    ],
    [
      "bytes that become text",
      named("a", binary),
      named("a", text()),
      { name: "a", type: "bytes" },
      { kind: "wrong-value", example: { before: "0x00ff10", sent: '"text"', after: "0x74657874" } },
    ],
    [
      "text that becomes bytes",
      named("a", text()),
      named("a", binary),
      { name: "a", type: "string" },
      { kind: "wrong-value", example: { before: '"text"', sent: "0x00ff10", after: '"\\u0000\ufffd\\u0010"' } },
    ],
  ];
  test.each(rows)("%s", (_what, before, after, field, expected) => {
    const found = impactsOf(stream({ fields: fieldsOf(before) }), stream({ fields: fieldsOf(after) }), schema(field));
    if (expected === null) expect(found).toEqual([]);
    else expect(found).toMatchObject([{ consumer: "billing", path: "billing.avsc", field: "a", position: 2, ...expected }]);
  });
});

const labels = (allowed: string): Field["schema"] => ({ ...text(), name: "io.debezium.data.Enum", parameters: { allowed } });

test("labels that a consumer does not know", () => {
  const [before, after] = [
    stream({ fields: [id, named("a", labels("new,done"))] }),
    stream({ fields: [id, named("a", labels("new,done,gone"))] }),
  ];
  expect(impactsOf(before, after, flat({ name: "a", type: "string" }))).toMatchObject([
    {
      kind: "wrong-value",
      reason: 'values it does not know come: "gone"',
      example: { before: '"done"', sent: '"gone"', after: '"gone" (unknown to it)' },
    },
  ]);
});

test("a stream that ends, and a subject that somebody else reads", () => {
  const orders = stream({ fields: [id] });
  expect(impactsOf(orders, null, flat())).toMatchObject([{ kind: "silent", field: null }]);
  expect(impactsOf(orders, null, flat(), ["shop.*.orders-value"])).toHaveLength(1);
  expect(impactsOf(orders, null, flat(), ["shop.public.orders", "orders-value", "shop_public*"])).toEqual([]);
});

test("what a consumer cannot read already is not news", () => {
  const field = { name: "missing", type: "string" };
  const [before, after] = [stream({ fields: [id] }), stream({ fields: [id, named("b", text())] })];
  expect(impactsOf(before, after, flat(field))).toEqual([]);
});

const schemaOf = (schema: JsonValue): AvroSchema => {
  const parsed = parseAvro(schema, { strict: "stored", avroLine: "1.12" });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.schema;
};

describe("values", () => {
  test("every type has a sample", () => {
    for (const type of ["null", "boolean", "int", "long", "float", "double", "string", "bytes"])
      expect(sampleOf(schemaOf(type))).toBeDefined();
    const nested = {
      type: "array",
      items: ["null", { type: "record", name: "R", fields: [{ name: "x", type: { type: "map", values: "int" } }] }],
    };
    expect(sampleOf(schemaOf(nested))).toEqual([{ x: {} }]);
  });

  test("a decimal is what its bytes and its scale make of it", () => {
    const big = bigInt({ min: -(2n ** 100n), max: 2n ** 100n });
    assert(
      property(big, integer({ min: 0, max: 20 }), (number, scale) => {
        const shown = readAs(twosComplement(number), { unit: null, scale });
        expect(BigInt(shown.replace(".", ""))).toBe(number);
        expect(shown.split(".")[1]?.length ?? 0).toBe(scale);
      }),
    );
  });

  test.each([
    ["days", 20_455n, "2026-01-02"],
    ["days", -1n, "1969-12-31"],
    ["milliseconds of the day", 11_045_000n, "03:04:05"],
    ["nanoseconds of the day", 11_045_000_000_000n, "03:04:05"],
    ["microseconds of the day", 90_000_000_000n, "90000000000 (past midnight)"],
    ["nanoseconds", 1_767_323_045_000_000_000n, "2026-01-02T03:04:05Z"],
    ["milliseconds", 9_000_000_000_000_000n, "9000000000000000 (no date)"],
  ] as const)("%s: %d is %s", (unit, number, shown) => {
    expect(readAs(number, { unit, scale: null })).toBe(shown);
  });
});

function twosComplement(value: bigint): Uint8Array {
  let size = 1;
  while (value < -(1n << BigInt(size * 8 - 1)) || value >= 1n << BigInt(size * 8 - 1)) size += 1;
  const bytes = Array.from({ length: size }, (_, index) => Number((value >> BigInt((size - 1 - index) * 8)) & 0xffn));
  return Uint8Array.from(bytes);
}
