import { parseVersion } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

const DECIMAL = ["precise", "double", "string"] as const;
const TEMPORAL = ["adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds", "structured"] as const;
const BINARY = ["bytes", "base64", "base64-url-safe", "hex"] as const;
const INTERVAL = ["numeric", "string"] as const;
const HSTORE = ["json", "map"] as const;
const ADJUSTMENT = ["none", "avro", "avro_unicode"] as const;

export type DecimalMode = (typeof DECIMAL)[number];
export type TemporalMode = (typeof TEMPORAL)[number];
export type BinaryMode = (typeof BINARY)[number];
export type IntervalMode = (typeof INTERVAL)[number];
export type HstoreMode = (typeof HSTORE)[number];
export type AdjustmentMode = (typeof ADJUSTMENT)[number];

/** The settings that decide how a column's type becomes a schema. */
export interface TypeSettings {
  readonly version: DebeziumVersion;
  readonly decimal: DecimalMode;
  readonly temporal: TemporalMode;
  readonly binary: BinaryMode;
  readonly interval: IntervalMode;
  readonly hstore: HstoreMode;
  readonly moneyDigits: number;
  readonly includeUnknown: boolean;
}

type Given = Readonly<Record<string, string>>;

/** Reads the type settings with Debezium's defaults, which also stand in for values that Debezium refuses: those are told as problems of the connector. */
export function typeSettings(given: Given, version: string): TypeSettings {
  return {
    version: parseVersion(version) ?? { major: 3, minor: 6 },
    decimal: oneOf(given, "decimal.handling.mode", DECIMAL, "precise"),
    temporal: oneOf(given, "time.precision.mode", TEMPORAL, "adaptive"),
    binary: oneOf(given, "binary.handling.mode", BINARY, "bytes"),
    interval: oneOf(given, "interval.handling.mode", INTERVAL, "numeric"),
    hstore: oneOf(given, "hstore.handling.mode", HSTORE, "json"),
    moneyDigits: integer(given, "money.fraction.digits", 2),
    includeUnknown: flag(given, "include.unknown.datatypes", false),
  };
}

/** schema.name.adjustment.mode or field.name.adjustment.mode, as written; "none" for anything else. */
export function adjustmentMode(given: Given, setting: string): AdjustmentMode {
  return oneOf(given, setting, ADJUSTMENT, "none");
}

/** A setting with a closed set of values, without regard to case as io.debezium.config.EnumeratedValue; the fallback for any other value. */
export function oneOf<Value extends string>(given: Given, setting: string, values: readonly Value[], fallback: Value): Value {
  const text = given[setting]?.trim().toLowerCase();
  return values.find((one) => one === text) ?? fallback;
}

/** A setting that is true or false. */
export function flag(given: Given, setting: string, fallback: boolean): boolean {
  return oneOf(given, setting, ["true", "false"], fallback ? "true" : "false") === "true";
}

/** A whole number in decimal digits; the fallback for anything else. */
export function integer(given: Given, setting: string, fallback: number): number {
  const text = given[setting] ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : fallback;
}

/** `${file:…}`, `${env:…}`, `${secrets:…}`, `${vault:…}`: resolved by the Connect worker's configuration providers, unknown here. */
export function isPlaceholder(text: string): boolean {
  return /\$\{[\w.-]+:[^}]*\}/.test(text);
}

/** Also `${NAME}`, which Debezium Server and many a deployment script fill in. In a transform it may be the transform's own. */
export function isFilledIn(text: string): boolean {
  return /\$\{[^}]*\}/.test(text);
}
