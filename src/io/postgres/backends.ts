import type { BackendFacts } from "../../model/doctor.ts";
import type { Database } from "./database.ts";

/** Characters of a statement that a report shows. */
const shown = 80;

/**
 * Sessions with an open transaction, and those that wait for one of them. A role without pg_monitor sees only its own sessions' statements; what hides
 * behind that is an error here, so that nobody takes silence for health.
 */
export async function readBackends(database: Database): Promise<readonly BackendFacts[]> {
  const rows = await database.rows(`
    SELECT a.pid, a.usename, a.application_name, a.state, a.query,
      EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.float8 AS seconds,
      pg_catalog.age(a.backend_xmin) AS xmin_age,
      CASE WHEN a.wait_event_type = 'Lock' THEN EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start)::pg_catalog.float8 END AS waits,
      CASE WHEN a.wait_event_type = 'Lock' THEN pg_catalog.pg_blocking_pids(a.pid) END AS blocked_by,
      ARRAY(
        SELECT DISTINCT pg_catalog.format('%s.%s', n.nspname, c.relname) FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'pg_catalog'
        WHERE l.pid = a.pid AND l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        ORDER BY 1 LIMIT 50
      )::pg_catalog.text[] AS relations
    FROM pg_catalog.pg_stat_activity a
    WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datname = pg_catalog.current_database()
      AND (a.xact_start IS NOT NULL OR a.wait_event_type = 'Lock' OR a.state IS NULL)
    ORDER BY a.xact_start`);
  const hidden = rows.some(({ state, query }) => state === null && String(query).startsWith("<insufficient privilege>"));
  if (hidden) await database.rows("SELECT * FROM pg_catalog.pg_ls_waldir() LIMIT 0");
  return rows
    .filter(({ seconds, blocked_by: blocked }) => seconds !== null || blocked !== null)
    .map((row) => ({
      pid: Number(row.pid),
      role: row.usename === null ? null : String(row.usename),
      application: String(row.application_name ?? ""),
      state: row.state === null ? null : String(row.state),
      query: withoutLiterals(String(row.query ?? "")),
      transactionSeconds: numberOf(row.seconds),
      xminAge: numberOf(row.xmin_age),
      relations: listOf(row.relations),
      blockedBy: listOf(row.blocked_by).map(Number),
      waitSeconds: numberOf(row.waits),
    }));
}

/** A statement of the application may have a secret or a person's data in it. */
function withoutLiterals(query: string): string {
  const plain = query
    .replaceAll(/'(?:[^']|'')*(?:'|$)/g, "'…'")
    .replaceAll(/\s+/g, " ")
    .trim();
  return plain.length > shown ? `${plain.slice(0, shown - 1)}…` : plain;
}

const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
