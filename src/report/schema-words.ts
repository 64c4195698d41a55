import type { ConnectSchema } from "../model/connect-schema.ts";

// Semantic names of io.debezium.time, io.debezium.data and org.apache.kafka.connect.data.
const semantic: Readonly<Record<string, string>> = {
  "io.debezium.time.Date": "days since 1970",
  "io.debezium.time.Timestamp": "milliseconds since 1970, no time zone",
  "io.debezium.time.MicroTimestamp": "microseconds since 1970, no time zone",
  "io.debezium.time.NanoTimestamp": "nanoseconds since 1970, no time zone",
  "io.debezium.time.Time": "milliseconds since midnight",
  "io.debezium.time.MicroTime": "microseconds since midnight",
  "io.debezium.time.NanoTime": "nanoseconds since midnight",
  "io.debezium.time.MicroDuration": "a duration in microseconds",
  "io.debezium.time.Interval": "a duration as P1Y2M3DT4H5M6S",
  "io.debezium.time.ZonedTimestamp": "a date and time in UTC",
  "io.debezium.time.ZonedTime": "a time in UTC",
  "io.debezium.time.IsoDate": "an ISO date",
  "io.debezium.time.IsoTime": "an ISO time",
  "io.debezium.time.IsoTimestamp": "an ISO date and time",
  "io.debezium.data.Json": "JSON",
  "io.debezium.data.Uuid": "a UUID",
  "io.debezium.data.Enum": "a label",
  "io.debezium.data.Xml": "XML",
  "io.debezium.data.Bits": "bits",
  "io.debezium.data.VariableScaleDecimal": "a decimal that carries its own scale",
  "org.apache.kafka.connect.data.Date": "days since 1970",
  "org.apache.kafka.connect.data.Time": "milliseconds since midnight",
  "org.apache.kafka.connect.data.Timestamp": "milliseconds since 1970",
};

const wire: Readonly<Record<ConnectSchema["type"], string>> = {
  int8: "8-bit integer",
  int16: "16-bit integer",
  int32: "32-bit integer",
  int64: "64-bit integer",
  float: "32-bit floating point",
  double: "64-bit floating point",
  boolean: "true or false",
  string: "text",
  bytes: "bytes",
  struct: "record",
  array: "list",
  map: "map",
};

/** What a field holds and how it travels: `microseconds since 1970, no time zone (64-bit integer)`. */
export function schemaWords(schema: ConnectSchema): string {
  const { name, type, items, parameters } = schema;
  if (name === "org.apache.kafka.connect.data.Decimal") return decimalWords(parameters);
  if (name === "io.debezium.data.Enum") return `a label: ${parameters?.["allowed"]?.split(",").join(", ") ?? "any"} (text)`;
  const meaning = name === undefined ? undefined : semantic[name];
  if (meaning !== undefined) return `${meaning} (${wire[type]})`;
  if (type === "array" && items !== undefined) return `list of: ${schemaWords(items)}`;
  if (type === "struct" && name !== undefined) return `record ${name}`;
  return wire[type];
}

function decimalWords(parameters: ConnectSchema["parameters"]): string {
  const scale = parameters?.["scale"] ?? "0";
  return `decimal with ${scale} ${scale === "1" ? "digit" : "digits"} after the point (bytes)`;
}

/** A field's default as people write it; null where it has none. */
export function defaultWords(schema: ConnectSchema): string | null {
  const { default: value, name, parameters } = schema;
  if (value === undefined) return null;
  if (name === "org.apache.kafka.connect.data.Decimal" && typeof value === "string")
    return decimalText(value, Number(parameters?.["scale"] ?? "0"));
  return JSON.stringify(value);
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Two's complement, big endian, in base64: how JsonConverter writes a Decimal. */
function decimalText(encoded: string, scale: number): string {
  const digits = encoded.replaceAll("=", "");
  const bits = [...digits].reduce((sum, digit) => (sum << 6n) | BigInt(Math.max(0, base64.indexOf(digit))), 0n);
  const bytes = Math.floor((digits.length * 6) / 8);
  const unscaled = BigInt.asIntN(bytes * 8, bits >> BigInt(digits.length * 6 - bytes * 8));
  const text = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return `${unscaled < 0n ? "-" : ""}${text.slice(0, text.length - scale)}${scale > 0 ? `.${text.slice(-scale)}` : ""}`;
}
