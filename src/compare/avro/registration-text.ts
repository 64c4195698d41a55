import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, NumberLiteral } from "../../model/json.ts";

/**
 * The text that Java's converters register for a schema, character for character: compact, and a default of type float or double as
 * Double.toString writes it (`1000.0`, `1.0E10`). A registry without a check of structure looks a schema up by its text.
 * @param schema as AvroData makes it, properties in its order
 */
export function registrationText(schema: JsonValue): string {
  return textOf(schema, isReal);
}

/** The text of JSON that Jackson has read: a number is what it was written as, an integer or a double. */
export function jacksonText(value: JsonValue): string {
  return textOf(value, () => false);
}

function textOf(value: JsonValue, isRealAt: typeof isReal): string {
  if (isArray(value)) return `[${value.map((item) => textOf(item, isRealAt)).join(",")}]`;
  if (value instanceof NumberLiteral) return literalText(value);
  if (!isObject(value)) return typeof value === "string" ? stringText(value) : JSON.stringify(value);
  const parts = Object.entries(value).map(
    ([key, part]) => `${stringText(key)}:${isRealAt(value, key) && typeof part === "number" ? javaDouble(part) : textOf(part, isRealAt)}`,
  );
  return `{${parts.join(",")}}`;
}

/** Jackson writes control characters with capital letters. */
function stringText(text: string): string {
  return JSON.stringify(text).replaceAll(/\\(?:u([0-9a-f]{4})|.)/g, (escape, code?: string) =>
    code === undefined ? escape : `\\u${code.toUpperCase()}`,
  );
}

/** Whether the property is a value of type float or double: `default` of a field, `connect.default` of a type. */
function isReal(schema: JsonObject, key: string): boolean {
  if (key !== "default" && key !== "connect.default") return false;
  const type = schema["type"] ?? null;
  // A default is one of the first branch.
  const first = isArray(type) ? (type[0] ?? null) : type;
  const name = isObject(first) ? first["type"] : first;
  return name === "float" || name === "double";
}

/** Jackson reads what is no integer as a double, and writes those that JSON does not have as strings. */
function literalText({ text }: NumberLiteral): string {
  if (/^-?\d+$/.test(text)) return text.replace(/^-0$/, "0");
  const value = Number(text);
  return Number.isFinite(value) ? javaDouble(value) : `"${value}"`;
}

/**
 * As java.lang.Double.toString: a point always, an exponent below 10^-3 and from 10^7 on. Digits as from JDK 19 on: earlier ones write more of them for
 * some of the floats from 2^24 and doubles from 10^21 on (measured with 17: 2.15E9f is 2.15000013E9).
 */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  const sign = Object.is(value, -0) || value < 0 ? "-" : "";
  if (size === 0) return `${sign}0.0`;
  if (size >= 1e-3 && size < 1e7) return withPoint(String(value));
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${withPoint(digits)}E${exponent.replace("+", "")}`;
}

const withPoint = (digits: string): string => (digits.includes(".") ? digits : `${digits}.0`);
