import type { DatabaseFacts, Diagnosis, DoctorFacts, SlotFacts } from "../model/doctor.ts";
import { durationText, sizeText } from "../model/size.ts";
import { diagnoser } from "./diagnosis.ts";

const { good, bad, unknown } = diagnoser("slot");

/** Where write-ahead log that a slot keeps comes to its end. */
interface Limit {
  readonly kind: "slot" | "disk";
  readonly bytes: number;
}

/**
 * How long a slot that stands still has until it is lost (max_slot_wal_keep_size) or the disk is full, at the rate at which write-ahead log is written
 * now. For one that moves the same time is what an outage of its connector may last.
 */
export function slotRoom(slot: SlotFacts, facts: DoctorFacts, { wal, server }: DatabaseFacts): readonly Diagnosis[] {
  const check = "slot-room";
  if (!wal.known) return [unknown(check, slot.name, wal.reason, "run doctor as a role with pg_monitor")];
  const { bytesPerSecond: rate, sampleSeconds } = wal.value;
  const limit = nearest(slot, facts);
  if (limit === null) {
    const isUnlimited = server.settings.get("max_slot_wal_keep_size")?.value === "-1";
    const why = isUnlimited ? "max_slot_wal_keep_size is -1, so only the disk limits it" : "the server does not tell";
    return [
      unknown(
        check,
        slot.name,
        `how much write-ahead log the slot "${slot.name}" may keep (${why})`,
        "give the free space of pg_wal's disk with --disk-free, and set max_slot_wal_keep_size",
      ),
    ];
  }
  if (rate === null)
    return [
      unknown(
        check,
        slot.name,
        `the rate of write-ahead log, as ${durationText(sampleSeconds)} of watching were too short`,
        "give a longer --sample",
      ),
    ];
  const end = limit.kind === "slot" ? "the slot is lost" : "the disk is full and the database stops";
  const left = `${sizeText(limit.bytes)} are left at ${sizeText(rate)} a second`;
  const stands = !slot.active || isStuck(slot);
  if (rate <= 0) return [good(check, slot.name, `Nothing is being written; ${sizeText(limit.bytes)} are left until ${end}.`)];
  const seconds = limit.bytes / rate;
  const time = durationText(seconds);
  if (!stands) return [good(check, slot.name, `Should the connector stop now, it has ${time} until ${end} (${left}).`)];
  const isNear = seconds < facts.thresholds.hoursUntilFull * 3600;
  return [
    bad(check, isNear ? "error" : "warning", slot.name, {
      what: `The slot "${slot.name}" stands still: in ${time} ${end} (${left}).`,
      why:
        limit.kind === "slot"
          ? "Then its changes are gone for good, and the tables have to be snapshot again."
          : "Then nothing can be written any more.",
      remedy:
        limit.kind === "slot"
          ? "Get the connector going before that, or raise max_slot_wal_keep_size (a reload is enough) if the disk has room."
          : "Get the connector going before that; as a last resort drop the slot, which loses the stream and saves the database.",
    }),
  ];
}

/** A connected reader that has not confirmed anything although much waits for it; a short way behind is the rhythm of its confirmations. */
export function isStuck({ type, confirmedBytes, lagBytes }: SlotFacts): boolean {
  return type === "logical" && confirmedBytes === 0 && (lagBytes ?? 0) > 64 * 1024 * 1024;
}

/** Seconds until the slot's limit at the present rate; null where that is not known. */
export function secondsLeft(slot: SlotFacts, facts: DoctorFacts): number | null {
  const rate = facts.database?.wal.known === true ? facts.database.wal.value.bytesPerSecond : null;
  const limit = nearest(slot, facts);
  return limit === null || rate === null || rate <= 0 ? null : limit.bytes / rate;
}

function nearest({ safeWalBytes }: SlotFacts, { thresholds }: DoctorFacts): Limit | null {
  const limits: Limit[] = [];
  if (safeWalBytes !== null) limits.push({ kind: "slot", bytes: Math.max(0, safeWalBytes) });
  if (thresholds.diskFreeBytes !== null) limits.push({ kind: "disk", bytes: thresholds.diskFreeBytes });
  return limits.toSorted((a, b) => a.bytes - b.bytes)[0] ?? null;
}
