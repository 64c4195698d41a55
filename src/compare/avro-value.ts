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
