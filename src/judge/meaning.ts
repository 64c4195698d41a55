import type { ConnectSchema } from "../model/connect-schema.ts";
import type { Severity } from "../model/report.ts";

/**
 * How two schemas of one field differ for a reader of its values.
 * "type": Avro cannot resolve one as the other in at least one direction. "unit": the registry resolves them, and the value means something else.
 */
export interface Meaning {
  readonly kind: "type" | "unit";
  readonly severity: Severity;
}

const decimal = "org.apache.kafka.connect.data.Decimal";
const integers = new Set<ConnectSchema["type"]>(["int8", "int16", "int32", "int64"]);
const textual = /^io\.debezium\.time\.(Zoned|Iso|Interval)/;
const temporal = /^(io\.debezium\.time\.|org\.apache\.kafka\.connect\.data\.(Date|Time|Timestamp)$)/;

/**
 * The difference in meaning of two Connect schemas, nullability and defaults left aside; null when a reader notices nothing.
 * Rests on what was measured of Avro 1.12 and Karapace: they compare neither connect.name, nor parameters, nor a decimal's scale, and
 * promote string and bytes to each other.
 */
export function compareMeaning(before: ConnectSchema, after: ConnectSchema): Meaning | null {
  const [from, to] = [avroType(before), avroType(after)];
  if (from === to) return sameType(before, after);
  if (isStringOrBytes(before) && isStringOrBytes(after)) return { kind: "unit", severity: "error" };
  const bothTime = temporal.test(before.name ?? "") && temporal.test(after.name ?? "") && isInteger(before) && isInteger(after);
  return { kind: bothTime ? "unit" : "type", severity: "error" };
}

function sameType(before: ConnectSchema, after: ConnectSchema): Meaning | null {
  if (before.type === "array") return compareItems(before.items, after.items);
  if (before.type === "map") return compareItems(before.values, after.values);
  if (before.name === after.name) return sameName(before, after);
  if (before.type === "string") {
    const reformatted = textual.test(before.name ?? "") || textual.test(after.name ?? "");
    return { kind: "unit", severity: reformatted ? "error" : "warning" };
  }
  return before.type === "struct" ? { kind: "type", severity: "error" } : { kind: "unit", severity: "error" };
}

function compareItems(before: ConnectSchema | undefined, after: ConnectSchema | undefined): Meaning | null {
  return before === undefined || after === undefined ? null : compareMeaning(before, after);
}

function sameName(before: ConnectSchema, after: ConnectSchema): Meaning | null {
  if (before.name === decimal && before.parameters?.["scale"] !== after.parameters?.["scale"]) return { kind: "unit", severity: "error" };
  // smallint to integer: one Avro int, but sinks that made a 16-bit column overflow.
  const widened = bits(after) > bits(before);
  return widened ? { kind: "type", severity: "warning" } : null;
}

function bits({ type }: ConnectSchema): number {
  return integers.has(type) ? Number(type.slice(3)) : 0;
}

const isInteger = ({ type }: ConnectSchema): boolean => integers.has(type);
const isStringOrBytes = ({ type }: ConnectSchema): boolean => type === "string" || type === "bytes";

/** AvroData's mapping of the type alone. */
function avroType({ type, name }: ConnectSchema): string {
  if (type === "int8" || type === "int16" || type === "int32") return "int";
  return type === "struct" ? `struct ${name ?? ""}` : type;
}
