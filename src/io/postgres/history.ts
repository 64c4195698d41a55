import { createHash } from "node:crypto";
import type { Digest, HistoryRow, HistoryTable } from "../../discover/history/history.ts";
import type { FoundTable } from "../../discover/history/recognise.ts";
import { UserError } from "../../errors.ts";
import { quoteName } from "../../model/sql-name.ts";
import type { Database } from "./database.ts";

export const digest: Digest = (algorithm, text, encoding) => createHash(algorithm).update(text, "utf8").digest(encoding);

/** The rows of a tool's history table, in the order in which it wrote them. @throws UserError DATABASE_… naming the table where it may not be read */
export async function readHistoryTable(database: Database, found: FoundTable): Promise<HistoryTable> {
  const { tool, schema, name, order, lock } = found;
  const title = `${schema}.${name}`;
  const rows = await readRows(database, schema, name, order);
  return { tool, title, rows, locks: lock === null ? [] : await readRows(database, schema, lock, null) };
}

async function readRows(database: Database, schema: string, name: string, order: string | null): Promise<readonly HistoryRow[]> {
  const table = `${quoteName(schema)}.${quoteName(name)}`;
  const sorted = order === null ? "" : ` ORDER BY t.${quoteName(order)}`;
  try {
    const rows = await database.rows(
      `SELECT (SELECT coalesce(json_object_agg(e.key, e.value), '{}') FROM json_each_text(row_to_json(t)) e)::text AS row FROM ${table} t${sorted}`,
    );
    // A cast: json_each_text gives text and null only.
    return rows.map(({ row }) => JSON.parse(String(row)) as HistoryRow);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "DATABASE_DENIED") throw error;
    throw new UserError(
      "DATABASE_DENIED",
      `the role may not read the history table ${schema}.${name} of ${database.shown}; grant it USAGE on the schema and SELECT on the table, or say what is pending with --pending or --base`,
      { cause: error },
    );
  }
}
