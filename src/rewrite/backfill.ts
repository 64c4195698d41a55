import type { Relation } from "../model/catalog.ts";
import { ident } from "../model/sql-name.ts";

const batchSize = 5000;

/**
 * One statement that sets columns in the rows where `condition` holds; may be run again. In batches along the primary key, each committed by
 * itself, where `batched` (the file must then run outside a transaction); else in one go.
 */
export function backfill(table: string, relation: Relation, assignment: string, condition: string, batched: boolean): string {
  const key = relation.primaryKey?.columns ?? [];
  if (!batched || key.length === 0) return `UPDATE ${table} SET ${assignment} WHERE ${condition}`;
  return batches(table, key, assignment, condition);
}

function batches(table: string, key: readonly string[], assignment: string, condition: string): string {
  const columns = key.map(ident);
  const row = (prefix: string): string => rowOf(columns.map((_, index) => `${prefix}_key_${index + 1}`));
  const variables = (prefix: string): string => columns.map((_, index) => `${prefix}_key_${index + 1}`).join(", ");
  const list = columns.join(", ");
  const backwards = columns.map((column) => `${column} DESC`).join(", ");
  return [
    "DO $backfill$",
    "DECLARE",
    ...columns.flatMap((column, index) => [
      `  from_key_${index + 1} ${table}.${column}%TYPE;`,
      `  to_key_${index + 1} ${table}.${column}%TYPE;`,
    ]),
    "BEGIN",
    `  SELECT ${list} INTO ${variables("from")} FROM ${table} ORDER BY ${list} LIMIT 1;`,
    "  LOOP",
    `    SELECT ${list} INTO ${variables("to")} FROM (`,
    `      SELECT ${list} FROM ${table} WHERE ${rowOf(columns)} >= ${row("from")} ORDER BY ${list} LIMIT ${batchSize}`,
    `    ) AS batch ORDER BY ${backwards} LIMIT 1;`,
    "    EXIT WHEN NOT FOUND;",
    `    UPDATE ${table} SET ${assignment}`,
    `      WHERE ${rowOf(columns)} >= ${row("from")} AND ${rowOf(columns)} <= ${row("to")} AND ${condition};`,
    "    COMMIT;",
    `    EXIT WHEN ${row("to")} = ${row("from")};`,
    ...columns.map((_, index) => `    from_key_${index + 1} := to_key_${index + 1};`),
    "  END LOOP;",
    "END",
    "$backfill$",
  ].join("\n");
}

const rowOf = (names: readonly string[]): string => (names.length === 1 ? (names[0] ?? "") : `(${names.join(", ")})`);
