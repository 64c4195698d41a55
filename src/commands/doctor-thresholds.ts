import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { Thresholds } from "../model/doctor.ts";

/** What driftgate.yml says, defaults filled in. @throws UserError USAGE for a size that is none */
export function thresholdsOf({ doctor = {} }: Config, diskFree: string | null): Thresholds {
  const free = diskFree ?? doctor.diskFree;
  return {
    slotWarningBytes: bytesOf(doctor.slotWarning ?? "1GB"),
    slotErrorBytes: bytesOf(doctor.slotError ?? "10GB"),
    hoursUntilFull: doctor.hoursUntilFull ?? 24,
    diskFreeBytes: free === undefined ? null : bytesOf(free),
    xminAge: doctor.xminAge ?? 10_000_000,
    transactionSeconds: (doctor.transactionMinutes ?? 5) * 60,
    deadShare: doctor.deadShare ?? 0.3,
  };
}

const powers: Readonly<Record<string, number>> = { "": 0, kb: 1, mb: 2, gb: 3, tb: 4 };

/** `20GB` in bytes, as PostgreSQL counts: powers of 1,024. */
function bytesOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB|TB)?$/i.exec(text.trim());
  if (match === null) throw new UserError("USAGE", `"${text}" is no size; write for example 20GB`);
  return Math.round(Number(match[1]) * 1024 ** (powers[(match[2] ?? "").toLowerCase()] ?? 0));
}
