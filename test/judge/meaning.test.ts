import { expect, test } from "vitest";
import { compareMeaning } from "../../src/judge/rule.ts";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";

const of = (type: ConnectSchema["type"], name?: string, parameters?: Record<string, string>): ConnectSchema => ({
  type,
  optional: true,
  ...(name === undefined ? {} : { name }),
  ...(parameters === undefined ? {} : { parameters }),
});
const decimal = (scale: string): ConnectSchema => of("bytes", "org.apache.kafka.connect.data.Decimal", { scale });
const list = (items: ConnectSchema): ConnectSchema => ({ type: "array", optional: true, items });
const micros = of("int64", "io.debezium.time.MicroTimestamp");
const millis = of("int64", "io.debezium.time.Timestamp");
const days = of("int32", "io.debezium.time.Date");
const zoned = of("string", "io.debezium.time.ZonedTimestamp");
const text = of("string");
const label = of("string", "io.debezium.data.Enum");
const scaled = of("struct", "io.debezium.data.VariableScaleDecimal");

test.each([
  ["integer to bigint", of("int32"), of("int64"), "type error"],
  ["bigint to integer", of("int64"), of("int32"), "type error"],
  ["integer to text", of("int32"), text, "type error"],
  ["numeric to numeric(10,2)", scaled, decimal("2"), "type error"],
  ["timestamp to timestamptz", micros, zoned, "type error"],
  ["real to double precision", of("float"), of("double"), "type error"],
  ["text to text[]", text, list(text), "type error"],
  ["integer[] to bigint[]", list(of("int32")), list(of("int64")), "type error"],
  ["smallint to integer", of("int16"), of("int32"), "type warning"],
  ["integer to smallint", of("int32"), of("int16"), null],
  ["timestamp(6) to timestamp(3)", micros, millis, "unit error"],
  ["date to timestamp", days, micros, "unit error"],
  ["timestamp to date", micros, days, "unit error"],
  ["time(3) to time", of("int32", "io.debezium.time.Time"), of("int64", "io.debezium.time.MicroTime"), "unit error"],
  ["bigint to timestamp", of("int64"), micros, "unit error"],
  ["numeric(12,4) to numeric(12,2)", decimal("4"), decimal("2"), "unit error"],
  ["numeric(10,2) to numeric(12,2)", decimal("2"), decimal("2"), null],
  ["bytea to text", of("bytes"), text, "unit error"],
  ["numeric(10,2) to text", decimal("2"), text, "unit error"],
  ["numeric(10,2) to bytea", decimal("2"), of("bytes"), "unit error"],
  ["text to timestamptz", text, zoned, "unit error"],
  ["text to an enum", text, label, "unit warning"],
  ["text to jsonb", text, of("string", "io.debezium.data.Json"), "unit warning"],
  ["varchar to text", text, text, null],
  ["json to jsonb", of("string", "io.debezium.data.Json"), of("string", "io.debezium.data.Json"), null],
  ["another default", { ...text, default: "a" }, { ...text, optional: false }, null],
] as const)("%s", (_, before, after, expected) => {
  const meaning = compareMeaning(before, after);
  expect(meaning === null ? null : `${meaning.kind} ${meaning.severity}`).toBe(expected);
});
