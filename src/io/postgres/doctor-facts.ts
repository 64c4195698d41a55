import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import type { Connector } from "../../model/connector.ts";
import type { DatabaseFacts, HeartbeatFacts, Known, TableFacts, WalFacts } from "../../model/doctor.ts";
import { readBackends } from "./backends.ts";
import type { Database } from "./database.ts";
import { readHeartbeat } from "./heartbeat-facts.ts";
import { readLiveCatalog } from "./live-catalog.ts";
import { readServer } from "./setup-facts.ts";
import { readSlots } from "./slots.ts";

/**
 * What the doctor looks at in one database, within the read-only transaction of `database`. What the role may not see is not known, and says so.
 * @param sampleSeconds how long write-ahead log is watched
 * @throws UserError DATABASE_… where the server cannot be asked at all
 */
export async function readDoctorFacts(database: Database, connectors: readonly Connector[], sampleSeconds: number): Promise<DatabaseFacts> {
  const server = await readServer(database);
  const inRecovery = (await database.text("SELECT pg_catalog.pg_is_in_recovery()")) === "true";
  const position = inRecovery ? "pg_catalog.pg_last_wal_replay_lsn()" : "pg_catalog.pg_current_wal_lsn()";
  const first = await guarded(database, () => sample(database, position));
  await sleep(sampleSeconds * 1000);
  const second = await guarded(database, () => sample(database, position));
  const backends = await guarded(database, () => readBackends(database));
  const catalog = await guarded(database, () => readLiveCatalog(database));
  const heartbeats = new Map<string, Known<HeartbeatFacts>>();
  for (const connector of connectors) {
    const query = connector.heartbeat.actionQuery?.trim() ?? "";
    if (query === "") continue;
    heartbeats.set(connector.name, await guarded(database, () => readHeartbeat(database, connector, query)));
  }
  return {
    shown: database.shown,
    name: await database.text("SELECT pg_catalog.current_database()"),
    server,
    inRecovery,
    catalog,
    wal: await walOf(database, first, second),
    slots: await guarded(database, () => readSlots(database, position, confirmedBetween(first, second))),
    backends,
    tables: await guarded(database, () => readTables(database)),
    heartbeats,
  };
}

/** Runs a section under a savepoint, so that one refusal costs only that section. */
async function guarded<Value>(database: Database, read: () => Promise<Value>): Promise<Known<Value>> {
  await database.rows("SAVEPOINT driftgate");
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // After a lock was waited for in vain, the transaction is another one.
    if (error.code !== "DATABASE_LOCKED") await database.rows("ROLLBACK TO SAVEPOINT driftgate");
    return { known: false, reason: error.message };
  }
}

interface Sample {
  readonly atMs: number;
  readonly wal: number;
  /** confirmed_flush_lsn by slot, in bytes. */
  readonly confirmed: ReadonlyMap<string, number>;
}

async function sample(database: Database, position: string): Promise<Sample> {
  const [row] = await database.rows(`SELECT pg_catalog.pg_wal_lsn_diff(${position}, '0/0')::pg_catalog.float8 AS wal`);
  const slots = await database.rows(
    "SELECT slot_name AS name, pg_catalog.pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::pg_catalog.float8 AS confirmed FROM pg_catalog.pg_replication_slots",
  );
  return {
    atMs: performance.now(),
    wal: Number(row?.wal ?? 0),
    confirmed: new Map(slots.flatMap(({ name, confirmed }) => (confirmed === null ? [] : [[String(name), Number(confirmed)] as const]))),
  };
}

async function walOf(database: Database, first: Known<Sample>, second: Known<Sample>): Promise<Known<WalFacts>> {
  if (!first.known) return first;
  if (!second.known) return second;
  const seconds = (second.value.atMs - first.value.atMs) / 1000;
  const directory = await guarded(database, () =>
    database.text("SELECT pg_catalog.sum(size)::pg_catalog.float8 FROM pg_catalog.pg_ls_waldir()"),
  );
  return {
    known: true,
    value: {
      bytesPerSecond: seconds < 0.5 ? null : (second.value.wal - first.value.wal) / seconds,
      sampleSeconds: seconds,
      directoryBytes: directory.known ? Number(directory.value) : null,
    },
  };
}

function confirmedBetween(first: Known<Sample>, second: Known<Sample>): ReadonlyMap<string, number> {
  if (!first.known || !second.known) return new Map();
  const [before, after] = [first.value.confirmed, second.value.confirmed];
  return new Map([...after].flatMap(([name, value]) => (before.has(name) ? [[name, value - (before.get(name) ?? 0)] as const] : [])));
}

/** Sizes as of the last vacuum or analyze: pg_table_size would wait for locks. Source: PostgreSQL manual, pg_stat_all_tables, pg_class. */
async function readTables(database: Database): Promise<readonly TableFacts[]> {
  const rows = await database.rows(`
    SELECT c.oid::pg_catalog.int8 AS oid, COALESCE(s.n_live_tup, 0)::pg_catalog.float8 AS rows, COALESCE(s.n_dead_tup, 0)::pg_catalog.float8 AS dead,
      (c.relpages + COALESCE(t.relpages, 0))::pg_catalog.float8 * b.size AS bytes, COALESCE(t.relpages, 0)::pg_catalog.float8 * b.size AS toast,
      COALESCE(s.n_tup_upd, 0)::pg_catalog.float8 AS updates,
      EXTRACT(epoch FROM pg_catalog.now() - GREATEST(s.last_vacuum, s.last_autovacuum))::pg_catalog.float8 AS vacuum
    FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
    CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::pg_catalog.int4 AS size) b
    WHERE c.relkind = 'r' AND c.relnamespace NOT IN (
      SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))`);
  return rows.map((row) => ({
    oid: Number(row.oid),
    rows: Number(row.rows),
    deadRows: Number(row.dead),
    bytes: Number(row.bytes),
    toastBytes: Number(row.toast),
    updates: Number(row.updates),
    vacuumSeconds: row.vacuum === null ? null : Number(row.vacuum),
  }));
}
