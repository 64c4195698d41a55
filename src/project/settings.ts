import type { Unsupported } from "../model/connector.ts";
import { UserError } from "../errors.ts";
import { atLeast, parseVersion } from "./version.ts";
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

/**
 * Reads the type settings with Debezium's defaults.
 * @throws UserError CONNECTOR_INVALID for a value that Debezium's own validation refuses.
 */
export function typeSettings(given: Given, version: string, where: string): TypeSettings {
  return {
    version: parseVersion(version) ?? { major: 3, minor: 6 },
    decimal: oneOf(given, "decimal.handling.mode", DECIMAL, "precise", where),
    temporal: oneOf(given, "time.precision.mode", TEMPORAL, "adaptive", where),
    binary: oneOf(given, "binary.handling.mode", BINARY, "bytes", where),
    interval: oneOf(given, "interval.handling.mode", INTERVAL, "numeric", where),
    hstore: oneOf(given, "hstore.handling.mode", HSTORE, "json", where),
    moneyDigits: integer(given, "money.fraction.digits", 2, where),
    includeUnknown: flag(given, "include.unknown.datatypes", false, where),
  };
}

/** What the type settings ask for and the given version of Debezium does not have. */
export function unsupportedByVersion(settings: TypeSettings): readonly Unsupported[] {
  const needs: Partial<Record<TemporalMode, readonly [number, number]>> = {
    isostring: [3, 1],
    microseconds: [3, 1],
    nanoseconds: [3, 1],
    structured: [3, 7],
  };
  const need = needs[settings.temporal];
  if (need === undefined || atLeast(settings.version, need[0], need[1])) return [];
  const reason = `"${settings.temporal}" exists since Debezium ${need[0]}.${need[1]}; ${settings.version.major}.${settings.version.minor} refuses it`;
  return [{ setting: "time.precision.mode", reason }];
}

export function adjustmentMode(given: Given, setting: string, where: string): AdjustmentMode {
  return oneOf(given, setting, ADJUSTMENT, "none", where);
}

/** A setting with a closed set of values, without regard to case as io.debezium.config.EnumeratedValue. */
export function oneOf<Value extends string>(
  given: Given,
  setting: string,
  values: readonly Value[],
  fallback: Value,
  where: string,
): Value {
  const text = given[setting]?.trim().toLowerCase();
  if (text === undefined || text === "" || isPlaceholder(text)) return fallback;
  const value = values.find((one) => one === text);
  if (value !== undefined) return value;
  throw new UserError(
    "CONNECTOR_INVALID",
    `${where}: ${setting} is "${given[setting]}"; Debezium takes only ${values.join(", ")} and refuses to start otherwise. Correct it.`,
  );
}

function flag(given: Given, setting: string, fallback: boolean, where: string): boolean {
  return oneOf(given, setting, ["true", "false"], fallback ? "true" : "false", where) === "true";
}

export function integer(given: Given, setting: string, fallback: number, where: string): number {
  const text = given[setting]?.trim();
  if (text === undefined || text === "" || isPlaceholder(text)) return fallback;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new UserError("CONNECTOR_INVALID", `${where}: ${setting} is "${text}", which is no whole number. Correct it.`);
}

/** `${file:…}`, `${env:…}`: resolved by the Connect worker, unknown here. */
export function isPlaceholder(text: string): boolean {
  return /\$\{\w+:[^}]*\}/.test(text);
}
