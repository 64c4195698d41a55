import type { ConnectSchema, ConnectType } from "../../model/connect-schema.ts";
import type { JsonValue } from "../../model/json.ts";
import { exactNumber, NumberLiteral } from "../../model/json.ts";
import { base64ToLatin1 } from "../base64.ts";
import { decimalText, doubleText, floatText } from "./java-numbers.ts";

const DATA = "org.apache.kafka.connect.data.";
const BITS: Partial<Record<ConnectType, number>> = { int8: 8, int16: 16, int32: 32, int64: 64 };

/** A number as Java has it: whole ones exact, of any size. */
type JavaNumber = { readonly whole: bigint } | { readonly real: number };

/**
 * The default of a schema as org.apache.kafka.connect.transforms.Cast casts it, in JsonConverter's form. Null: it throws. Undefined: it cannot be told.
 */
export function castDefault(schema: ConnectSchema, type: ConnectType): JsonValue | null | undefined {
  const value = schema.default;
  if (type === "string") return textOf(schema, value);
  if (typeof value === "string" && schema.type === "string")
    return type === "boolean" ? value.toLowerCase() === "true" : parsed(value, type);
  if (typeof value === "boolean") return type === "boolean" ? value : Number(value);
  const number = numberOf(schema, value);
  if (number === undefined) return undefined;
  // Number.longValue(): a fraction of less than one is false.
  if (type === "boolean") return "whole" in number ? BigInt.asIntN(64, number.whole) !== 0n : saturated(number.real, 64) !== 0n;
  return narrowed(number, type);
}

function numberOf(schema: ConnectSchema, value: JsonValue | undefined): JavaNumber | undefined {
  if (schema.name === `${DATA}Decimal`) {
    const scale = Number(schema.parameters?.["scale"] ?? 0);
    const unscaled = unscaledOf(value);
    if (unscaled === undefined) return undefined;
    // Whole targets truncate; a fraction would need the exact decimal for float and double.
    return scale === 0 ? { whole: unscaled } : { real: Number(decimalText(unscaled, scale)) };
  }
  if (value instanceof NumberLiteral) return { whole: BigInt(value.text) };
  if (typeof value === "number")
    return Number.isInteger(value) && schema.type !== "float" && schema.type !== "double"
      ? { whole: BigInt(value) }
      : { real: schema.type === "float" ? Math.fround(value) : value };
  // Jackson writes these of a double as texts.
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return { real: Number(value) };
  return undefined;
}

function narrowed(number: JavaNumber, type: ConnectType): JsonValue | undefined {
  const bits = BITS[type];
  if (bits === undefined) {
    const real = "whole" in number ? Number(number.whole) : number.real;
    if (type === "double") return Number.isFinite(real) ? real : String(real);
    // As Jackson prints a float.
    const text = floatText(real);
    return text !== undefined && Number.isFinite(Math.fround(real)) ? Number(text) : text;
  }
  // Double.byteValue() goes by way of int.
  const whole = "whole" in number ? number.whole : saturated(number.real, bits === 64 ? 64 : 32);
  return exactNumber(BigInt.asIntN(bits, whole));
}

/** A double as Java narrows it to int or long: truncated, NaN to 0, what is too large to the largest. */
function saturated(real: number, bits: 32 | 64): bigint {
  if (Number.isNaN(real)) return 0n;
  const limit = 2n ** BigInt(bits - 1);
  if (Math.abs(real) < Number(limit)) return BigInt(Math.trunc(real));
  return real < 0 ? -limit : limit - 1n;
}

function parsed(value: string, type: ConnectType): JsonValue | null | undefined {
  const bits = BITS[type];
  if (bits === undefined) {
    if (/^[\s]*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return narrowed({ real: Number(value) }, type);
    return /[\d\w]/.test(value) && !/^[a-z]+$/i.test(value.trim()) ? undefined : null;
  }
  if (!/^[+-]?\d+$/.test(value)) return null;
  const whole = BigInt(value.replace(/^\+/, ""));
  return BigInt.asIntN(bits, whole) === whole ? narrowed({ whole }, type) : null;
}

function textOf(schema: ConnectSchema, value: JsonValue | undefined): string | undefined {
  if (schema.name === `${DATA}Decimal`) {
    const unscaled = unscaledOf(value);
    return unscaled === undefined ? undefined : decimalText(unscaled, Number(schema.parameters?.["scale"] ?? 0));
  }
  if (typeof value === "boolean" || typeof value === "string") return String(value);
  // Beyond what a date of JavaScript holds.
  if (value instanceof NumberLiteral) return schema.name === `${DATA}Timestamp` ? undefined : value.text;
  if (typeof value !== "number") return undefined;
  if (schema.name === `${DATA}Date`) return dateText(value * 86_400_000);
  if (schema.name === `${DATA}Time` || schema.name === `${DATA}Timestamp`) return dateText(value);
  if (schema.type === "double") return doubleText(value);
  return schema.type === "float" ? floatText(value) : String(value);
}

/** org.apache.kafka.connect.data.Values.dateFormatFor, on a worker whose time zone is UTC; before 1970-01-02 it writes the time alone. */
function dateText(millis: number): string | undefined {
  if (Math.abs(millis) > 8.64e15) return undefined;
  const iso = new Date(millis).toISOString();
  if (millis < 86_400_000) return iso.slice(iso.indexOf("T") + 1);
  return millis % 86_400_000 === 0 ? iso.slice(0, iso.indexOf("T")) : iso;
}

/** Two's complement, most significant byte first. */
function unscaledOf(value: JsonValue | undefined): bigint | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = base64ToLatin1(value);
  let whole = 0n;
  for (const byte of bytes) whole = whole * 256n + BigInt(byte.charCodeAt(0));
  return BigInt.asIntN(bytes.length * 8, whole);
}
