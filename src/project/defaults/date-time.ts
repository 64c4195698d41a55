/** A moment without zone as the PostgreSQL driver parses it (org.postgresql.jdbc.TimestampUtils); `offset` in seconds east of UTC. */
export interface ParsedMoment {
  /** Days since 1970-01-01 in the proleptic Gregorian calendar. */
  readonly day: bigint;
  readonly nanosOfDay: bigint;
  readonly offset: number;
}

const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

const MOMENT =
  /^\s*(\d{1,7})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*([+-]\d{1,2}(?::?\d{2})?(?::?\d{2})?|Z)?\s*(AD|BC)?\s*$/;

/** Reads PostgreSQL's ISO output of a date, timestamp or timestamptz; null for anything else (`infinity`, `now`). */
export function parseMoment(text: string): ParsedMoment | null {
  const match = MOMENT.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", day = "", hour, minute, second, fraction, zone, era] = match;
  const signedYear = era === "BC" ? 1n - BigInt(year) : BigInt(year);
  const nanosOfDay = clockNanos(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), fraction);
  return { day: daysFromCivil(signedYear, BigInt(month), BigInt(day)), nanosOfDay, offset: parseOffset(zone) };
}

const CLOCK = /^\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*$/;

/** Nanoseconds since midnight. The driver turns 24:00:00 into the last nanosecond of the day (LocalTime.MAX). */
export function parseClock(text: string): bigint | null {
  const match = CLOCK.exec(text);
  if (match === null) return null;
  const nanos = clockNanos(Number(match[1]), Number(match[2]), Number(match[3] ?? 0), match[4]);
  if (nanos > NANOS_PER_DAY) return null;
  return nanos === NANOS_PER_DAY ? NANOS_PER_DAY - 1n : nanos;
}

function clockNanos(hour: number, minute: number, second: number, fraction: string | undefined): bigint {
  const nanos = BigInt((fraction ?? "").padEnd(9, "0").slice(0, 9) || "0");
  return BigInt(hour * 3600 + minute * 60 + second) * NANOS_PER_SECOND + nanos;
}

function parseOffset(zone: string | undefined): number {
  const match = zone === undefined ? null : /^([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(zone);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return match[1] === "-" ? -seconds : seconds;
}

/** Nanoseconds since the epoch. */
export function epochNanos(moment: ParsedMoment): bigint {
  return moment.day * NANOS_PER_DAY + moment.nanosOfDay - BigInt(moment.offset) * NANOS_PER_SECOND;
}

/** Howard Hinnant's days_from_civil: the era of 400 years starts in March. */
function daysFromCivil(year: bigint, month: bigint, day: bigint): bigint {
  const shifted = month <= 2n ? year - 1n : year;
  const era = floorDiv(shifted, 400n);
  const yearOfEra = shifted - era * 400n;
  const dayOfYear = (153n * (month + (month > 2n ? -3n : 9n)) + 2n) / 5n + day - 1n;
  return era * 146_097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear - 719_468n;
}

export function floorDiv(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by);
}

/** ISO date as Java's ISO_LOCAL_DATE: four to ten digits, a sign before years beyond 9999. */
export function isoDate(epochDay: bigint): string {
  const shifted = epochDay + 719_468n;
  const era = floorDiv(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * dayOfYear + 2n) / 153n;
  const month = shiftedMonth + (shiftedMonth < 10n ? 3n : -9n);
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  const sign = year < 0n ? "-" : year > 9999n ? "+" : "";
  const digits = String(year < 0n ? -year : year).padStart(4, "0");
  const day = dayOfYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  return `${sign}${digits}-${two(month)}-${two(day)}`;
}

/** `hh:mm:ss` with a fraction of exactly `width` digits; null width: as many as the value needs, as Java's ISO_LOCAL_TIME. */
export function isoClock(nanosOfDay: bigint, width: number | null): string {
  const seconds = nanosOfDay / NANOS_PER_SECOND;
  const nanos = String(nanosOfDay % NANOS_PER_SECOND).padStart(9, "0");
  const fraction = width === null ? nanos.replace(/0+$/, "") : nanos.slice(0, width);
  const text = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return fraction === "" ? text : `${text}.${fraction}`;
}

function two(value: bigint): string {
  return String(value).padStart(2, "0");
}

/** ISO timestamp in UTC, ending in Z. */
export function isoMoment(nanos: bigint, width: number | null): string {
  const day = floorDiv(nanos, NANOS_PER_DAY);
  return `${isoDate(day)}T${isoClock(nanos - day * NANOS_PER_DAY, width)}Z`;
}
