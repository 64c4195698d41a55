import type { SlotFacts } from "../../model/doctor.ts";
import type { Database } from "./database.ts";

/** Columns of pg_replication_slots that came later, by the version they came with. Source: the manual's release notes. */
const later: readonly (readonly [string, number, string])[] = [
  ["wal_status", 13, "text"],
  ["safe_wal_size", 13, "float8"],
  ["failover", 17, "bool"],
  ["inactive_since", 17, "timestamptz"],
  ["invalidation_reason", 17, "text"],
];

/**
 * @param position the server's present place in the log, as SQL
 * @param confirmed bytes that each slot confirmed while it was watched
 */
export async function readSlots(
  database: Database,
  position: string,
  confirmed: ReadonlyMap<string, number>,
): Promise<readonly SlotFacts[]> {
  const optional = later.map(([name, since, type]) =>
    database.version >= since
      ? `s.${name}${type === "float8" ? "::pg_catalog.float8" : ""} AS ${name}`
      : `NULL::pg_catalog.${type} AS ${name}`,
  );
  const rows = await database.rows(`
    SELECT q.*, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - q.inactive_since)::pg_catalog.float8 AS inactive FROM (
      SELECT s.slot_name, s.slot_type, s.plugin, s.database, s.active, s.temporary,
        pg_catalog.pg_wal_lsn_diff(${position}, s.restart_lsn)::pg_catalog.float8 AS retained,
        pg_catalog.pg_wal_lsn_diff(${position}, s.confirmed_flush_lsn)::pg_catalog.float8 AS lag,
        pg_catalog.age(s.catalog_xmin) AS xmin_age,
        ${optional.join(",\n        ")}
      FROM pg_catalog.pg_replication_slots s ORDER BY s.slot_name
    ) q`);
  return rows.map((row) => ({
    name: String(row.slot_name),
    type: row.slot_type === "physical" ? "physical" : "logical",
    plugin: textOf(row.plugin),
    database: textOf(row.database),
    active: row.active === true,
    retainedBytes: numberOf(row.retained),
    lagBytes: numberOf(row.lag),
    confirmedBytes: confirmed.get(String(row.slot_name)) ?? null,
    walStatus: textOf(row.wal_status),
    safeWalBytes: numberOf(row.safe_wal_size),
    catalogXminAge: numberOf(row.xmin_age),
    inactiveSeconds: row.active === true ? null : numberOf(row.inactive),
    invalidation: textOf(row.invalidation_reason),
    failover: typeof row.failover === "boolean" ? row.failover : null,
    temporary: row.temporary === true,
  }));
}

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
