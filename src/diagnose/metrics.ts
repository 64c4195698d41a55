import type { Diagnosis, DoctorFacts, Health, Metric, SlotFacts } from "../model/doctor.ts";
import { secondsLeft } from "./slot-room.ts";

type Labels = Metric["labels"];
const metric = (name: string, help: string, labels: Labels, value: number | null): readonly Metric[] =>
  value === null || !Number.isFinite(value) ? [] : [{ name: `driftgate_${name}`, help, labels, value }];

/** Numbers for monitoring; what is not known has no sample. Names and units after Prometheus' conventions. */
export function metricsOf(facts: DoctorFacts, diagnoses: readonly Diagnosis[]): readonly Metric[] {
  const { database, connectors } = facts;
  const slots = database?.slots.known === true ? database.slots.value : [];
  const backends = database?.backends.known === true ? database.backends.value : [];
  const oldest = backends.reduce((most, { transactionSeconds }) => Math.max(most, transactionSeconds ?? 0), 0);
  const health: readonly Health[] = ["good", "note", "warning", "error", "unknown"];
  return [
    ...slots.flatMap((slot) => slotMetrics(slot, facts)),
    ...(database?.wal.known === true
      ? metric("wal_bytes_per_second", "Write-ahead log written, over the sample.", {}, database.wal.value.bytesPerSecond)
      : []),
    ...(database?.wal.known === true ? metric("wal_directory_bytes", "Size of pg_wal.", {}, database.wal.value.directoryBytes) : []),
    ...(database?.backends.known === true ? metric("oldest_transaction_seconds", "Age of the oldest open transaction.", {}, oldest) : []),
    ...[...(database?.heartbeats ?? [])].flatMap(([connector, known]) =>
      known.known ? metric("heartbeat_age_seconds", "Age of the last heartbeat.", { connector }, known.value.lastBeatSeconds) : [],
    ),
    ...connectors.flatMap(({ connector, status }) =>
      status === null
        ? []
        : metric(
            "connector_running",
            "1 where the connector and all its tasks are RUNNING.",
            { connector: connector.name },
            status.state === "RUNNING" && status.tasks.length > 0 && status.tasks.every(({ state }) => state === "RUNNING") ? 1 : 0,
          ),
    ),
    ...health.flatMap((one) =>
      metric("doctor_checks", "Checks by result.", { health: one }, diagnoses.filter((diagnosis) => diagnosis.health === one).length),
    ),
  ];
}

function slotMetrics(slot: SlotFacts, facts: DoctorFacts): readonly Metric[] {
  const labels = { slot: slot.name };
  return [
    ...metric("slot_active", "1 where somebody reads the slot.", labels, slot.active ? 1 : 0),
    ...metric("slot_lost", "1 where the slot is lost.", labels, slot.walStatus === "lost" || slot.invalidation !== null ? 1 : 0),
    ...metric("slot_retained_bytes", "Write-ahead log that the slot keeps.", labels, slot.retainedBytes),
    ...metric("slot_lag_bytes", "Write-ahead log that its reader has not confirmed.", labels, slot.lagBytes),
    ...metric("slot_safe_wal_bytes", "Write-ahead log until max_slot_wal_keep_size is reached.", labels, slot.safeWalBytes),
    ...metric(
      "slot_seconds_left",
      "Time until the slot is lost or the disk is full, should it stand still, at the present rate.",
      labels,
      secondsLeft(slot, facts),
    ),
    ...metric("slot_catalog_xmin_age", "Transactions that the slot holds vacuum of the catalogs back by.", labels, slot.catalogXminAge),
  ];
}
