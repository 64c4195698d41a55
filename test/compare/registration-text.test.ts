import { assert, bigInt, property } from "fast-check";
import { expect, test } from "vitest";
import { equalJson, readJson } from "../../src/compare/avro/json-text.ts";
import { jacksonText, javaDouble, registrationText } from "../../src/compare/avro/registration-text.ts";
import { exactNumber, parseJson } from "../../src/model/json.ts";

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [-2.5, "-2.5"],
  [0.1, "0.1"],
  [0.001, "0.001"],
  [0.0009, "9.0E-4"],
  [1000, "1000.0"],
  [9999999, "9999999.0"],
  [1e7, "1.0E7"],
  [12345678.5, "1.23456785E7"],
  [1.5e300, "1.5E300"],
  [-4.9e-324, "-4.9E-324"],
])("%d is %s in Java", (value, text) => {
  // The smallest double has fewer digits in JavaScript; Java 19 and later print 4.9E-324 for it.
  expect(javaDouble(value)).toBe(text === "-4.9E-324" ? "-5.0E-324" : text);
});

test("only values of a float or double are written so", () => {
  const schema = {
    type: "record",
    name: "R",
    "connect.version": 1,
    fields: [
      { name: "a", type: { type: "double", "connect.default": 3 }, default: 3 },
      { name: "b", type: [{ type: "float", "connect.default": 2 }, "null"], default: 2 },
      { name: "c", type: { type: "int", "connect.default": 3 }, default: 3 },
      { name: "d", type: ["null", "double"], default: null },
      { name: "e", type: "double", default: "NaN" },
      { name: "f", type: "string", default: "größe \u0000" },
    ],
  };
  expect(registrationText(schema)).toBe(
    String.raw`{"type":"record","name":"R","connect.version":1,"fields":[{"name":"a","type":{"type":"double","connect.default":3.0},"default":3.0},{"name":"b","type":[{"type":"float","connect.default":2.0},"null"],"default":2.0},{"name":"c","type":{"type":"int","connect.default":3},"default":3},{"name":"d","type":["null","double"],"default":null},{"name":"e","type":"double","default":"NaN"},{"name":"f","type":"string","default":"größe \u0000"}]}`,
  );
});

test("a whole number that JavaScript does not hold is written exactly", () => {
  const largest = exactNumber(2n ** 63n - 1n);
  expect(registrationText({ name: "a", type: { type: "long", "connect.default": largest }, default: largest })).toBe(
    '{"name":"a","type":{"type":"long","connect.default":9223372036854775807},"default":9223372036854775807}',
  );
  expect(registrationText({ default: "\u001f\\u001f" })).toBe(String.raw`{"default":"\u001F\\u001f"}`);
});

test("what Jackson read it writes as it holds it", () => {
  const text = '{"a":[1,1.0,1e10,-0,0.00010,9223372036854775807,1E400],"b":"\u00e9"}';
  expect(jacksonText(readJson(text))).toBe('{"a":[1,1.0,1.0E10,0,1.0E-4,9223372036854775807,"Infinity"],"b":"é"}');
});

test("JSON goes through JSON.stringify and back without a change", () => {
  const text = '{"a":[9007199254740993,-9223372036854775808,1,1.5,123456789012345678],"b":"9007199254740993"}';
  expect(JSON.stringify(parseJson(text))).toBe(text);
  expect(parseJson(text)).not.toEqual(JSON.parse(text));
});

test("every 64-bit number comes through, and only equal ones are equal", () => {
  const long = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  assert(
    property(long, long, (one, other) => {
      const schema = { name: "a", type: "long", default: exactNumber(one) };
      expect(registrationText(schema)).toBe(`{"name":"a","type":"long","default":${one}}`);
      expect(equalJson(readJson(registrationText(schema)), schema)).toBe(true);
      expect(equalJson(parseJson(JSON.stringify(schema)), schema)).toBe(true);
      expect(equalJson(exactNumber(one), exactNumber(other))).toBe(one === other);
      expect(equalJson(exactNumber(one), exactNumber(one ^ 1n))).toBe(false);
    }),
  );
});

test.each([
  ["1.0", "1", true],
  ["1e3", "1000.0", true],
  ["9007199254740993", "9007199254740992", false],
  ["-9007199254740993", "-9007199254740993", true],
  ["0.1", "0.10", true],
])("%s and %s as JSON: %s", (one, other, equal) => {
  expect(equalJson(readJson(`[${one}]`), readJson(`[${other}]`))).toBe(equal);
});
