import type { JsonObject, JsonValue } from "../model/json.ts";
import { isObject } from "../model/json.ts";
import type { AvroSchema } from "./avro/schema.ts";

/** What a value of an Avro type stands for, as the properties of AvroData and Avro's logical types tell. */
export interface ValueMeaning {
  /** The type without null. */
  readonly type: AvroSchema["type"];
  /** What a number counts; null where that is not told. */
  readonly unit: Unit | null;
  /** Digits after the point of an unscaled decimal; null for what is none. */
  readonly scale: number | null;
  /** Digits it has room for; null where that is not told. */
  readonly precision: number | null;
  /** Labels of a PostgreSQL enum; null for what is none. */
  readonly labels: readonly string[] | null;
}

export type Unit =
  | "days"
  | "milliseconds"
  | "microseconds"
  | "nanoseconds"
  | "milliseconds of the day"
  | "microseconds of the day"
  | "nanoseconds of the day";

const units: Readonly<Record<string, Unit>> = {
  "io.debezium.time.Date": "days",
  "org.apache.kafka.connect.data.Date": "days",
  date: "days",
  "io.debezium.time.Timestamp": "milliseconds",
  "org.apache.kafka.connect.data.Timestamp": "milliseconds",
  "timestamp-millis": "milliseconds",
  "local-timestamp-millis": "milliseconds",
  "io.debezium.time.MicroTimestamp": "microseconds",
  "timestamp-micros": "microseconds",
  "local-timestamp-micros": "microseconds",
  "io.debezium.time.NanoTimestamp": "nanoseconds",
  "timestamp-nanos": "nanoseconds",
  "local-timestamp-nanos": "nanoseconds",
  "io.debezium.time.Time": "milliseconds of the day",
  "org.apache.kafka.connect.data.Time": "milliseconds of the day",
  "time-millis": "milliseconds of the day",
  "io.debezium.time.MicroTime": "microseconds of the day",
  "time-micros": "microseconds of the day",
  "io.debezium.time.NanoTime": "nanoseconds of the day",
};

/** The branch that holds the value; of an array, that of its items. */
export function valueType(schema: AvroSchema): AvroSchema {
  if (schema.type === "union") {
    const branch = schema.branches.find(({ type }) => type !== "null");
    return branch === undefined ? schema : valueType(branch);
  }
  return schema.type === "array" ? valueType(schema.items) : schema;
}

export function meaningOf(schema: AvroSchema): ValueMeaning {
  const type = valueType(schema);
  const properties = "properties" in type ? type.properties : {};
  const names = [properties["connect.name"], properties["logicalType"]].filter((name) => typeof name === "string");
  const parameters = properties["connect.parameters"];
  const isDecimal = names.includes("org.apache.kafka.connect.data.Decimal") || names.includes("decimal");
  return {
    type: type.type,
    unit: names.map((name) => units[name]).find((unit) => unit !== undefined) ?? null,
    scale: isDecimal ? numberIn(properties["scale"] ?? (isObject(parameters) ? parameters["scale"] : undefined)) : null,
    precision: isDecimal ? precisionOf(properties, parameters) : null,
    labels: names.includes("io.debezium.data.Enum") && isObject(parameters) ? labelsIn(parameters["allowed"]) : null,
  };
}

/** Debezium's own parameter comes first: AvroData writes 64 where Connect's Decimal names none. */
function precisionOf(properties: JsonObject, parameters: JsonValue | undefined): number | null {
  const own = isObject(parameters) ? parameters["connect.decimal.precision"] : undefined;
  const written = own ?? properties["precision"];
  return written === undefined ? null : numberIn(written);
}

const numberIn = (value: JsonValue | undefined): number => (typeof value === "number" || typeof value === "string" ? Number(value) : 0);
const labelsIn = (value: JsonValue | undefined): readonly string[] | null => (typeof value === "string" ? value.split(",") : null);

// 2026-01-02T03:04:05Z.
const seconds = 1_767_323_045n;
const secondOfDay = 11_045n;

/** Which of many values shows the difference. */
export interface Choice {
  /** A decimal with as many digits as there is room for, in place of 12.34. */
  readonly isLargest?: boolean;
  /** Label of an enum, in place of its last. */
  readonly label?: string | undefined;
}

/** A value that shows the difference, as avsc encodes it; long is a bigint. Null where none is known. */
export function sampleOf(schema: AvroSchema, choice: Choice = {}): unknown {
  if (schema.type === "union") {
    const branch = schema.branches.find(({ type }) => type !== "null");
    return branch === undefined ? null : sampleOf(branch, choice);
  }
  if (schema.type === "array") return [sampleOf(schema.items, choice)];
  const { unit, scale, precision, labels } = meaningOf(schema);
  switch (schema.type) {
    case "boolean":
      return true;
    case "int":
      return unit === null ? 42 : Number(counted(unit));
    case "long":
      return unit === null ? 9_007_199_254_740_993n : counted(unit);
    case "float":
    case "double":
      return 1.5;
    case "string":
      return choice.label ?? labels?.at(-1) ?? "text";
    case "bytes":
      if (scale === null) return Uint8Array.of(0x00, 0xff, 0x10);
      return twosComplement(choice.isLargest === true ? BigInt("1234567890".repeat(8).slice(0, precision ?? 20)) : usualDecimal(scale));
    case "enum":
      return schema.symbols[0];
    case "fixed":
      return new Uint8Array(schema.size);
    case "map":
      return {};
    case "record":
      return Object.fromEntries(schema.fields.map(({ name, type }) => [name, sampleOf(type, choice)]));
    case "null":
      return null;
    default:
      return schema satisfies never;
  }
}

function counted(unit: Unit): bigint {
  switch (unit) {
    case "days":
      return seconds / 86_400n;
    case "milliseconds":
      return seconds * 1000n;
    case "microseconds":
      return seconds * 1_000_000n;
    case "nanoseconds":
      return seconds * 1_000_000_000n;
    case "milliseconds of the day":
      return secondOfDay * 1000n;
    case "microseconds of the day":
      return secondOfDay * 1_000_000n;
    case "nanoseconds of the day":
      return secondOfDay * 1_000_000_000n;
    default:
      return unit satisfies never;
  }
}

/** 12.34, less where the scale has no room. */
function usualDecimal(scale: number): bigint {
  return scale >= 2 ? 1234n * 10n ** BigInt(Math.min(scale - 2, 30)) : 12n * 10n ** BigInt(Math.max(scale, 0));
}

/** Most significant byte first. */
function twosComplement(digits: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = digits; rest > 0n || bytes.length === 0 || (bytes[0] ?? 0) > 0x7f; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return Uint8Array.from(bytes);
}

type Idea = Pick<ValueMeaning, "unit" | "scale"> & Partial<Pick<ValueMeaning, "precision" | "labels">>;

/** The value as somebody reads it who takes it for that. */
export function readAs(value: unknown, idea: Idea): string {
  const { unit, scale, precision, labels } = idea;
  if (Array.isArray(value)) return `[${value.map((item) => readAs(item, idea)).join(", ")}]`;
  if (unit !== null && (typeof value === "bigint" || typeof value === "number"))
    return timeText(BigInt(Math.trunc(Number(value))), value, unit);
  if (value instanceof Uint8Array) return scale === null ? `0x${hex(value)}` : withRoom(decimalText(value, scale), precision ?? null);
  if (typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? "nothing";
  return typeof value === "string" && labels?.includes(value) === false ? `${text} (unknown to it)` : text;
}

/** A reader with less room gets the whole number from Avro, and then has nowhere to put it. */
function withRoom(text: string, precision: number | null): string {
  const digits = text.replaceAll(/\D/g, "").replace(/^0+/, "").length;
  return precision === null || digits <= precision ? text : `${text} (${digits} digits, and it has room for ${precision})`;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function timeText(rounded: bigint, value: bigint | number, unit: Unit): string {
  const exact = typeof value === "bigint" ? value : rounded;
  const [kind, , ofDay] = unit.split(" ");
  const perSecond = kind === "milliseconds" ? 1000n : kind === "microseconds" ? 1_000_000n : 1_000_000_000n;
  const milliseconds = unit === "days" ? exact * 86_400_000n : (exact * 1000n) / perSecond;
  const date = new Date(Number(milliseconds));
  if (Number.isNaN(date.getTime())) return `${exact} (no date)`;
  const text = date.toISOString().replace(/\.000Z$/, "Z");
  if (ofDay !== undefined) return milliseconds < 86_400_000n ? text.slice(11, -1) : `${exact} (past midnight)`;
  return unit === "days" ? text.slice(0, text.indexOf("T")) : text;
}

function decimalText(bytes: Uint8Array, scale: number): string {
  const unsigned = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const value = (bytes[0] ?? 0) > 0x7f ? unsigned - (1n << BigInt(bytes.length * 8)) : unsigned;
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
