import { describe, expect, test } from "vitest";
import type { ParseMode } from "../../src/compare/avro/parse.ts";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { printSchema } from "../../src/compare/avro/print.ts";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import { UserError } from "../../src/errors.ts";
import type { JsonValue } from "../../src/model/json.ts";

const asNew: ParseMode = { strict: "new", avroLine: "1.12" };
const asStored: ParseMode = { strict: "stored", avroLine: "1.12" };
const old: ParseMode = { strict: "new", avroLine: "1.11" };

function errorOf(schema: JsonValue, mode: ParseMode): string | null {
  const result = parseAvro(schema, mode);
  return result.ok ? null : result.error;
}

function record(name: string, ...fields: readonly JsonValue[]): JsonValue {
  return { type: "record", name, fields };
}

const faults = (reader: JsonValue, writer: JsonValue, avroLine: "1.12" | "1.11" = "1.12"): readonly string[] =>
  checkCompatibility(reader, writer, { avroLine }).incompatibilities.map(({ type, path, message }) => `${type} ${path} ${message}`);

const both = (type: string): JsonValue => record("R", { name: "a", type: record("X", { name: "k", type }) }, { name: "b", type: "X" });

const list = (type: string): JsonValue => record("L", { name: "next", type: ["null", "L"], default: null }, { name: "value", type });

describe("parsing", () => {
  test("comments are read over, and numbers keep their form", () => {
    const text = '/* of orders */ {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": 1.0}]} // end';
    expect(errorOf(text, asNew)).toBe('AvroTypeException: Invalid default for field a: 1.0 not a "int"');
    expect(errorOf(text, asStored)).toBe(null);
    expect(errorOf(text.replace("1.0", "1"), asNew)).toBe(null);
    expect(errorOf('{"type": "record"', asNew)).toMatch(/^SchemaParseException: /);
  });

  test("a namespace with a dash: refused as new, read as stored, taken by 1.11", () => {
    const schema = record("my-app.public.R");
    expect(errorOf(schema, asNew)).toBe('SchemaParseException: Namespace part "my-app" is invalid: Illegal character in: my-app');
    expect(errorOf(schema, asStored)).toBe(null);
    expect(errorOf(schema, old)).toBe(null);
  });

  test.each([
    ["größe", "SchemaParseException: Illegal character in: größe", null],
    ["first-name", "SchemaParseException: Illegal character in: first-name", "IllegalArgumentException: Illegal character in: first-name"],
    ["a😀", "SchemaParseException: Illegal character in: a😀", "IllegalArgumentException: Illegal character in: a😀"],
    ["1st", "SchemaParseException: Illegal initial character: 1st", "IllegalArgumentException: Illegal initial character: 1st"],
  ])("the field name %s", (name, fresh, stored) => {
    const schema = record("R", { name, type: "int" });
    expect([errorOf(schema, asNew), errorOf(schema, asStored)]).toEqual([fresh, stored]);
  });

  test("forward references and equal second definitions: 1.12 only", () => {
    const x = record("X");
    const forward = record("R", { name: "a", type: "X" }, { name: "b", type: x });
    const twice = record("R", { name: "a", type: x }, { name: "b", type: x });
    expect([errorOf(forward, asNew), errorOf(twice, asNew)]).toEqual([null, null]);
    expect([errorOf(forward, old), errorOf(twice, old)]).toEqual([
      'SchemaParseException: Undefined name: "X"',
      "SchemaParseException: Can't redefine: X",
    ]);
  });

  test("a default of another branch of a union: 1.12 only", () => {
    const schema = record("R", { name: "a", type: ["null", "int"], default: 0 });
    expect(errorOf(schema, asNew)).toBe(null);
    expect(errorOf(schema, old)).toBe('AvroTypeException: Invalid default for field a: 0 not a ["null","int"]');
  });

  test("references are parsed first, by the same parser", () => {
    const schema = record("R", { name: "a", type: "common.Money" });
    expect(errorOf(schema, asNew)).toBe("AvroTypeException: Undefined schema: common.Money");
    expect(errorOf(schema, { ...asNew, references: [JSON.stringify(record("common.Money"))] })).toBe(null);
  });

  test.each([
    [
      "a number is quoted as Java writes it",
      '{"type":"fixed","name":"F","size":1e2}',
      'SchemaParseException: Invalid or no size: {"type":"fixed","name":"F","size":100.0}',
    ],
    [
      "1 and 1.0 are two defaults",
      '[{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"record","name":"X","fields":[{"name":"k","type":"float","default":1}]}}]},' +
        '{"type":"record","name":"a.S","fields":[{"name":"x","type":{"type":"record","name":"X","fields":[{"name":"k","type":"float","default":1.0}]}}]}]',
      "SchemaParseException: Can't redefine: a.X",
    ],
    [
      "a default that would need itself",
      '{"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}}]}',
      "AvroRuntimeException: Schema fields not set yet",
    ],
    [
      "a property that no long holds",
      '{"type":"array","items":"int","limit":9223372036854775808}',
      "AvroRuntimeException: Can't set a property to null: limit",
    ],
    [
      "of two undefined branches the last",
      '{"type":"record","name":"R","fields":[{"name":"a","type":["X","Y"]}]}',
      "AvroTypeException: Undefined schema: Y",
    ],
    [
      "a default before an alias",
      '{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x","aliases":1}]}',
      'AvroTypeException: Invalid default for field a: "x" not a "int"',
    ],
    [
      "an empty text as a number",
      '{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":" "}]}',
      "NumberFormatException: empty String",
    ],
  ])("what is wrong first, in Java's words: %s", (_, text, error) => {
    expect(errorOf(text, asNew)).toBe(error);
  });

  test("what is nested without end is refused, not crashed on", () => {
    const deep = '{"type":"array","items":'.repeat(100_000) + '"int"' + "}".repeat(100_000);
    expect(errorOf(deep, asNew)).toBe("SchemaParseException: Document nesting depth exceeds the maximum allowed (1000)");
  });

  test("the text is Avro's own: namespaces only where they change, unknown properties kept", () => {
    const schema: JsonValue = {
      namespace: "a",
      name: "R",
      type: "record",
      "connect.name": "a.R",
      fields: [
        { default: null, type: ["null", { name: "b.X", type: "fixed", size: 2 }], name: "x" },
        { name: "y", type: { type: "enum", name: "E", symbols: ["A"], doc: "d" }, order: "ignore" },
        { name: "z", type: "b.X" },
      ],
    };
    const result = parseAvro(schema, asNew);
    expect(result.ok && printSchema(result.schema)).toBe(
      '{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":["null",{"type":"fixed","name":"X","namespace":"b","size":2}],"default":null},' +
        '{"name":"y","type":{"type":"enum","name":"E","doc":"d","symbols":["A"]},"order":"ignore"},{"name":"z","type":"b.X"}],"connect.name":"a.R"}',
    );
  });
});

describe("compatibility", () => {
  test.each<readonly [string, JsonValue, JsonValue, readonly string[]]>([
    ["promotion", "double", "int", []],
    ["no promotion back", "int", "long", ["TYPE_MISMATCH / reader type: INT not compatible with writer type: LONG"]],
    ["text and bytes", "string", "bytes", []],
    ["a namespace only", record("x.R"), record("y.R"), []],
    ["another name", record("R"), record("x.S"), ["NAME_MISMATCH /name expected: x.S"]],
    ["a missing field", record("R", { name: "a", type: "int" }), record("R"), ["READER_FIELD_MISSING_DEFAULT_VALUE /fields/0 a"]],
    [
      "a nullable field without default",
      record("R", { name: "a", type: ["null", "int"] }),
      record("R"),
      ["READER_FIELD_MISSING_DEFAULT_VALUE /fields/0 a"],
    ],
    ["unions", ["null", "int"], ["null", "string"], ["MISSING_UNION_BRANCH /1 reader union lacking writer type: STRING"]],
    [
      "symbols, sorted",
      { type: "enum", name: "E", symbols: ["A"] },
      { type: "enum", name: "E", symbols: ["A", "C", "B"] },
      ["MISSING_ENUM_SYMBOLS /symbols [B, C]"],
    ],
    [
      "sizes",
      { type: "fixed", name: "F", size: 8 },
      { type: "fixed", name: "F", size: 4 },
      ["FIXED_SIZE_MISMATCH /size expected: 4, found: 8"],
    ],
  ])("%s", (_what, reader, writer, expected) => {
    expect(faults(reader, writer)).toEqual(expected);
  });

  test("the path below a writer's union is the one difference of 1.11", () => {
    const [reader, writer] = [record("R", { name: "a", type: "int" }), record("R", { name: "a", type: ["null", "int"] })];
    const text = "reader type: INT not compatible with writer type: NULL";
    expect(faults(reader, writer)).toEqual([`TYPE_MISMATCH /fields/0/type/0 ${text}`]);
    expect(faults(reader, writer, "1.11")).toEqual([`TYPE_MISMATCH / ${text}`]);
  });

  test("a type used twice is faulted twice, at its first place, as Java does", () => {
    expect(faults(both("int"), both("string")).map((fault) => fault.split(" ")[1])).toEqual([
      "/fields/0/type/fields/0/type",
      "/fields/0/type/fields/0/type",
    ]);
  });

  test("a recursive type ends", () => {
    expect(faults(list("long"), list("int"))).toEqual([]);
    expect(faults(list("int"), list("long")).length).toBe(1);
  });

  test("texts, and what is no schema", () => {
    expect(checkCompatibility('"long"', '"int"').compatible).toBe(true);
    expect(() => checkCompatibility("{", '"int"')).toThrow(UserError);
    expect(() => checkCompatibility('"int"', '{"type": "record"}')).toThrow(
      'The writer schema is not a valid Avro schema: SchemaParseException: No name in schema: {"type":"record"}',
    );
  });
});
