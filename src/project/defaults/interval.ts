/** Parts of an interval as org.postgresql.util.PGInterval holds them; seconds in millionths. */
export interface Interval {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly micros: number;
}

const ZERO: Interval = { years: 0, months: 0, days: 0, hours: 0, minutes: 0, micros: 0 };

const UNITS: Readonly<Record<string, keyof Interval>> = {
  year: "years",
  years: "years",
  mon: "months",
  mons: "months",
  month: "months",
  months: "months",
  day: "days",
  days: "days",
  hour: "hours",
  hours: "hours",
  min: "minutes",
  mins: "minutes",
  minute: "minutes",
  minutes: "minutes",
};

/** Reads PostgreSQL's default output (`1 year 2 mons -3 days 04:05:06.7`); `epoch` is nothing at all. Null for other forms. */
export function parseInterval(text: string): Interval | null {
  if (text === "epoch") return ZERO;
  const tokens = text.trim().split(/\s+/);
  let parts = ZERO;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (token.includes(":")) {
      const clock = parseClockPart(token);
      if (clock === null) return null;
      parts = { ...parts, ...clock };
      continue;
    }
    const unit = tokens[at + 1] ?? "";
    const field = UNITS[unit];
    const isSeconds = unit === "sec" || unit === "secs" || unit === "second" || unit === "seconds";
    if (!/^[+-]?\d+(\.\d+)?$/.test(token) || (field === undefined && !isSeconds)) return null;
    parts = field === undefined ? { ...parts, micros: Math.round(Number(token) * 1e6) } : { ...parts, [field]: Math.trunc(Number(token)) };
    at += 1;
  }
  return parts;
}

function parseClockPart(token: string): Pick<Interval, "hours" | "minutes" | "micros"> | null {
  const match = /^([+-])?(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?$/.exec(token);
  if (match === null) return null;
  const sign = match[1] === "-" ? -1 : 1;
  const micros = Number(match[4] ?? 0) * 1_000_000 + Number((match[5] ?? "").padEnd(6, "0").slice(0, 6));
  return { hours: sign * Number(match[2]), minutes: sign * Number(match[3]), micros: sign * micros };
}

const DAYS_PER_MONTH = 365.25 / 12;

const MAX_LONG = 2n ** 63n - 1n;
const clamped = (value: bigint): bigint => (value > MAX_LONG ? MAX_LONG : value < -MAX_LONG - 1n ? -MAX_LONG - 1n : value);

/** io.debezium.time.MicroDuration.durationMicros with its average month. */
export function intervalMicros(interval: Interval): bigint {
  const days = (interval.years * 12 + interval.months) * DAYS_PER_MONTH + interval.days;
  const seconds = ((days * 24 + interval.hours) * 60 + interval.minutes) * 60 + interval.micros / 1e6;
  // A double that is cast to a long stops at its ends.
  return clamped(BigInt(Math.trunc(seconds * 1e6)));
}

/** io.debezium.time.Interval.toIsoString. */
export function intervalText(interval: Interval): string {
  const seconds = String(interval.micros / 1e6);
  return `P${interval.years}Y${interval.months}M${interval.days}DT${interval.hours}H${interval.minutes}M${seconds}S`;
}
