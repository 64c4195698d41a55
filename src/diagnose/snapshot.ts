import type { BackendFacts, DatabaseFacts, Diagnosis, DoctorFacts, TableFacts } from "../model/doctor.ts";
import { durationText, sizeText } from "../model/size.ts";
import { diagnoser, literalSetting, valueOf } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";

const { good, bad, unknown } = diagnoser("snapshot");

/** Rows a second that a snapshot reads through one connection: an order of magnitude, for a forecast. */
const rowsPerSecond = 10_000;
/** A table that is worth not reading in one transaction. */
const largeBytes = 10 * 1024 ** 3;

/** Long transactions, snapshots among them, who waits for them, and what vacuum cannot clean up meanwhile. */
export const snapshotChecks: Check = (facts) => {
  const { database } = facts;
  if (database === null) return [];
  const { backends } = database;
  if (!backends.known) return [unknown("transaction-long", database.shown, backends.reason, "run doctor as a role with pg_monitor")];
  const running = backends.value.filter((backend) => isLong(backend, facts));
  return [
    ...(running.length === 0 ? [good("transaction-long", database.name, "No transaction has been open for long.")] : []),
    ...running.map((backend) => long(backend, backends.value, facts)),
    ...waiters(backends.value),
    ...deadRows(database, facts),
    ...forecast(facts, database),
  ];
};

const isLong = ({ transactionSeconds }: BackendFacts, { thresholds }: DoctorFacts): boolean =>
  transactionSeconds !== null && transactionSeconds >= thresholds.transactionSeconds;

/** Debezium names its connections; a snapshot reads through "Debezium General" (PostgresConnection.CONNECTION_GENERAL). */
function isSnapshot({ application, role }: BackendFacts, { connectors }: DoctorFacts): boolean {
  const roles = connectors.flatMap(({ connector }) => literalSetting(connector.settings, "database.user") ?? []);
  return application === "Debezium General" || (role !== null && roles.includes(role) && !application.startsWith("Debezium"));
}

function long(backend: BackendFacts, all: readonly BackendFacts[], facts: DoctorFacts): Diagnosis {
  const { pid, role, transactionSeconds, xminAge, relations } = backend;
  const snapshot = isSnapshot(backend, facts);
  const waiting = all.filter(({ blockedBy }) => blockedBy.includes(pid));
  const who = `${snapshot ? "A snapshot" : "A transaction"} of role ${role ?? "(not shown)"} (process ${pid})`;
  const reads = relations.length === 0 ? "" : `, with locks on ${shortList(relations)}`;
  const held = xminAge === null ? "" : ` It holds back vacuum by ${xminAge.toLocaleString("en-US")} transactions.`;
  const waits =
    waiting.length === 0
      ? ""
      : ` ${waiting.length} ${waiting.length === 1 ? "session waits" : "sessions wait"} for it: ${shortList(waiting.map((one) => `process ${one.pid} (${one.query})`))}.`;
  return bad(snapshot ? "snapshot-running" : "transaction-long", waiting.length > 0 ? "error" : "warning", String(pid), {
    what: `${who} has been open for ${durationText(transactionSeconds ?? 0)}${reads}.${held}${waits}`,
    why: "Until it ends no dead row of any table can be removed; a DDL statement that waits for it makes every later statement on that table wait too.",
    remedy: snapshot
      ? "Let it end before the next migration, or stop the connector and take snapshot.mode=no_data with incremental snapshots, which hold no long transaction."
      : `Find out what it is for; SELECT pg_terminate_backend(${pid}) ends it.`,
  });
}

/** Sessions that wait for one that is not long in its transaction. */
function waiters(all: readonly BackendFacts[]): readonly Diagnosis[] {
  return all
    .filter(({ blockedBy, waitSeconds }) => blockedBy.length > 0 && (waitSeconds ?? 0) >= 5)
    .map(({ pid, query, blockedBy, waitSeconds }) => {
      const blockers = blockedBy.map((one) => {
        const blocker = all.find((other) => other.pid === one);
        return blocker === undefined ? `process ${one}` : `process ${one} (${blocker.role ?? "role not shown"}: ${blocker.query})`;
      });
      return bad("lock-wait", "error", String(pid), {
        what: `Process ${pid} (${query}) has waited ${durationText(waitSeconds ?? 0)} for a lock that ${blockers.join(", ")} ${blockers.length === 1 ? "holds" : "hold"}.`,
        why: "Everybody who comes after it on that table waits as well.",
        remedy: `End the one that holds it, or the one that waits: SELECT pg_cancel_backend(${pid}). Give migrations a lock_timeout.`,
      });
    });
}

function deadRows({ tables, catalog }: DatabaseFacts, { thresholds }: DoctorFacts): readonly Diagnosis[] {
  if (!tables.known) return [];
  const relations = catalog.known ? catalog.value.relations : [];
  const names = new Map(relations.map((relation) => [relation.oid, `${relation.schema}.${relation.name}`]));
  return tables.value
    .filter(({ rows, deadRows: dead }) => dead >= 10_000 && dead / (rows + dead) >= thresholds.deadShare)
    .map((table) => {
      const name = names.get(table.oid) ?? String(table.oid);
      const vacuumed = table.vacuumSeconds === null ? "never, as far as the statistics go" : `${durationText(table.vacuumSeconds)} ago`;
      return bad("table-bloat", "warning", name, {
        what: `${name} has ${table.deadRows.toLocaleString("en-US")} dead rows beside ${table.rows.toLocaleString("en-US")} living ones; it was vacuumed ${vacuumed}.`,
        why: "Something holds vacuum back, such as a long transaction or a slot, and the table grows.",
        remedy: "End the long transactions named here; vacuum then catches up by itself.",
      });
    });
}

/** What a snapshot would take, for connectors that have none behind them. */
function forecast({ connectors, streams }: DoctorFacts, { tables, slots }: DatabaseFacts): readonly Diagnosis[] {
  const byOid = new Map((valueOf(tables) ?? []).map((table) => [table.oid, table]));
  const existing = new Set((valueOf(slots) ?? []).map(({ name }) => name));
  return connectors.flatMap(({ connector }) => {
    const mode = (connector.settings["snapshot.mode"] ?? "initial").trim().toLowerCase();
    if (existing.has(connector.slotName) || mode === "no_data" || mode === "never") return [];
    const read = streams.filter((stream) => stream.connector === connector.name && stream.snapshot !== null);
    const sizes = read.flatMap(({ relation }): TableFacts | readonly TableFacts[] => byOid.get(relation.oid) ?? []);
    const rows = sizes.reduce((sum, table) => sum + table.rows, 0);
    const bytes = sizes.reduce((sum, table) => sum + table.bytes, 0);
    const what = `The snapshot of connector ${connector.name} will read ${sizeText(bytes)}, about ${rows.toLocaleString("en-US")} rows of ${read.length} ${read.length === 1 ? "table" : "tables"}: some ${durationText(Math.max(1, rows / rowsPerSecond))} in one transaction at ${rowsPerSecond.toLocaleString("en-US")} rows a second.`;
    if (bytes < largeBytes && rows / rowsPerSecond < 1800) return [good("snapshot-forecast", connector.name, what)];
    return [
      bad("snapshot-forecast", "warning", connector.name, {
        what,
        why: "So long vacuum is held back in all tables, and a migration that waits for it freezes the application.",
        remedy: "Set snapshot.mode=no_data and fill the topics with incremental snapshots, table by table.",
      }),
    ];
  });
}

function shortList(items: readonly string[]): string {
  return items.length > 4 ? `${items.slice(0, 3).join(", ")} and ${items.length - 3} more` : items.join(", ");
}
