import { describe, expect, test } from "vitest";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import type { AvroSchema } from "../../src/compare/avro/schema.ts";
import { innerReason } from "../../src/compare/inner-reason.ts";
import { typeDifference } from "../../src/compare/type-difference.ts";
import type { JsonValue } from "../../src/model/json.ts";

function parsed(schema: JsonValue): AvroSchema {
  const result = parseAvro(schema, { strict: "stored", avroLine: "1.12" });
  if (!result.ok) throw new Error(result.error);
  return result.schema;
}

const field = (name: string, type: JsonValue, more: Readonly<Record<string, JsonValue>> = {}) => ({ name, type, ...more });
const point = (...fields: readonly JsonValue[]): JsonValue => ({ type: "record", name: "Point", fields });
const items = (type: JsonValue): JsonValue => ({ type: "array", items: type });
const values = (type: JsonValue): JsonValue => ({ type: "map", values: type });
const list = (type: JsonValue): JsonValue => ({
  type: "record",
  name: "List",
  fields: [field("next", ["null", "List"], { default: null }), field("value", type)],
});
const optional = (type: JsonValue): JsonValue => ["null", type];

/** `x[].a: int or null, written string`. */
function found(reader: JsonValue, writer: JsonValue): string | null {
  const reason = innerReason(parsed(reader), parsed(writer), "1.12");
  if (reason === null) return null;
  const place = reason.place
    .map((inside) => (inside.kind === "field" ? `.${inside.name}` : inside.kind === "items" ? "[]" : "{}"))
    .join("");
  return `x${place}: ${reason.kind === "type" ? `${reason.reader}, written ${reason.writer}` : reason.kind}`;
}

describe("where two types part", () => {
  test.each<readonly [string, JsonValue, JsonValue, string | null]>([
    ["not at all", "long", "int", null],
    ["the type itself", "int", "string", "x: int, written string"],
    ["behind a union", optional("int"), optional("string"), "x: int or null, written string or null"],
    ["null", "int", optional("int"), "x: null"],
    ["items", optional(items(optional("int"))), optional(items(optional("string"))), "x[]: int or null, written string or null"],
    ["values", values("int"), values("string"), "x{}: int, written string"],
    ["a nested field", optional(point(field("a", "int"))), optional(point(field("a", "string"))), "x.a: int, written string"],
    ["a missing one", optional(point(field("a", "int"), field("b", "int"))), optional(point(field("a", "int"))), "x.b: missing"],
    ["a missing one with a default", optional(point(field("b", "int", { default: 0 }))), optional(point()), null],
    [
      "deep inside",
      optional(items(optional(point(field("a", values("int")))))),
      optional(items(optional(point(field("a", values(optional("int"))))))),
      "x[].a{}: null",
    ],
    ["a record of another name", point(field("a", "int")), { type: "record", name: "Circle", fields: [field("r", "int")] }, "x.a: missing"],
  ])("%s", (_title, reader, writer, reason) => {
    expect(found(reader, writer)).toBe(reason);
  });

  test("a record that holds itself comes to an end", () => {
    expect(found(list("int"), list("string"))).toBe("x.value: int, written string");
  });
});

describe("what a registered type and the table's differ in", () => {
  test.each<readonly [string, JsonValue, JsonValue, readonly string[]]>([
    ["the same", optional("int"), optional("int"), []],
    ["null", "int", optional("int"), ["field x is registered as int but comes as int or null"]],
    [
      "items",
      optional(items(optional("int"))),
      optional(items(optional("string"))),
      ["each item of field x is registered as int or null but comes as string or null"],
    ],
    ["values", values("int"), values("long"), ["each value of field x is registered as int but comes as long"]],
    [
      "nested fields",
      point(field("a", "int"), field("b", "int")),
      point(field("a", "long"), field("c", "int")),
      [
        "field b of field x is registered but not in the table's stream",
        "field c of field x is in the table's stream but not registered",
        "field a of field x is registered as int but comes as long",
      ],
    ],
    ["a property", { type: "string", "connect.doc": "a" }, { type: "string" }, ["field x is equal but for connect.doc"]],
    [
      "labels",
      { type: "string", "connect.parameters": { allowed: "a,b" } },
      { type: "string", "connect.parameters": { allowed: "b,c" } },
      ['field x is equal but for label "a", which is only registered, label "c", which is not registered'],
    ],
    [
      "a precision",
      optional({ type: "bytes", precision: 10, "connect.parameters": { "connect.decimal.precision": "10" } }),
      optional({ type: "bytes", precision: 12, "connect.parameters": { "connect.decimal.precision": "12" } }),
      ["field x is equal but for connect.decimal.precision 10, which comes as 12"],
    ],
    ["the order of a union", ["null", "int"], ["int", "null"], ["field x is equal but for the order of its types"]],
  ])("%s", (_title, registered, projected, words) => {
    expect(typeDifference("field x", registered, projected)).toEqual(words);
  });
});
