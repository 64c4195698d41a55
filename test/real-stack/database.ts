import type { Client } from "pg";
import { escapeIdentifier } from "pg";

/** `schema.name` of every table with a count of the rows written to it so far, whatever its name was then. */
export type Written = ReadonlyMap<number, { readonly relation: string; readonly rows: number }>;

/** Rows inserted, updated and deleted in each table, by oid, as PostgreSQL's own statistics tell. */
export async function rowsWritten(client: Client): Promise<Written> {
  // Statistics of this session are passed on at most once a second otherwise.
  await client.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await client.query<{ readonly oid: number; readonly relation: string; readonly rows: number }>(
    `SELECT relid::int AS oid, schemaname || '.' || relname AS relation, (n_tup_ins + n_tup_upd + n_tup_del)::int AS rows FROM pg_stat_user_tables`,
  );
  return new Map(rows.map(({ oid, ...rest }) => [oid, rest]));
}

/** Tables with more rows written than before, by the names that they have now. */
export function writtenSince(before: Written, now: Written): readonly string[] {
  return [...now].filter(([oid, { rows }]) => rows > (before.get(oid)?.rows ?? 0)).map(([, { relation }]) => relation);
}

export async function hasRows(client: Client, schema: string, name: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT FROM ${escapeIdentifier(schema)}.${escapeIdentifier(name)} LIMIT 1`);
  return rows.length > 0;
}

/** A logical message: it comes out of the slot behind everything written before, whatever is captured or published. */
export async function emitMark(client: Client): Promise<void> {
  await client.query("SELECT pg_logical_emit_message(false, 'driftgate', 'mark')");
}

/** Whether the slot has its starting point: what is written from now on comes out of it. */
export async function slotStarted(client: Client, slot: string): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM pg_replication_slots WHERE slot_name = $1 AND confirmed_flush_lsn IS NOT NULL", [slot]);
  return rows.length > 0;
}

export async function slotActive(client: Client, slot: string): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active", [slot]);
  return rows.length > 0;
}

/** Drops the slot once nobody uses it any more; true when it is gone. */
export async function dropSlot(client: Client, slot: string): Promise<boolean> {
  const { rows } = await client.query<{ readonly active: boolean }>("SELECT active FROM pg_replication_slots WHERE slot_name = $1", [slot]);
  const [found] = rows;
  if (found === undefined) return true;
  if (found.active) return false;
  await client.query("SELECT pg_drop_replication_slot($1)", [slot]);
  return true;
}
