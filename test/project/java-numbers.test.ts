import { describe, expect, it } from "vitest";
import { decimalText, doubleText, floatText } from "../../src/project/transforms/java-numbers.ts";

// Recorded from Java 17.
describe("numbers as Java writes them", () => {
  it.each([
    [0, "0.0"],
    [-0, "-0.0"],
    [1, "1.0"],
    [0.001, "0.001"],
    [0.00099, "9.9E-4"],
    [1e7, "1.0E7"],
    [9_999_999, "9999999.0"],
    [123_456_789.5, "1.234567895E8"],
    [-3.7, "-3.7"],
    [1e21, "1.0E21"],
  ])("double %d", (value, text) => {
    expect(doubleText(value)).toBe(text);
  });

  it.each([
    [0.1, "0.1"],
    [1e10, "1.0E10"],
    [1e-5, "1.0E-5"],
    // Java 17 writes 1.6777216E7, and Java 19 the shortest that gives it back.
    [16_777_216, undefined],
    [3.4e38, undefined],
  ])("float %d", (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  it.each([
    [0n, 0, "0"],
    [150n, 2, "1.50"],
    [-5n, 4, "-0.0005"],
    [1n, 7, "1E-7"],
    [1n, -2, "1E+2"],
    [123n, -2, "1.23E+4"],
    [0n, 2, "0.00"],
    [0n, 8, "0E-8"],
    [12_345n, 10, "0.0000012345"],
  ])("decimal %d of scale %d", (unscaled, scale, text) => {
    expect(decimalText(unscaled, scale)).toBe(text);
  });
});
