import type { DatabaseFacts, Diagnosis } from "../model/doctor.ts";
import { serverSettings } from "../model/server-settings.ts";
import { capitalized } from "../model/words.ts";
import { diagnoser } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";

const { good, bad, unknown } = diagnoser("server");

/** The settings a logical slot depends on, and what is known of the version. */
export const serverChecks: Check = ({ database, connectors }) => {
  if (database === null) return [];
  const settings = serverSettings({ postgresVersion: null }, database.server).flatMap((setting): Diagnosis | readonly Diagnosis[] => {
    const { name, wanted, present, isMet, needsRestart, why } = setting;
    if (present === null)
      return unknown("server-setting", name, `the server does not show ${name}`, "run doctor as a role with pg_monitor");
    if (isMet === true) return good("server-setting", name, `${name} is ${present}.`);
    return bad("server-setting", name === "wal_level" ? "error" : name === "idle_replication_slot_timeout" ? "note" : "warning", name, {
      what: `${name} is ${present}; wanted is ${wanted}.`,
      why: `${capitalized(why)}.`,
      remedy: needsRestart ? "It takes a restart of the server." : "A reload is enough.",
    });
  });
  return [...settings, ...version(database, connectors.length > 0)];
};

/** Last day of community support: https://www.postgresql.org/support/versioning/ */
const ended: Readonly<Record<number, string>> = { 12: "November 2024", 13: "November 2025", 14: "November 2026" };

function version({ server, inRecovery, shown }: DatabaseFacts, hasConnectors: boolean): readonly Diagnosis[] {
  const major = Math.floor(server.versionNumber / 10_000);
  const found: Diagnosis[] = [];
  const end = ended[major];
  if (end !== undefined) {
    found.push(
      bad("server-version", "note", shown, {
        what: `PostgreSQL ${major} is supported until ${end}.`,
        why:
          major < 13
            ? "It has no max_slot_wal_keep_size: nothing but the disk limits what a slot keeps."
            : "Faults of logical decoding are not corrected any more after that.",
        remedy: "Plan the upgrade: a slot does not survive one before PostgreSQL 17.",
      }),
    );
  }
  if (major >= 18 && hasConnectors) {
    found.push(
      bad("server-version", "note", shown, {
        what: `On PostgreSQL ${major} a dropped publication stops nothing.`,
        why: 'Up to 17 the connector fails with "publication does not exist"; from 18 on the stream is silent instead (measured with Debezium 3.6).',
        remedy: "Watch the age of the heartbeat's last record, not only the connector's state.",
      }),
    );
  }
  if (inRecovery) {
    found.push(
      bad("server-standby", "note", shown, {
        what: "This server is a standby.",
        why: "Its slots and activity are its own, not those of the primary that the connector reads.",
        remedy: "Ask the primary, unless the connector reads from here (possible from PostgreSQL 16 on).",
      }),
    );
  }
  return found;
}
