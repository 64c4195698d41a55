import type { ConnectSchema } from "../model/connect-schema.ts";
import type { RelationImpact } from "../model/impact.ts";
import { capitalized, listOf as listAll } from "../model/words.ts";
import type { ColumnPair } from "./rule.ts";

/** `a`, `a and b`, `a, b and c`; of more than six the first five and a count: `a, b, c, d, e and 7 more`. */
export const listOf = (items: readonly string[]): string =>
  listAll(items.length > 6 ? [...items.slice(0, 5), `${items.length - 5} more`] : items);

/** A name of the user's, set apart from the sentence. */
export const quote = (name: string): string => `"${name}"`;

/** `topic a`, `topics a and b`: where the streams write before the migration, or after it for new ones. */
export function topicNames(streams: readonly RelationImpact[]): string {
  const topics = [
    ...new Set(streams.flatMap(({ projectionBefore, projectionAfter }) => (projectionBefore ?? projectionAfter)?.topic ?? [])),
  ];
  return `${topics.length === 1 ? "topic" : "topics"} ${listOf(topics)}`;
}

/** Names of the connectors, each once, for Finding.connector. */
export function connectorNames(streams: readonly RelationImpact[]): string {
  return [...new Set(streams.map(({ connector }) => connector))].join(", ");
}

/** `integer to bigint`, as PostgreSQL prints the types. */
export function typesOf({ before, after }: ColumnPair): string {
  return `${before?.type.text ?? "nothing"} to ${after?.type.text ?? "nothing"}`;
}

// Semantic names of io.debezium.time and org.apache.kafka.connect.data, in words for people who read numbers.
const meanings: Readonly<Record<string, string>> = {
  "io.debezium.time.Date": "a count of days since 1970",
  "org.apache.kafka.connect.data.Date": "a count of days since 1970",
  "io.debezium.time.Timestamp": "a count of milliseconds since 1970",
  "org.apache.kafka.connect.data.Timestamp": "a count of milliseconds since 1970",
  "io.debezium.time.MicroTimestamp": "a count of microseconds since 1970",
  "io.debezium.time.NanoTimestamp": "a count of nanoseconds since 1970",
  "io.debezium.time.Time": "a count of milliseconds since midnight",
  "org.apache.kafka.connect.data.Time": "a count of milliseconds since midnight",
  "io.debezium.time.MicroTime": "a count of microseconds since midnight",
  "io.debezium.time.NanoTime": "a count of nanoseconds since midnight",
  "io.debezium.time.MicroDuration": "a count of microseconds",
  "io.debezium.time.Interval": "a text such as P1Y2M3DT4H5M6S",
  "io.debezium.time.ZonedTimestamp": "a text such as 2026-01-31T10:00:00.000000Z",
  "io.debezium.time.ZonedTime": "a text such as 10:00:00Z",
  "io.debezium.time.IsoDate": "a text such as 2026-01-31Z",
  "io.debezium.time.IsoTime": "a text such as 10:00:00Z",
  "io.debezium.time.IsoTimestamp": "a text such as 2026-01-31T10:00:00Z",
  "io.debezium.data.VariableScaleDecimal": "a record of a scale and the digits",
  "io.debezium.data.Json": "a JSON text",
  "io.debezium.data.Uuid": "a UUID text",
  "io.debezium.data.Enum": "a label of an enum",
  "io.debezium.data.Xml": "an XML text",
  "io.debezium.data.Bits": "bits",
};

const plain: Readonly<Record<ConnectSchema["type"], string>> = {
  int8: "an 8-bit integer",
  int16: "a 16-bit integer",
  int32: "a 32-bit integer",
  int64: "a 64-bit integer",
  float: "a 32-bit floating point number",
  double: "a 64-bit floating point number",
  boolean: "true or false",
  string: "a text",
  bytes: "bytes",
  struct: "a record",
  array: "a list",
  map: "a map",
};

/** What a consumer finds in the field, for somebody who has never seen a schema. */
export function typeWords(schema: ConnectSchema): string {
  const { name, type, items, parameters } = schema;
  if (name === "org.apache.kafka.connect.data.Decimal") {
    const scale = parameters?.["scale"] ?? "0";
    return `a decimal number with ${scale} ${scale === "1" ? "digit" : "digits"} after the point, packed into bytes`;
  }
  if (name !== undefined && meanings[name] !== undefined) return meanings[name];
  if (type === "array" && items !== undefined) return `a list, each item ${typeWords(items)}`;
  return plain[type];
}

/** An instruction in lower case, or a question, as a sentence of its own. */
export function asSentence(clause: string): string {
  const text = capitalized(clause);
  return text.endsWith("?") ? text : `${text}.`;
}
