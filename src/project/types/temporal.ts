import type { ConnectType } from "../../model/connect-schema.ts";
import type { IntervalMode, TemporalMode } from "../settings.ts";
import { field, plain, semantic } from "./build.ts";
import type { TypeSchema } from "./build.ts";

const connect = (type: ConnectType, name: string): TypeSchema => semantic(type, `org.apache.kafka.connect.data.${name}`);
const debezium = (type: ConnectType, name: string): TypeSchema => semantic(type, `io.debezium.time.${name}`);

/** All fields of the structured types are optional (io.debezium.time.Structured*, Debezium 3.7). */
function structured(name: string, fields: readonly (readonly [string, ConnectType])[]): TypeSchema {
  return { ...debezium("struct", name), fields: fields.map(([one, type]) => field(one, plain(type), true)) };
}

const CLOCK = [
  ["hour", "int8"],
  ["minute", "int8"],
  ["second", "int8"],
  ["nanos", "int32"],
] as const;
const DAY = [
  ["year", "int32"],
  ["month", "int8"],
  ["day", "int8"],
] as const;

const STRUCTURED = {
  date: structured("StructuredDate", [...DAY, ["specialValue", "string"]]),
  time: structured("StructuredTime", [...CLOCK, ["precision", "int32"]]),
  timetz: structured("StructuredZonedTime", [...CLOCK, ["offsetSeconds", "int32"], ["precision", "int32"]]),
  timestamp: structured("StructuredTimestamp", [...DAY, ...CLOCK, ["specialValue", "string"], ["precision", "int32"]]),
  timestamptz: structured("StructuredZonedTimestamp", [
    ...DAY,
    ...CLOCK,
    ["offsetSeconds", "int32"],
    ["zoneId", "string"],
    ["specialValue", "string"],
    ["precision", "int32"],
  ]),
  interval: structured("StructuredDuration", [
    ["years", "int32"],
    ["months", "int32"],
    ["days", "int32"],
    ["hours", "int32"],
    ["minutes", "int32"],
    ["seconds", "int64"],
    ["nanos", "int32"],
    ["precision", "int32"],
  ]),
} as const;

/** io.debezium.jdbc.TemporalPrecisionMode.getDateBuilder. */
export function dateSchema(mode: TemporalMode): TypeSchema {
  if (mode === "structured") return STRUCTURED.date;
  if (mode === "connect") return connect("int32", "Date");
  return mode === "isostring" ? debezium("string", "IsoDate") : debezium("int32", "Date");
}

/** TemporalPrecisionMode.getTimeBuilder; `precision` in digits of the second's fraction. */
export function timeSchema(mode: TemporalMode, precision: number): TypeSchema {
  switch (mode) {
    case "adaptive":
      return precision <= 3 ? debezium("int32", "Time") : debezium("int64", "MicroTime");
    case "adaptive_time_microseconds":
    case "microseconds":
      return debezium("int64", "MicroTime");
    case "nanoseconds":
      return debezium("int64", "NanoTime");
    case "isostring":
      return debezium("string", "IsoTime");
    case "connect":
      return connect("int32", "Time");
    case "structured":
      return STRUCTURED.time;
    default:
      return mode satisfies never;
  }
}

/** TemporalPrecisionMode.getTimestampBuilder. */
export function timestampSchema(mode: TemporalMode, precision: number): TypeSchema {
  switch (mode) {
    case "adaptive":
    case "adaptive_time_microseconds":
      return precision <= 3 ? debezium("int64", "Timestamp") : debezium("int64", "MicroTimestamp");
    case "microseconds":
      return debezium("int64", "MicroTimestamp");
    case "nanoseconds":
      return debezium("int64", "NanoTimestamp");
    case "isostring":
      return debezium("string", "IsoTimestamp");
    case "connect":
      return connect("int64", "Timestamp");
    case "structured":
      return STRUCTURED.timestamp;
    default:
      return mode satisfies never;
  }
}

/** A `timetz` column: text, whatever the mode but for the structured one. */
export function zonedTimeSchema(mode: TemporalMode): TypeSchema {
  return mode === "structured" ? STRUCTURED.timetz : debezium("string", "ZonedTime");
}

/** A `timestamptz` column: text, whatever the mode but for the structured one. */
export function zonedTimestampSchema(mode: TemporalMode): TypeSchema {
  return mode === "structured" ? STRUCTURED.timestamptz : debezium("string", "ZonedTimestamp");
}

/** An `interval` column: ISO text, or microseconds in which every month has the same length. */
export function intervalSchema(mode: TemporalMode, handling: IntervalMode): TypeSchema {
  if (mode === "structured") return STRUCTURED.interval;
  return handling === "string" ? debezium("string", "Interval") : debezium("int64", "MicroDuration");
}
