import type { ServerFacts, SetupFacts, TableStatistics } from "../../model/setup.ts";
import type { Database } from "./database.ts";
import { readLiveCatalog } from "./live-catalog.ts";

/** What a new stream has to know of a database. @throws UserError DATABASE_… */
export async function readSetupFacts(database: Database): Promise<SetupFacts> {
  const catalog = await readLiveCatalog(database);
  return { catalog, statistics: await readStatistics(database), server: await readServer(database) };
}

/** Over all partitions for a partitioned table. Sources: PostgreSQL manual, pg_stat_all_tables, pg_stat_database, pg_partition_tree. */
async function readStatistics(database: Database): Promise<ReadonlyMap<number, TableStatistics>> {
  const rows = await database.rows(`
    SELECT c.oid::pg_catalog.int8 AS oid,
      pg_catalog.sum(GREATEST(l.reltuples, 0))::pg_catalog.float8 AS rows,
      pg_catalog.sum(pg_catalog.pg_table_size(l.oid))::pg_catalog.float8 AS bytes,
      pg_catalog.sum(COALESCE(s.n_tup_upd, 0) + COALESCE(s.n_tup_del, 0))::pg_catalog.float8 AS changes,
      (SELECT EXTRACT(epoch FROM pg_catalog.now() - COALESCE(d.stats_reset, pg_catalog.pg_postmaster_start_time())) / 86400
         FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database())::pg_catalog.float8 AS days
    FROM pg_catalog.pg_class c
    CROSS JOIN LATERAL (
      SELECT c.oid AS relid WHERE c.relkind = 'r'
      UNION ALL SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t WHERE c.relkind = 'p' AND t.isleaf
    ) AS leaf
    JOIN pg_catalog.pg_class l ON l.oid = leaf.relid
    LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = l.oid
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.relnamespace NOT IN (
      SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))
    GROUP BY c.oid`);
  return new Map(
    rows.map(({ oid, rows: count, bytes, changes, days }) => [
      Number(oid),
      { rows: Number(count), bytes: Number(bytes), changesPerDay: perDay(Number(changes), Number(days)) },
    ]),
  );
}

/** Less than an hour of counting says nothing about a day. */
function perDay(changes: number, days: number): number | null {
  return days >= 1 / 24 ? Math.round(changes / days) : null;
}

/** Version, settings and names that are taken. @throws UserError DATABASE_… */
export async function readServer(database: Database): Promise<ServerFacts> {
  const settings = await database.rows("SELECT name, setting, COALESCE(unit, '') AS unit FROM pg_catalog.pg_settings");
  const names = async (sql: string): Promise<readonly string[]> => (await database.rows(sql)).map(({ name }) => String(name));
  return {
    versionNumber: Number(await database.text("SELECT pg_catalog.current_setting('server_version_num')")),
    settings: new Map(
      settings.map(({ name, setting, unit }) => [String(name), { value: String(setting), shown: withUnit(String(setting), String(unit)) }]),
    ),
    slots: await names("SELECT slot_name AS name FROM pg_catalog.pg_replication_slots"),
    publications: await names("SELECT pubname AS name FROM pg_catalog.pg_publication"),
  };
}

/** 0 and -1 stand for words (off, no limit), and have no unit. */
function withUnit(value: string, unit: string): string {
  return value === "0" || value === "-1" || unit === "" ? value : `${value} ${unit}`;
}
