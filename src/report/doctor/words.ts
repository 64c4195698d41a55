import type { Diagnosis, DoctorReport, Health } from "../../model/doctor.ts";

export const groupTitles: Readonly<Record<Diagnosis["group"], string>> = {
  slot: "Replication slots",
  snapshot: "Snapshots and long transactions",
  schema: "Captured tables and their schemas",
  heartbeat: "Heartbeat",
  connector: "Connectors",
  server: "Server",
};

export const groupOrder: readonly Diagnosis["group"][] = ["slot", "snapshot", "schema", "heartbeat", "connector", "server"];

/** `2 errors, 1 warning, 3 unknown, 14 checks good`. */
export function countsText({ counts }: DoctorReport): string {
  const part = (health: Health, one: string, many: string): readonly string[] =>
    counts[health] === 0 ? [] : [`${counts[health]} ${counts[health] === 1 ? one : many}`];
  return [
    ...part("error", "error", "errors"),
    ...part("unknown", "unknown", "unknown"),
    ...part("warning", "warning", "warnings"),
    ...part("note", "note", "notes"),
    ...part("good", "check good", "checks good"),
  ].join(", ");
}

export const isGood = ({ health }: Diagnosis): boolean => health === "good";

/** In one paragraph. */
export const allOf = ({ what, why, remedy }: Diagnosis): string => [what, why, remedy].filter((part) => part !== "").join(" ");
