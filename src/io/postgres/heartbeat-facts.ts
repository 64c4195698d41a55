import { UserError } from "../../errors.ts";
import type { Connector } from "../../model/connector.ts";
import type { HeartbeatFacts } from "../../model/doctor.ts";
import type { Database } from "./database.ts";

/**
 * Whether the heartbeat's statement would run, without running it: PREPARE parses and resolves it, within the read-only transaction.
 * @throws UserError DATABASE_… where something else fails
 */
export async function readHeartbeat(database: Database, connector: Connector, query: string): Promise<HeartbeatFacts> {
  const invalid = await prepareError(database, query);
  const named =
    /\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO)\s+(?:ONLY\s+)?((?:"(?:[^"]|"")+"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[\w$]+))?)/i.exec(
      query,
    )?.[1] ?? null;
  if (invalid !== null || named === null) return { invalid, table: named, writable: null, lastBeatSeconds: null };
  const [row] = await database.rows(`
    SELECT c.oid::pg_catalog.int8 AS oid, n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(${literal(named)})`);
  if (row === undefined) return { invalid: null, table: named, writable: null, lastBeatSeconds: null };
  const oid = Number(row.oid);
  return {
    invalid: null,
    table: `${String(row.schema)}.${String(row.name)}`,
    writable: await writable(database, connector.settings["database.user"], oid, query),
    lastBeatSeconds: await lastBeat(database, oid),
  };
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function prepareError(database: Database, query: string): Promise<string | null> {
  // One statement only: what a configuration says is not run here, and PREPARE takes no second one.
  if (/;\s*\S/.test(query)) return "it has more than one statement";
  await database.rows("SAVEPOINT heartbeat");
  try {
    await database.rows(`PREPARE driftgate_heartbeat AS ${query}`);
    await database.rows("DEALLOCATE driftgate_heartbeat");
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await database.rows("ROLLBACK TO SAVEPOINT heartbeat");
    return serverMessage(error);
  }
}

/** PostgreSQL's own words, as far as the error kept them. */
function serverMessage(error: UserError): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}

async function writable(database: Database, role: string | undefined, oid: number, query: string): Promise<boolean | null> {
  if (role === undefined || role.includes("${")) return null;
  const rights = /^\s*INSERT/i.test(query)
    ? ["INSERT", ...(/\bDO\s+UPDATE\b/i.test(query) ? ["UPDATE"] : [])]
    : [/^\s*DELETE/i.test(query) ? "DELETE" : "UPDATE"];
  const tests = rights.map((right) => `pg_catalog.has_table_privilege(r.oid, ${oid}::pg_catalog.oid, '${right}')`);
  const [row] = await database.rows(`SELECT ${tests.join(" AND ")} AS may FROM pg_catalog.pg_roles r WHERE r.rolname = ${literal(role)}`);
  return row === undefined ? false : row.may === true;
}

/** Age of the newest value in a time stamp column; null where there is none, or the role may not read it. */
async function lastBeat(database: Database, oid: number): Promise<number | null> {
  const [column] = await database.rows(`
    SELECT pg_catalog.quote_ident(a.attname) AS column, a.attrelid::pg_catalog.regclass::pg_catalog.text AS table,
      pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('pg_catalog.timestamptz'::pg_catalog.regtype, 'pg_catalog.timestamp'::pg_catalog.regtype) ORDER BY a.attnum LIMIT 1`);
  if (column === undefined || column.readable !== true) return null;
  const [row] = await database.rows(
    `SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.max(${String(column.column)}))::pg_catalog.float8 AS age FROM ${String(column.table)}`,
  );
  return row?.age === null || row?.age === undefined ? null : Math.max(0, Number(row.age));
}
