import type { JsonValue } from "../../model/json.ts";
import type { TemporalMode } from "../settings.ts";
import { epochNanos, floorDiv, isoClock, isoDate, isoMoment, parseClock, parseMoment } from "./date-time.ts";

/** LocalDate.MAX and MIN as epoch days cut to 32 bits: what the driver's infinities become. */
const INFINITE_DAYS: Readonly<Record<string, number>> = { infinity: 169_560_311, "-infinity": -170_999_002 };
/** OffsetDateTime.MAX overflows a long of microseconds; MIN saturates. */
const INFINITE_MICROS: Readonly<Record<string, bigint>> = {
  infinity: -9_223_372_036_853_775_810n,
  "-infinity": -9_223_372_036_854_775_808n,
};

export function dateDefault(text: string, mode: TemporalMode): JsonValue | undefined {
  if (mode === "structured") return undefined;
  const infinite = INFINITE_DAYS[text];
  if (infinite !== undefined) return mode === "isostring" || mode === "connect" ? undefined : infinite;
  const moment = parseMoment(text);
  if (moment === null) return undefined;
  return mode === "isostring" ? `${isoDate(moment.day)}Z` : Number(moment.day);
}

export function timeDefault(text: string, precision: number, mode: TemporalMode): JsonValue | undefined {
  const nanos = parseClock(text);
  if (nanos === null || mode === "structured") return undefined;
  if (mode === "isostring") return `${isoClock(nanos, null)}Z`;
  if (mode === "nanoseconds") return Number(nanos);
  const inMillis = mode === "connect" || (mode === "adaptive" && precision <= 3);
  return Number(nanos / (inMillis ? 1_000_000n : 1000n));
}

export function timestampDefault(text: string, precision: number, mode: TemporalMode): JsonValue | undefined {
  if (mode === "structured") return undefined;
  const inMillis = mode === "connect" || ((mode === "adaptive" || mode === "adaptive_time_microseconds") && precision <= 3);
  const infinite = INFINITE_MICROS[text];
  if (infinite !== undefined) return inMillis || mode === "isostring" || mode === "nanoseconds" ? undefined : Number(infinite);
  const moment = parseMoment(text);
  if (moment === null) return undefined;
  const nanos = epochNanos(moment);
  if (mode === "isostring") return isoMoment(nanos, null);
  if (mode === "nanoseconds") return BigInt.asIntN(64, nanos) === nanos ? Number(nanos) : undefined;
  return Number(floorDiv(nanos, inMillis ? 1_000_000n : 1000n));
}

/** `fraction`: the declared precision; 0 or less prints as many digits as are needed (ZonedTimestamp.getDateTimeFormatter). */
export function timestamptzDefault(text: string, fraction: number, mode: TemporalMode): JsonValue | undefined {
  const moment = mode === "structured" ? null : parseMoment(text);
  if (moment === null) return undefined;
  return isoMoment(epochNanos(moment), fraction <= 0 || fraction > 9 ? null : fraction);
}
