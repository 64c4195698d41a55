const units = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** `1.5 MB`, in powers of 1,024 as PostgreSQL's pg_size_pretty. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit] ?? "bytes"}`;
}

const spans: readonly (readonly [number, string])[] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** `3 days`, `1.5 hours`, `40 s`. */
export function durationText(seconds: number): string {
  for (const [length, name] of spans) {
    if (seconds < length) continue;
    const count = seconds / length;
    const shown = count >= 10 ? Math.round(count) : Number(count.toFixed(1));
    return `${shown} ${name}${shown === 1 ? "" : "s"}`;
  }
  return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
}
