import type { ServerFacts, SetupChoices } from "./setup.ts";

/** A setting of the server to ask its keeper for. */
export interface ServerSetting {
  readonly name: string;
  readonly wanted: string;
  /** null: not known. */
  readonly present: string | null;
  readonly isMet: boolean | null;
  readonly needsRestart: boolean;
  readonly why: string;
}

/** Sources: PostgreSQL manual, "Replication" settings; units as pg_settings gives them (MB for max_slot_wal_keep_size, ms for the time-outs). */
export function serverSettings(
  { postgresVersion }: Pick<SetupChoices, "postgresVersion">,
  server: ServerFacts | null,
): readonly ServerSetting[] {
  const major = server === null ? postgresVersion : Math.floor(server.versionNumber / 10_000);
  const slots = (server?.slots.length ?? 0) + 2;
  const all: readonly (Omit<ServerSetting, "present" | "isMet"> & { readonly since: number; readonly met: (value: string) => boolean })[] =
    [
      {
        name: "wal_level",
        wanted: "logical",
        needsRestart: true,
        since: 12,
        met: (value) => value === "logical",
        why: "without it there is no logical decoding, and the connector does not start",
      },
      {
        name: "max_replication_slots",
        wanted: `at least ${slots}`,
        needsRestart: true,
        since: 12,
        met: (value) => Number(value) >= slots,
        why: "one for this connector, and one to spare for moving to a new slot",
      },
      {
        name: "max_wal_senders",
        wanted: `at least ${slots}`,
        needsRestart: true,
        since: 12,
        met: (value) => Number(value) >= slots,
        why: "each connected slot takes one, and so does each standby and base backup",
      },
      {
        name: "max_slot_wal_keep_size",
        wanted: "what the disk can spare, for example 20GB",
        needsRestart: false,
        since: 13,
        met: (value) => Number(value) > 0,
        why: "a slot whose connector is down keeps all write-ahead log; without a limit (-1) until the disk is full and the database stops. With one the slot is lost instead, and the stream has to be snapshot again",
      },
      {
        name: "wal_sender_timeout",
        wanted: "60s",
        needsRestart: false,
        since: 12,
        met: (value) => Number(value) > 0 && Number(value) <= 300_000,
        why: "a connection that broke without a word is noticed and the slot can be taken again; 0 waits for ever",
      },
      {
        name: "idle_replication_slot_timeout",
        wanted: "longer than the longest outage to live through, for example 3d",
        needsRestart: false,
        since: 18,
        met: (value) => Number(value) > 0,
        why: "invalidates a slot that nobody uses any more, such as that of a connector which was deleted; 0 keeps it for ever",
      },
    ];
  return all
    .filter(({ since }) => major === null || major >= since)
    .map(({ name, wanted, needsRestart, why, met }) => {
      const present = server?.settings.get(name) ?? null;
      return { name, wanted, needsRestart, why, present: present?.shown ?? null, isMet: present === null ? null : met(present.value) };
    });
}
