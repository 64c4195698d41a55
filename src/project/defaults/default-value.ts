import type { TypeDefinition } from "../../model/catalog.ts";
import type { JsonValue, NumberLiteral } from "../../model/json.ts";
import { exactNumber } from "../../model/json.ts";
import { toBase64 } from "../base64.ts";
import type { ColumnShape } from "../column-shape.ts";
import type { TypeSettings } from "../settings.ts";
import { isBuiltIn } from "../type-index.ts";
import { VARIABLE_SCALE_LENGTH } from "../type-size.ts";
import { isVariableScale } from "../types/numeric.ts";
import { decimalBytes, parseDecimal, plainText, withScale } from "./decimal.ts";
import { defaultText, enumDefaultText } from "./default-text.ts";
import { intervalMicros, intervalText, parseInterval } from "./interval.ts";
import { dateDefault, timeDefault, timestampDefault, timestamptzDefault } from "./temporal-default.ts";

/**
 * The default that the column's schema carries, in JsonConverter's form (PostgresDefaultValueConverter); undefined where Debezium
 * keeps none: arrays, domains, all types without a mapper, and every text that does not parse.
 */
export function defaultValue(shape: ColumnShape, settings: TypeSettings): JsonValue | undefined {
  const { root } = shape;
  if (shape.defaultText === null || shape.isDomain) return undefined;
  if (root.kind === "enum") return enumDefaultText(shape.defaultText, root.name);
  const converter = isBuiltIn(root) ? CONVERTERS[root.name] : undefined;
  if (converter === undefined) return undefined;
  const expression = converter.raw === true ? shape.defaultText : shape.defaultText.trim();
  if (converter.nullable !== true && expression.startsWith("NULL::")) return undefined;
  const text = defaultText(expression, converter.placeholder, settings.version);
  return text === undefined ? undefined : converter.read(text, shape, settings);
}

/** Whether Debezium looks at the default of a column of this type at all (PostgresDefaultValueConverter.supportConversion). */
export function hasDefaultMapper(type: TypeDefinition): boolean {
  return type.kind === "enum" || (isBuiltIn(type) && CONVERTERS[type.name] !== undefined);
}

interface Converter {
  /** What stands for a call of a function. */
  readonly placeholder: string;
  /** The expression is not trimmed. */
  readonly raw?: true;
  /** `NULL::type` is left to the reader of the text. */
  readonly nullable?: true;
  readonly read: (text: string, shape: ColumnShape, settings: TypeSettings) => JsonValue | undefined;
}

const asText = (placeholder: string): Converter => ({ placeholder, raw: true, nullable: true, read: (text) => text });

const CONVERTERS: Readonly<Record<string, Converter>> = {
  bool: { placeholder: "false", read: (text) => text.toLowerCase() === "true" },
  int2: { placeholder: "0", read: (text) => wholeNumber(text, 16) },
  int4: { placeholder: "0", read: (text) => wholeNumber(text, 32) },
  int8: { placeholder: "0", read: (text) => wholeNumber(text, 64) },
  float4: { placeholder: "0.0", read: (text) => floating(text, Math.fround) },
  float8: { placeholder: "0.0", read: (text) => floating(text, (value) => value) },
  numeric: { placeholder: "0.0", read: numericDefault },
  bpchar: asText(""),
  varchar: asText(""),
  text: asText(""),
  xml: asText(""),
  json: asText("{}"),
  jsonb: asText("{}"),
  uuid: { placeholder: "00000000-0000-0000-0000-000000000000", nullable: true, read: (text) => uuid(text) },
  bit: { placeholder: "00", nullable: true, read: (text, shape) => bits(text, shape.length) },
  varbit: { placeholder: "0", nullable: true, read: (text, shape) => bits(text, shape.length) },
  date: { placeholder: "1970-01-01", nullable: true, read: (text, _, settings) => dateDefault(text, settings.temporal) },
  time: { placeholder: "00:00", nullable: true, read: (text, shape, settings) => timeDefault(text, shape.scale ?? -1, settings.temporal) },
  timestamp: {
    placeholder: "1970-01-01",
    nullable: true,
    read: (text, shape, settings) => timestampDefault(text, shape.scale ?? -1, settings.temporal),
  },
  timestamptz: {
    placeholder: "1970-01-01",
    nullable: true,
    read: (text, shape, settings) => timestamptzDefault(text, shape.scale ?? shape.length, settings.temporal),
  },
  interval: { placeholder: "epoch", nullable: true, read: intervalDefault },
};

/** Short.parseShort and its like: no blanks, no point, in range. */
function wholeNumber(text: string, size: 16 | 32 | 64): number | NumberLiteral | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(size, value) === value ? exactNumber(value) : undefined;
}

/** Float.parseFloat, Double.parseDouble; JSON has no NaN and no infinity, so they are words. */
function floating(text: string, round: (value: number) => number): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === "NaN" || trimmed === "Infinity" || trimmed === "-Infinity") return trimmed;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return undefined;
  const value = round(Number(trimmed));
  return round === Math.fround ? shortestFloat(value) : value;
}

/** The shortest decimal that is the same 32-bit float, as Java prints it. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function numericDefault(text: string, shape: ColumnShape, settings: TypeSettings): JsonValue | undefined {
  const parsed = parseDecimal(text);
  if (parsed === null) return undefined;
  // A Struct cannot be a default (KAFKA-12694).
  if (settings.decimal === "precise" && isVariableScale(shape.length, shape.scale)) return undefined;
  const fixed = shape.scale !== null && shape.length !== VARIABLE_SCALE_LENGTH;
  const decimal = fixed && shape.scale !== null ? withScale(parsed, shape.scale) : parsed;
  if (decimal === null) return undefined;
  if (settings.decimal === "double") return Number(plainText(decimal));
  return settings.decimal === "string" ? plainText(decimal) : toBase64(decimalBytes(decimal));
}

function uuid(text: string): string | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** PostgresValueConverter.convertBits: little-endian, no more bytes than the highest one bit needs. */
function bits(text: string, length: number): JsonValue | undefined {
  if (length <= 1) return /^[01]+$/.test(text) ? /1/.test(text) : undefined;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(text.length - 1 - at) !== "1") continue;
    const index = Math.floor(at / 8);
    while (bytes.length <= index) bytes.push(0);
    bytes[index] = (bytes[index] ?? 0) | (1 << (at % 8));
  }
  return toBase64(bytes);
}

function intervalDefault(text: string, _: ColumnShape, settings: TypeSettings): JsonValue | undefined {
  const interval = parseInterval(text);
  if (interval === null || settings.temporal === "structured") return undefined;
  return settings.interval === "string" ? intervalText(interval) : exactNumber(intervalMicros(interval));
}
