import type { ConnectorFacts, DatabaseFacts, Diagnosis, DoctorFacts, SlotFacts } from "../model/doctor.ts";
import { durationText, sizeText } from "../model/size.ts";
import { diagnoser } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";
import { isStuck, slotRoom } from "./slot-room.ts";

const { good, bad, unknown } = diagnoser("slot");

/** Replication slots: there, read, not too far behind, and not lost. Source: PostgreSQL manual, pg_replication_slots. */
export const slotChecks: Check = (facts) => {
  const { database, connectors } = facts;
  if (database === null) return [];
  if (!database.slots.known) return [unknown("slot-state", database.shown, database.slots.reason, "run doctor as a role with pg_monitor")];
  const slots = database.slots.value.filter(({ temporary }) => !temporary);
  return [
    ...connectors.flatMap((connector) => ofConnector(connector, slots, database)),
    ...slots.flatMap((slot) => ofSlot(slot, facts, database)),
    ...shared(connectors),
    ...(connectors.length === 0 ? [] : orphans(slots, connectors)),
  ];
};

function ofConnector({ connector, status }: ConnectorFacts, slots: readonly SlotFacts[], database: DatabaseFacts): readonly Diagnosis[] {
  const { name, slotName, settings } = connector;
  const slot = slots.find((one) => one.name === slotName);
  if (slot === undefined) {
    return [
      bad("slot-exists", status === null ? "warning" : "error", name, {
        what: `The slot "${slotName}" of connector ${name} does not exist in ${database.shown}.`,
        why: "A connector that has run before starts from nowhere: all changes since its slot was dropped are lost to it. A new one makes the slot at its first start.",
        remedy: "If the connector has run before, snapshot its tables again (incremental snapshots); else start it.",
      }),
    ];
  }
  const plugin = settings["plugin.name"]?.trim() ?? "decoderbufs";
  const found: Diagnosis[] = [];
  if (slot.type === "physical" || slot.plugin !== plugin) {
    found.push(
      bad("slot-plugin", "error", slotName, {
        what: `The slot "${slotName}" decodes with ${slot.plugin ?? "nothing (it is physical)"}, the connector ${name} wants ${plugin}.`,
        why: "The connector cannot read what another plugin writes, and fails at its start.",
        remedy: `Set plugin.name to ${slot.plugin ?? "pgoutput"}, or drop the slot and let the connector make its own.`,
      }),
    );
  }
  if (slot.database !== null && slot.database !== database.name) {
    found.push(
      bad("slot-database", "error", slotName, {
        what: `The slot "${slotName}" belongs to database "${slot.database}", not to "${database.name}".`,
        why: "A slot decodes one database only; the connector cannot use it.",
        remedy: "Give the connector a slot of its own with slot.name.",
      }),
    );
  }
  return found.length > 0
    ? found
    : [good("slot-exists", slotName, `The slot "${slotName}" of connector ${name} is there and decodes with ${plugin}.`)];
}

function ofSlot(slot: SlotFacts, facts: DoctorFacts, database: DatabaseFacts): readonly Diagnosis[] {
  if (slot.walStatus === "lost" || slot.invalidation !== null) return [lost(slot)];
  return [activity(slot), retention(slot, facts), ...slotRoom(slot, facts, database), ...held(slot, facts), ...failover(slot, database)];
}

function lost({ name, invalidation }: SlotFacts): Diagnosis {
  return bad("slot-lost", "error", name, {
    what: `The slot "${name}" is lost${invalidation === null ? "" : ` (${invalidation})`}: the write-ahead log it needs is gone.`,
    why: "The connector cannot go on from it, and what happened since is in no topic.",
    remedy: `Drop it (SELECT pg_drop_replication_slot('${name}')), start the connector with a new slot, and snapshot the tables again with incremental snapshots.`,
  });
}

function activity(slot: SlotFacts): Diagnosis {
  const { name, active, inactiveSeconds, lagBytes } = slot;
  if (!active) {
    const since = inactiveSeconds === null ? "" : ` for ${durationText(inactiveSeconds)}`;
    return bad("slot-active", "error", name, {
      what: `Nobody has read the slot "${name}"${since}.`,
      why: "It keeps all write-ahead log from where it stands until the disk is full or max_slot_wal_keep_size is reached.",
      remedy: "Start the connector again; if it is gone for good, drop the slot.",
    });
  }
  if (isStuck(slot)) {
    return bad("slot-active", "warning", name, {
      what: `The slot "${name}" is connected, but confirmed nothing while it was watched, and is ${sizeText(lagBytes ?? 0)} behind.`,
      why: "The connector is busy with one large transaction, or it has nothing to confirm because its tables rest and it has no heartbeat.",
      remedy: "Look at the connector's log; without a heartbeat set heartbeat.interval.ms and heartbeat.action.query.",
    });
  }
  return good("slot-active", name, `The slot "${name}" is being read.`);
}

function retention({ name, retainedBytes, lagBytes, walStatus }: SlotFacts, { thresholds, database }: DoctorFacts): Diagnosis {
  const kept = retainedBytes ?? 0;
  const rate = database?.wal.known === true ? database.wal.value.bytesPerSecond : null;
  const time = rate === null || rate <= 0 ? "" : `, about ${durationText(kept / rate)} of writing at the present rate`;
  const what = `The slot "${name}" keeps ${sizeText(kept)} of write-ahead log${time}; its reader has confirmed all but ${sizeText(lagBytes ?? kept)}.`;
  const isError = kept >= thresholds.slotErrorBytes || walStatus === "unreserved";
  if (!isError && kept < thresholds.slotWarningBytes && walStatus !== "extended") return good("slot-retained", name, what);
  const status = walStatus === "unreserved" || walStatus === "extended" ? ` Its wal_status is ${walStatus}.` : "";
  return bad("slot-retained", isError ? "error" : "warning", name, {
    what: `${what}${status}`,
    why:
      walStatus === "unreserved"
        ? "At the next checkpoint this write-ahead log may be removed, and the slot is lost."
        : "It lies on the disk of the database until it is confirmed.",
    remedy: "See why the connector is behind: its state, its batches, a transaction of many rows, a topic that takes no records.",
  });
}

function held({ name, catalogXminAge }: SlotFacts, { thresholds }: DoctorFacts): readonly Diagnosis[] {
  if (catalogXminAge === null || catalogXminAge < thresholds.xminAge) return [];
  return [
    bad("slot-xmin", "warning", name, {
      what: `The slot "${name}" holds back vacuum of the system catalogs by ${catalogXminAge.toLocaleString("en-US")} transactions.`,
      why: "Dead rows of pg_class, pg_attribute and the like cannot be removed, and every statement gets slower to plan.",
      remedy: "Let the connector catch up, or drop the slot if nobody needs it.",
    }),
  ];
}

function failover({ name, failover: survives, type }: SlotFacts, { server }: DatabaseFacts): readonly Diagnosis[] {
  if (type !== "logical" || survives !== false || server.versionNumber < 170_000) return [];
  return [
    bad("slot-failover", "note", name, {
      what: `The slot "${name}" is not synchronised to standbys.`,
      why: "After a failover it is gone, and with it the changes that were not read yet.",
      remedy: "Where there is a standby to fail over to, set slot.failover=true and sync_replication_slots on the standby.",
    }),
  ];
}

function shared(connectors: readonly ConnectorFacts[]): readonly Diagnosis[] {
  const bySlot = Map.groupBy(
    connectors,
    ({ connector: { slotName, settings } }) => `${slotName}\n${settings["database.dbname"] ?? ""}\n${settings["database.hostname"] ?? ""}`,
  );
  return [...bySlot.values()].flatMap((sharing) => {
    const [first] = sharing;
    if (first === undefined || sharing.length < 2) return [];
    const names = sharing.map(({ connector }) => connector.name).join(" and ");
    return [
      bad("slot-shared", "error", first.connector.slotName, {
        what: `Connectors ${names} share the slot "${first.connector.slotName}".`,
        why: "Only one can be connected; where they take turns, each takes changes away from the other.",
        remedy: "Give each connector a slot.name of its own.",
      }),
    ];
  });
}

function orphans(slots: readonly SlotFacts[], connectors: readonly ConnectorFacts[]): readonly Diagnosis[] {
  const named = new Set(connectors.map(({ connector }) => connector.slotName));
  return slots
    .filter(({ name, type }) => type === "logical" && !named.has(name))
    .map(({ name, active, retainedBytes }) =>
      bad("slot-orphan", active ? "note" : "error", name, {
        what: `No connector that was given names the slot "${name}"${active ? ", but somebody reads it" : `, and nobody reads it: it keeps ${sizeText(retainedBytes ?? 0)}`}.`,
        why: active ? "" : "A forgotten slot keeps write-ahead log for ever.",
        remedy: active
          ? "Give its connector too, for a full picture."
          : `If its connector is gone: SELECT pg_drop_replication_slot('${name}').`,
      }),
    );
}
