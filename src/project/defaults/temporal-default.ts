import type { JsonValue } from "../../model/json.ts";
import { exactNumber } from "../../model/json.ts";
import type { TemporalMode } from "../settings.ts";
import { epochNanos, floorDiv, isoClock, isoDate, isoMoment, parseClock, parseMoment } from "./date-time.ts";

/** LocalDate.MAX and MIN as epoch days cut to 32 bits: what the driver's infinities become. */
const INFINITE_DAYS: Readonly<Record<string, number>> = { infinity: 169_560_311, "-infinity": -170_999_002 };
/** LocalDate.MAX and MIN. */
const INFINITE_DATES: Readonly<Record<string, string>> = { infinity: "+999999999-12-31Z", "-infinity": "-999999999-01-01Z" };
/** OffsetDateTime.MAX and MIN in the local time that they show. */
const INFINITE_TIMESTAMPS: Readonly<Record<string, string>> = {
  infinity: "+999999999-12-31T23:59:59.999999999Z",
  "-infinity": "-999999999-01-01T00:00:00Z",
};
/** Their instants in nanoseconds: MAX is at -18:00, MIN at +18:00. */
const INFINITE_NANOS: Readonly<Record<string, bigint>> = {
  infinity: 31_556_889_864_467_999_999_999_999n,
  "-infinity": -31_557_014_167_284_000_000_000_000n,
};

/**
 * Default of a `date` column: days since 1970, or ISO text. `text` is the literal without quotes and cast; undefined where Debezium keeps no default:
 * what is no date, and the structured form.
 */
export function dateDefault(text: string, mode: TemporalMode): JsonValue | undefined {
  if (mode === "structured") return undefined;
  const infinite = mode === "isostring" ? INFINITE_DATES[text] : INFINITE_DAYS[text];
  if (infinite !== undefined) return infinite;
  const moment = parseMoment(text);
  if (moment === null) return undefined;
  return mode === "isostring" ? `${isoDate(moment.day)}Z` : Number(moment.day);
}

/** Default of a `time` column, since midnight: milli-, micro- or nanoseconds as the mode and the declared precision say, or ISO text. Undefined as for dateDefault. */
export function timeDefault(text: string, precision: number, mode: TemporalMode): JsonValue | undefined {
  const nanos = parseClock(text);
  if (nanos === null || mode === "structured") return undefined;
  if (mode === "isostring") return `${isoClock(nanos, null)}Z`;
  if (mode === "nanoseconds") return Number(nanos);
  const inMillis = mode === "connect" || (mode === "adaptive" && precision <= 3);
  return Number(nanos / (inMillis ? 1_000_000n : 1000n));
}

/**
 * Default of a `timestamp` column, since 1970: milli-, micro- or nanoseconds as the mode and the declared precision say, or ISO text. Undefined as for
 * dateDefault, and where the unit cannot hold it.
 */
export function timestampDefault(text: string, precision: number, mode: TemporalMode): JsonValue | undefined {
  if (mode === "structured") return undefined;
  const inMillis = mode === "connect" || ((mode === "adaptive" || mode === "adaptive_time_microseconds") && precision <= 3);
  const infinite = INFINITE_NANOS[text];
  if (infinite !== undefined) {
    if (mode === "isostring") return INFINITE_TIMESTAMPS[text];
    return inMillis || mode === "nanoseconds" ? undefined : exactNumber(epochMicros(infinite));
  }
  const moment = parseMoment(text);
  if (moment === null) return undefined;
  const nanos = epochNanos(moment);
  if (mode === "isostring") return isoMoment(nanos, null);
  if (mode === "nanoseconds") return BigInt.asIntN(64, nanos) === nanos ? exactNumber(nanos) : undefined;
  return exactNumber(inMillis ? floorDiv(nanos, 1_000_000n) : epochMicros(nanos));
}

const MAX_LONG = 2n ** 63n - 1n;

/** io.debezium.time.Conversions.toEpochMicros: TimeUnit.SECONDS.toMicros stops at the ends of a long, the addition of the fraction wraps around. */
function epochMicros(nanos: bigint): bigint {
  const seconds = floorDiv(nanos, 1_000_000_000n);
  const whole = seconds * 1_000_000n;
  const held = whole > MAX_LONG ? MAX_LONG : whole < -MAX_LONG ? -MAX_LONG - 1n : whole;
  return BigInt.asIntN(64, held + (nanos - seconds * 1_000_000_000n) / 1000n);
}

/** `fraction`: the declared precision; 0 or less prints as many digits as are needed (ZonedTimestamp.getDateTimeFormatter). */
export function timestamptzDefault(text: string, fraction: number, mode: TemporalMode): JsonValue | undefined {
  const moment = mode === "structured" ? null : parseMoment(text);
  if (moment === null) return undefined;
  return isoMoment(epochNanos(moment), fraction <= 0 || fraction > 9 ? null : fraction);
}
