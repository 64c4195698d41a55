import type { Client } from "pg";
import type { Catalog, Column, Relation } from "../../src/model/catalog.ts";

interface ColumnRow extends Omit<Column, "type" | "identity" | "generated"> {
  readonly oid: number;
  readonly modifier: number;
  readonly text: string;
}

/** The tables of schema public as the model has them; just what a rewrite looks at. */
export async function liveCatalog(client: Client): Promise<Catalog> {
  await client.query("SET search_path = ''");
  const { rows: tables } = await client.query<{ oid: number; name: string; kind: string }>(
    `SELECT oid::int, relname AS name, relkind::text AS kind FROM pg_catalog.pg_class
      WHERE relnamespace = 'public'::pg_catalog.regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
  );
  const relations: Relation[] = [];
  for (const table of tables) relations.push(await relation(client, table));
  await client.query("RESET search_path");
  return { relations, types: [], publications: [], searchPath: ["public"] };
}

async function relation(client: Client, { oid, name, kind }: { oid: number; name: string; kind: string }): Promise<Relation> {
  const columns = await client.query<ColumnRow>(
    `SELECT attname AS name, attnum::int AS position, attnotnull AS "notNull", pg_catalog.pg_get_expr(adbin, adrelid) AS default,
            atttypid::int AS oid, atttypmod AS modifier, pg_catalog.format_type(atttypid, atttypmod) AS text, 'extended' AS storage
       FROM pg_catalog.pg_attribute LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [oid],
  );
  const indexes = await client.query<{ name: string; primary: boolean; columns: readonly string[] }>(
    `SELECT c.relname AS name, i.indisprimary AS primary,
            ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(n, o)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY o) AS columns
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = $1 AND i.indisunique ORDER BY c.relname`,
    [oid],
  );
  const primary = indexes.rows.find((row) => row.primary);
  return {
    oid,
    schema: "public",
    name,
    kind: kind === "p" ? "partitioned" : "table",
    persistence: "permanent",
    columns: columns.rows.map(({ oid: type, modifier, text, ...column }) => ({
      ...column,
      type: { oid: type, modifier, text },
      identity: null,
      generated: null,
    })),
    primaryKey: primary === undefined ? null : { name: primary.name, columns: primary.columns },
    uniqueIndexes: indexes.rows
      .filter((row) => !row.primary)
      .map((row) => ({
        name: row.name,
        columns: row.columns,
        partial: false,
        expressions: false,
        immediate: true,
        valid: true,
        usableAsIdentity: false,
      })),
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
  };
}

/** Everything of schema public that a user could tell apart, as text lines: columns in order, constraints, indexes, triggers, functions, views. */
export async function describeSchema(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT format('%s.%s %s%s%s', c.relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' END,
                   ' default ' || pg_get_expr(adbin, adrelid)) AS line, attnum AS place, 1 AS part, c.relname
       FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND attnum > 0 AND NOT attisdropped
     UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), 0, 2, conname FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
     UNION ALL SELECT indexdef, 0, 3, indexname FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT pg_get_triggerdef(oid), 0, 4, tgname FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT proname::text, 0, 5, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT viewname || ' ' || definition, 0, 6, viewname FROM pg_views WHERE schemaname = 'public'
     ORDER BY part, relname, place`,
  );
  return rows.map(({ line }) => line);
}
