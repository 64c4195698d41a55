import type { Diagnosis, DoctorFacts, Health } from "../model/doctor.ts";
import { connectorChecks } from "./connector.ts";
import type { Check } from "./diagnosis.ts";
import { heartbeatChecks } from "./heartbeat.ts";
import { schemaChecks } from "./schema.ts";
import { serverChecks } from "./server.ts";
import { slotChecks } from "./slot.ts";
import { snapshotChecks } from "./snapshot.ts";

const checks: readonly Check[] = [connectorChecks, slotChecks, heartbeatChecks, schemaChecks, snapshotChecks, serverChecks];

const rank: Readonly<Record<Health, number>> = { error: 0, unknown: 1, warning: 2, note: 3, good: 4 };

/** Every check on the facts, the worst first. Pure. */
export function diagnose(facts: DoctorFacts): readonly Diagnosis[] {
  const all = checks.flatMap((check) => check(facts));
  return all.toSorted((a, b) => rank[a.health] - rank[b.health]);
}

/** pass, fail or unknown, as of check. */
export function outcomeOf(diagnoses: readonly Diagnosis[], failOn: "error" | "warning" | "never"): "pass" | "fail" | "unknown" {
  const isFailure = ({ health }: Diagnosis): boolean => health === "error" || (failOn === "warning" && health === "warning");
  if (diagnoses.some(isFailure)) return "fail";
  return diagnoses.some(({ health }) => health === "unknown") ? "unknown" : "pass";
}
