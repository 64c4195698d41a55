/**
 * The query that reads a catalog from PostgreSQL 12 to 18: one row, one JSON text of the form CatalogRow (to-catalog.ts).
 * Left out: system and temporary schemas, and relations that belong to an extension.
 */
export interface QueryOptions {
  /** Server's major version: older ones lack some columns. */
  readonly version: number;
  /** Restricts what is described; null describes all. */
  readonly changes: ChangesOnly | null;
}

/** Parts of the query that describes only what was written lately (changes-query.ts). */
export interface ChangesOnly {
  /** SQL: common table expressions. */
  readonly with: string;
  /** SQL: true when everything is described after all. */
  readonly complete: string;
  /** SQL: oids of relations, and of types, with a row that was written. */
  readonly relations: string;
  readonly types: string;
  /** SQL: a JSON value that goes into the answer. */
  readonly marks: string;
}

/**
 * Settings at the values of a fresh session: those that change how PostgreSQL prints expressions, and those by which a migration could keep
 * the query from its answer. pg_temp stands last, as otherwise a temporary table named pg_class would be read in place of the catalog.
 */
export const printing = [
  "SESSION AUTHORIZATION DEFAULT",
  "search_path = pg_catalog, pg_temp",
  "client_encoding = 'UTF8'",
  "statement_timeout = 0",
  "quote_all_identifiers = off",
  "datestyle = 'ISO, MDY'",
  "intervalstyle = 'postgres'",
  "timezone = 'UTC'",
  "extra_float_digits = 1",
  "bytea_output = 'hex'",
];

/** Wraps a query so that it prints as a session with an empty search_path does, and leaves no trace in the session. */
export function inPrintingSession(query: string, inTransaction: boolean): string {
  const [begin, end] = inTransaction
    ? ["SAVEPOINT driftgate_read", "ROLLBACK TO SAVEPOINT driftgate_read; RELEASE SAVEPOINT driftgate_read"]
    : ["BEGIN", "ROLLBACK"];
  const schemas =
    "SELECT pg_catalog.set_config('driftgate.schemas', pg_catalog.to_json(pg_catalog.current_schemas(false))::pg_catalog.text, true)";
  return [begin, schemas, ...printing.map((setting) => `SET LOCAL ${setting}`), query, end].join(";\n");
}

const userSchema = "nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND nspname !~ '^pg_(toast_)?temp_'";

const ownRelation = `c.relkind IN ('r', 'p', 'f') AND NOT EXISTS (SELECT 1 FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** The query alone, for a session that has the settings of `printing` and the setting driftgate.schemas. */
export function catalogSelect({ version, changes }: QueryOptions): string {
  return `WITH RECURSIVE ns AS MATERIALIZED (SELECT oid, nspname FROM pg_namespace WHERE ${userSchema}),
rel AS MATERIALIZED (SELECT c.*, ns.nspname FROM pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE ${ownRelation}),${changes === null ? "" : `\n${changes.with},`}
chosen AS MATERIALIZED (SELECT c.* FROM rel c${changes === null ? "" : ` WHERE c.oid IN (${changes.relations})`}),
${described},
${typeParts(changes)}
SELECT json_build_object(
  'complete', ${changes?.complete ?? "true"},
  'searchPath', current_setting('driftgate.schemas')::json,
  'oids', (SELECT coalesce(json_agg(oid::int8), '[]') FROM rel),
  'relations', (SELECT coalesce(json_agg(j), '[]') FROM described),
  'typeOids', (SELECT coalesce(json_agg(oid::int8), '[]') FROM all_own_types),
  'types', (SELECT coalesce(json_agg(j), '[]') FROM types),
  'publications', ${publications({ version })}${changes === null ? "" : `,\n  'marks', ${changes.marks}`})::text`;
}

/** Of each relation by itself, so that the plan is the same for one relation and for a thousand: by index. */
const described = `described AS (
  SELECT json_build_object('oid', c.oid::int8, 'schema', c.nspname, 'name', c.relname, 'kind', c.relkind, 'persistence', c.relpersistence,
    'identity', c.relreplident, 'partitionKey', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
    'bound', CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
    'parents', (SELECT json_agg(json_build_object('schema', pn.nspname, 'name', pc.relname) ORDER BY h.inhseqno)
      FROM pg_inherits h JOIN pg_class pc ON pc.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = pc.relnamespace WHERE h.inhrelid = c.oid),
    'columns', coalesce((SELECT json_agg(json_build_array(a.attnum, a.attname, a.atttypid::int8, a.atttypmod, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
        a.attidentity, a.attgenerated, a.attstorage) ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
    'indexes', coalesce((SELECT json_agg(json_build_array(ic.relname, i.indisprimary, i.indisunique, i.indisreplident, i.indimmediate, i.indisvalid,
        i.indpred IS NOT NULL, i.indexprs IS NOT NULL, k.names, coalesce(k.required, false),
        CASE WHEN i.indexprs IS NOT NULL OR i.indnatts > i.indnkeyatts THEN (
          SELECT json_agg(trim(both '"' FROM pg_get_indexdef(i.indexrelid, n, false)) ORDER BY n) FROM generate_series(1, i.indnatts) AS n) END)
        ORDER BY ic.relname COLLATE "C")
      FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
      LEFT JOIN LATERAL (
        SELECT json_agg(coalesce(a.attname, '') ORDER BY x.place) AS names, bool_and(coalesce(a.attnotnull, false)) AS required
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS x(number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = x.number AND x.number <> 0
        WHERE x.place <= i.indnkeyatts) k ON true
      WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisreplident)), '[]')) AS j
  FROM chosen c
)`;

const typeParts = (changes: ChangesOnly | null): string => `all_own_types AS MATERIALIZED (
  SELECT t.oid FROM pg_type t JOIN ns ON ns.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd') OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
), own_types AS (
  SELECT t.oid FROM all_own_types t${changes === null ? "" : ` WHERE t.oid IN (${changes.types})`}
), used(oid) AS (
  SELECT a.atttypid FROM chosen c CROSS JOIN LATERAL (
    SELECT atttypid FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped OFFSET 0) a
  UNION SELECT oid FROM own_types
  UNION SELECT x.oid FROM used u CROSS JOIN LATERAL (SELECT * FROM pg_type WHERE oid = u.oid OFFSET 0) t CROSS JOIN LATERAL (
    SELECT t.typelem AS oid WHERE t.typelem <> 0 AND t.typcategory = 'A'
    UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'
    UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) x
), types AS (
  SELECT json_build_object('oid', t.oid::int8, 'schema', n.nspname, 'name', t.typname, 'kind', t.typtype,
    'element', CASE WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN t.typelem::int8 END,
    'base', CASE WHEN t.typtype = 'd' THEN json_build_object('oid', t.typbasetype::int8, 'modifier', t.typtypmod, 'text', format_type(t.typbasetype, t.typtypmod)) END,
    'notNull', t.typnotnull, 'default', CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) END,
    'labels', CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(json_build_object('oid', e.oid::int8, 'label', e.enumlabel) ORDER BY e.enumsortorder)
        FROM pg_enum e WHERE e.enumtypid = t.oid) END,
    'attributes', CASE WHEN t.typtype = 'c' THEN (SELECT json_agg(json_build_object('name', a.attname,
        'type', json_build_object('oid', a.atttypid::int8, 'modifier', a.atttypmod, 'text', format_type(a.atttypid, a.atttypmod))) ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid AND k.relkind = 'c' WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
    'checks', CASE WHEN t.typtype = 'd' THEN (SELECT json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid)) ORDER BY k.conname COLLATE "C")
        FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END,
    'extension', (SELECT x.extname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
        WHERE d.classid = 'pg_type'::regclass AND d.objid = coalesce(nullif(CASE WHEN t.typcategory = 'A' THEN t.typelem END, 0), t.oid)
          AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e')) AS j
  FROM (SELECT DISTINCT oid FROM used) u CROSS JOIN LATERAL (SELECT * FROM pg_type WHERE oid = u.oid OFFSET 0) t JOIN pg_namespace n ON n.oid = t.typnamespace
)`;

/** pubviaroot came with 13, column lists, row filters and schemas with 15, generated columns with 18 (release notes). */
function publications({ version }: Pick<QueryOptions, "version">): string {
  const generated = version >= 18 ? "p.pubgencols" : "'n'";
  const viaRoot = version >= 13 ? "p.pubviaroot" : "false";
  const columns =
    version >= 15
      ? "(SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs::int2[]))"
      : "NULL";
  const filter = version >= 15 ? "pg_get_expr(r.prqual, r.prrelid)" : "NULL";
  const schemas =
    version >= 15
      ? `(SELECT coalesce(json_agg(n.nspname ORDER BY n.nspname COLLATE "C"), '[]')
      FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid)`
      : "'[]'::json";
  return `(SELECT coalesce(json_agg(json_build_object('oid', p.oid::int8, 'name', p.pubname, 'allTables', p.puballtables,
    'publish', array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
      CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL),
    'viaRoot', ${viaRoot}, 'generated', ${generated},
    'tables', (SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname,
        'columns', ${columns}, 'where', ${filter}) ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"), '[]')
      FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid),
    'schemas', ${schemas}) ORDER BY p.pubname COLLATE "C"), '[]')
    FROM pg_publication p)`;
}
