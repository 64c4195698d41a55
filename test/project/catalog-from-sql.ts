import { PGlite } from "@electric-sql/pglite";
import type { Extensions } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";
import { cube } from "@electric-sql/pglite/contrib/cube";
import { hstore } from "@electric-sql/pglite/contrib/hstore";
import { isn } from "@electric-sql/pglite/contrib/isn";
import { ltree } from "@electric-sql/pglite/contrib/ltree";
import type { Catalog, Publication, Relation, TypeDefinition } from "../../src/model/catalog.ts";

const EXTENSIONS: Extensions = { citext, cube, hstore, isn, ltree };

const RELATIONS = `
SELECT c.oid::int AS oid, n.nspname AS schema, c.relname AS name,
  CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'table' END AS kind,
  CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
  CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'default' END AS "replicaIdentity",
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionKey",
  (SELECT json_build_object('schema', pn.nspname, 'name', p.relname, 'bound', pg_get_expr(c.relpartbound, c.oid))
   FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
   WHERE i.inhrelid = c.oid AND c.relispartition) AS "partitionOf",
  (SELECT json_build_object('name', k.conname, 'columns',
     (SELECT json_agg(a.attname ORDER BY x.n) FROM unnest(k.conkey) WITH ORDINALITY x(num, n)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.num))
   FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') AS "primaryKey",
  COALESCE((SELECT json_agg(json_build_object('name', ic.relname, 'partial', i.indpred IS NOT NULL,
     'expressions', i.indexprs IS NOT NULL, 'immediate', i.indimmediate, 'valid', i.indisvalid, 'usableAsIdentity', false,
     'columns', (SELECT json_agg(COALESCE(a.attname, '') ORDER BY x.n) FROM unnest(i.indkey::int2[]) WITH ORDINALITY x(num, n)
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.num WHERE x.n <= i.indnkeyatts)) ORDER BY ic.relname COLLATE "C")
   FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary), '[]') AS "uniqueIndexes",
  COALESCE((SELECT json_agg(json_build_object('name', a.attname, 'position', a.attnum, 'notNull', a.attnotnull,
     'type', json_build_object('oid', a.atttypid::int, 'modifier', a.atttypmod, 'text', format_type(a.atttypid, a.atttypmod)),
     'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
     'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'byDefault' END,
     'generated', CASE a.attgenerated WHEN '' THEN NULL ELSE json_build_object(
       'kind', CASE a.attgenerated WHEN 's' THEN 'stored' ELSE 'virtual' END, 'expression', pg_get_expr(d.adbin, d.adrelid)) END,
     'storage', CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'm' THEN 'main' WHEN 'e' THEN 'external' ELSE 'extended' END) ORDER BY a.attnum)
   FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const TYPES = `
SELECT t.oid::int AS oid, n.nspname AS schema, t.typname AS name,
  CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' AND t.typelem <> 0 THEN 'array'
       ELSE (CASE t.typtype WHEN 'b' THEN 'base' WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite'
                            WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'pseudo' END) END AS kind,
  CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem::int END AS element,
  CASE WHEN t.typtype = 'd' THEN json_build_object('oid', t.typbasetype::int, 'modifier', t.typtypmod, 'text', format_type(t.typbasetype, t.typtypmod)) END AS base,
  t.typnotnull AS "notNull", t.typdefault AS default,
  COALESCE((SELECT json_agg(json_build_object('oid', e.oid::int, 'label', e.enumlabel) ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]') AS labels,
  '[]'::json AS attributes, '[]'::json AS checks, NULL AS extension
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype <> 'p' AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`;

const PUBLICATIONS = `
SELECT p.oid::int AS oid, p.pubname AS name, p.puballtables AS "allTables", p.pubviaroot AS "viaRoot",
  CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END AS "generatedColumns",
  array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
    CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS publish,
  COALESCE((SELECT json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'where', pg_get_expr(r.prqual, r.prrelid),
     'columns', (SELECT json_agg(a.attname) FROM unnest(r.prattrs::int2[]) x(num) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.num)))
   FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid), '[]') AS tables,
  COALESCE((SELECT json_agg(n.nspname) FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid), '[]') AS schemas
FROM pg_publication p`;

/** A PostgreSQL in process; `query` runs SQL, `catalog` reads the catalog with queries of this helper's own. */
export interface Database {
  readonly run: (sql: string) => Promise<void>;
  readonly catalog: () => Promise<Catalog>;
  readonly close: () => Promise<void>;
}

export async function openDatabase(): Promise<Database> {
  const pg = await PGlite.create({ extensions: EXTENSIONS });
  return {
    run: async (sql) => {
      await pg.exec(sql);
    },
    catalog: async () => {
      const path = await pg.query<{ path: string[] }>("SELECT current_schemas(false)::text[] AS path");
      await pg.exec("BEGIN; SET LOCAL search_path = ''");
      try {
        return {
          // The columns of the queries are the fields of the types.
          relations: (await pg.query<Relation>(RELATIONS)).rows.map((row) => ({ ...row, inherits: null })),
          types: (await pg.query<TypeDefinition>(TYPES)).rows,
          publications: (await pg.query<Publication>(PUBLICATIONS)).rows,
          searchPath: path.rows[0]?.path ?? [],
        };
      } finally {
        await pg.exec("COMMIT");
      }
    },
    close: () => pg.close(),
  };
}
