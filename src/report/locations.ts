import type { Finding, Report, Unknown } from "../model/report.ts";
import { pendingOf } from "./words.ts";

/** Both GitLab and GitHub want a file for everything: the first pending one for what no file causes. */
export function pathOf(report: Report, { span, migration }: Finding | Unknown): string {
  const named = report.migrations.find(({ id }) => id === migration);
  return span?.path ?? named?.path ?? pendingOf(report)[0]?.path ?? report.migrations[0]?.path ?? ".";
}

/** Stable over line shifts, as Finding.fingerprint is. */
export const unknownPrint = ({ code, reason, migration }: Unknown): string => ["unknown", code, migration ?? "", reason].join(":");
