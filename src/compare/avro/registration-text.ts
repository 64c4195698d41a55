import type { JsonObject, JsonValue } from "../../model/json.ts";

/**
 * The text that Java's converters register for a schema, character for character: compact, and a default of type float or double as
 * Double.toString writes it (`1000.0`, `1.0E10`). A registry without a check of structure looks a schema up by its text.
 * @param schema as AvroData makes it, properties in its order
 */
export function registrationText(schema: JsonValue): string {
  if (isList(schema)) return `[${schema.map(registrationText).join(",")}]`;
  if (!isObject(schema)) return typeof schema === "string" ? stringText(schema) : JSON.stringify(schema);
  return objectText(schema);
}

/** False when the schema has a default (of a bigint or a timestamp) that a JavaScript number does not hold, so that its text is not known. */
export function isExact(schema: JsonValue): boolean {
  if (typeof schema === "number") return !Number.isInteger(schema) || Number.isSafeInteger(schema);
  if (typeof schema !== "object" || schema === null) return true;
  return isList(schema) ? schema.every(isExact) : Object.entries(schema).every(([key, value]) => isReal(schema, key) || isExact(value));
}

/** Jackson writes control characters with capital letters. */
function stringText(text: string): string {
  return JSON.stringify(text).replaceAll(/\\(?:u([0-9a-f]{4})|.)/g, (escape, code?: string) =>
    code === undefined ? escape : `\\u${code.toUpperCase()}`,
  );
}

function objectText(schema: JsonObject): string {
  const parts = Object.entries(schema).map(
    ([key, value]) => `${stringText(key)}:${isReal(schema, key) ? realText(value) : registrationText(value)}`,
  );
  return `{${parts.join(",")}}`;
}

/** Whether the property is a value of type float or double: `default` of a field, `connect.default` of a type. */
function isReal(schema: JsonObject, key: string): boolean {
  if (key !== "default" && key !== "connect.default") return false;
  const type = schema["type"] ?? null;
  // A default is one of the first branch.
  const first = isList(type) ? (type[0] ?? null) : type;
  const name = isObject(first) ? first["type"] : first;
  return name === "float" || name === "double";
}

function realText(value: JsonValue): string {
  // NaN and the infinities are strings in JSON already.
  return typeof value === "number" ? javaDouble(value) : registrationText(value);
}

/** As java.lang.Double.toString: a point always, an exponent below 10^-3 and from 10^7 on. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  const sign = Object.is(value, -0) || value < 0 ? "-" : "";
  if (size === 0) return `${sign}0.0`;
  if (size >= 1e-3 && size < 1e7) return withPoint(String(value));
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${withPoint(digits)}E${exponent.replace("+", "")}`;
}

const withPoint = (digits: string): string => (digits.includes(".") ? digits : `${digits}.0`);

// Array.isArray does not narrow readonly arrays.
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is JsonObject => typeof value === "object" && value !== null && !isList(value);
