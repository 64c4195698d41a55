import type { Surrounding, Surroundings, TableSurrounding } from "../../catalog/surroundings.ts";
import type { Database } from "./database.ts";

/** An object that belongs to an extension comes back with it. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

const userSchema = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'";

const extensions = `SELECT 'extension ' || e.extname AS title, format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I CASCADE', e.extname, n.nspname) AS sql
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.oid`;

const schemas = `SELECT format('schema %I', n.nspname) AS title, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) AS sql
FROM pg_namespace n WHERE ${userSchema} ORDER BY n.oid`;

/** PostgreSQL 14 has a multirange beside each range, whose name may have been chosen (manual of CREATE TYPE). */
const types = (version: number): string => `SELECT format('type %I.%I', n.nspname, t.typname) AS title,
  format('CREATE TYPE %I.%I AS RANGE (subtype = %s%s)', n.nspname, t.typname, format_type(r.rngsubtype, NULL),
    ${version >= 14 ? "(SELECT format(', multirange_type_name = %I.%I', mn.nspname, m.typname) FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)" : "''"}) AS sql
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE ${userSchema} AND ${notOfExtension("pg_type", "t.oid")} ORDER BY t.oid`;

/** How texts are sorted or cut into words shapes no table: any collation and any configuration will do, under their names. */
const standIns = `SELECT format('collation %I.%I', n.nspname, o.collname) AS title, format('CREATE COLLATION %I.%I FROM pg_catalog."C"', n.nspname, o.collname) AS sql
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE ${userSchema} AND ${notOfExtension("pg_collation", "o.oid")}
UNION ALL SELECT format('text search configuration %I.%I', n.nspname, o.cfgname), format('CREATE TEXT SEARCH CONFIGURATION %I.%I (COPY = pg_catalog.simple)', n.nspname, o.cfgname)
FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE ${userSchema} AND ${notOfExtension("pg_ts_config", "o.oid")}`;

const sequences = `SELECT format('sequence %I.%I', n.nspname, c.relname) AS title,
  format('CREATE SEQUENCE IF NOT EXISTS %I.%I AS %s', n.nspname, c.relname, format_type(s.seqtypid, NULL)) AS sql
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE ${userSchema} AND ${notOfExtension("pg_class", "c.oid")}
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i') ORDER BY c.oid`;

/** Bodies in other languages than SQL and PL/pgSQL are left out: their signature is what other objects need. */
const functions = `SELECT format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS title,
  CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN pg_get_functiondef(p.oid)
    ELSE format('CREATE OR REPLACE %s %I.%I(%s)%s LANGUAGE plpgsql %s AS %L', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
      n.nspname, p.proname, pg_get_function_arguments(p.oid), ' RETURNS ' || pg_get_function_result(p.oid),
      CASE WHEN p.prokind = 'p' THEN '' WHEN p.provolatile = 'i' THEN 'IMMUTABLE' WHEN p.provolatile = 's' THEN 'STABLE' ELSE '' END,
      'BEGIN RAISE EXCEPTION ''the body of this function is not known here''; END') END AS sql
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE ${userSchema} AND p.prokind IN ('f', 'p') AND ${notOfExtension("pg_proc", "p.oid")}
  AND NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'i') ORDER BY p.oid`;

const functionName = (oid: string): string =>
  `(SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = ${oid})`;

/** What the state of a moving or parallel aggregate is for changes no result. */
const aggregates = `SELECT format('aggregate %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS title,
  format('CREATE OR REPLACE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s%s%s%s%s)', n.nspname, p.proname,
    coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), ${functionName("a.aggtransfn")}, format_type(a.aggtranstype, NULL),
    ', FINALFUNC = ' || ${functionName("a.aggfinalfn")}, CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END,
    ', INITCOND = ' || quote_literal(a.agginitval), CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END) AS sql
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE ${userSchema} AND ${notOfExtension("pg_proc", "p.oid")} ORDER BY p.oid`;

/** CREATE OPERATOR and CREATE CAST replace nothing. */
const unlessThere = (sql: string): string =>
  `'DO $driftgate_once$ BEGIN ' || ${sql} || '; EXCEPTION WHEN duplicate_function OR duplicate_object THEN NULL; END $driftgate_once$'`;

const operators = `SELECT format('operator %I.%s', n.nspname, o.oprname) AS title,
  ${unlessThere(`format('CREATE OPERATOR %I.%s (FUNCTION = %s%s%s%s)', n.nspname, o.oprname, ${functionName("o.oprcode")},
    ', LEFTARG = ' || CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END, ', RIGHTARG = ' || format_type(o.oprright, NULL),
    (SELECT format(', COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, x.oprname) FROM pg_operator x JOIN pg_namespace cn ON cn.oid = x.oprnamespace WHERE x.oid = o.oprcom))`)} AS sql
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${userSchema} AND o.oprcode <> 0 AND ${notOfExtension("pg_operator", "o.oid")}
UNION ALL SELECT format('cast from %s to %s', format_type(k.castsource, NULL), format_type(k.casttarget, NULL)),
  ${unlessThere(`format('CREATE CAST (%s AS %s) %s%s', format_type(k.castsource, NULL), format_type(k.casttarget, NULL),
    CASE k.castmethod WHEN 'f' THEN format('WITH FUNCTION %s(%s)', ${functionName("k.castfunc")}, pg_get_function_identity_arguments(k.castfunc))
      WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END, CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)`)}
FROM pg_cast k WHERE k.oid >= 16384 AND ${notOfExtension("pg_cast", "k.oid")}`;

/** No statement of the server's own words makes these: they are named as missing. */
const unmade = `SELECT title, 'DO $driftgate_none$ BEGIN RAISE EXCEPTION ''not rebuilt''; END $driftgate_none$' AS sql FROM (
  SELECT format('operator class %I.%I', n.nspname, o.opcname) AS title FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
  WHERE ${userSchema} AND ${notOfExtension("pg_opclass", "o.oid")}
  UNION ALL SELECT format('text search dictionary %I.%I', n.nspname, o.dictname) FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace
  WHERE ${userSchema} AND ${notOfExtension("pg_ts_dict", "o.oid")}) x`;

const eventTriggers = `SELECT format('event trigger %I', t.evtname) AS title, format('CREATE EVENT TRIGGER %I ON %I%s EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
  (SELECT format(' WHEN TAG IN (%s)', string_agg(quote_literal(tag), ', ')) FROM unnest(t.evttags) tag HAVING count(*) > 0), ${functionName("t.evtfoid")}) AS sql
FROM pg_event_trigger t WHERE t.evtenabled IN ('O', 'A') AND t.evtevent IN ('ddl_command_start', 'ddl_command_end', 'sql_drop', 'table_rewrite')
  AND ${notOfExtension("pg_event_trigger", "t.oid")} ORDER BY t.evtname`;

const table = `JOIN pg_class c ON c.oid = TABLE_ID JOIN pg_namespace n ON n.oid = c.relnamespace`;

/** An index on a partitioned table is printed with ONLY; made without it, it covers the partitions as it does there. */
const unique = `SELECT n.nspname AS schema, c.relname AS "table", i.relname AS name, format('index %I.%I', n.nspname, i.relname) AS title,
  CASE WHEN k.oid IS NULL THEN replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ')
    ELSE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) END AS sql
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid ${table.replace("TABLE_ID", "x.indrelid")}
LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype = 'u' AND k.conrelid = x.indrelid
WHERE ${userSchema} AND x.indisunique AND NOT x.indisprimary AND x.indisvalid AND c.relkind IN ('r', 'p') AND ${notOfExtension("pg_class", "c.oid")}
ORDER BY i.oid`;

const local = `SELECT format('index %I.%I', n.nspname, i.relname) AS title, replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ') AS sql
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid ${table.replace("TABLE_ID", "x.indrelid")}
WHERE ${userSchema} AND NOT x.indisunique AND NOT x.indisexclusion AND c.relkind IN ('r', 'p') AND ${notOfExtension("pg_class", "c.oid")}
UNION ALL SELECT format('constraint %I of %I.%I', k.conname, n.nspname, c.relname),
  format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k ${table.replace("TABLE_ID", "k.conrelid")}
WHERE ${userSchema} AND k.contype IN ('c', 'x') AND c.relkind IN ('r', 'p') AND ${notOfExtension("pg_class", "c.oid")}`;

const others = `SELECT format('constraint %I of %I.%I', k.conname, n.nspname, c.relname) AS title,
  format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) AS sql
FROM pg_constraint k ${table.replace("TABLE_ID", "k.conrelid")} WHERE ${userSchema} AND k.contype = 'f' AND k.conparentid = 0
UNION ALL SELECT format('view %I.%I', n.nspname, c.relname), format('CREATE %sVIEW %I.%I AS %s%s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END,
  n.nspname, c.relname, rtrim(pg_get_viewdef(c.oid), ';'), CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${userSchema} AND ${notOfExtension("pg_class", "c.oid")}
UNION ALL SELECT format('index %I.%I', n.nspname, i.relname), pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid ${table.replace("TABLE_ID", "x.indrelid")}
WHERE ${userSchema} AND c.relkind = 'm' AND ${notOfExtension("pg_class", "c.oid")}
UNION ALL SELECT format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid)
FROM pg_trigger t ${table.replace("TABLE_ID", "t.tgrelid")} WHERE NOT t.tgisinternal AND ${userSchema} AND ${notOfExtension("pg_trigger", "t.oid")}
  AND NOT (c.relispartition AND EXISTS (SELECT 1 FROM pg_inherits h JOIN pg_trigger p ON p.tgrelid = h.inhparent
    WHERE h.inhrelid = c.oid AND p.tgname = t.tgname AND p.tgfoid = t.tgfoid))
UNION ALL SELECT format('rule %I on %I.%I', r.rulename, n.nspname, c.relname), pg_get_ruledef(r.oid)
FROM pg_rewrite r ${table.replace("TABLE_ID", "r.ev_class")} WHERE r.rulename <> '_RETURN' AND ${userSchema} AND ${notOfExtension("pg_class", "c.oid")}
UNION ALL SELECT format('policy %I on %I.%I', policyname, schemaname, tablename), format('CREATE POLICY %I ON %I.%I AS %s FOR %s%s%s',
  policyname, schemaname, tablename, permissive, cmd, ' USING (' || qual || ')', ' WITH CHECK (' || with_check || ')') FROM pg_policies
UNION ALL SELECT format('sequence %I.%I', sn.nspname, s.relname), format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', sn.nspname, s.relname, n.nspname, c.relname, a.attname)
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid ${table.replace("TABLE_ID", "a.attrelid")}
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' AND ${userSchema}`;

/**
 * What stands around the tables of a user's database, in the server's own words (PostgreSQL manual, "System Catalog Information Functions",
 * which need no privilege on the objects).
 * @throws UserError DATABASE_…
 */
export async function readSurroundings(database: Database): Promise<Surroundings> {
  return {
    schemas: await read(database, schemas),
    extensions: await read(database, extensions),
    types: [...(await read(database, types(database.version))), ...(await read(database, standIns))],
    sequences: await read(database, sequences),
    functions: [...(await read(database, functions)), ...(await read(database, aggregates)), ...(await read(database, operators))],
    unique: await read<TableSurrounding>(database, unique),
    local: [...(await read(database, unmade)), ...(await read(database, local))],
    others: await read(database, others),
    eventTriggers: await read(database, eventTriggers),
  };
}

async function read<T extends Surrounding>(database: Database, query: string): Promise<readonly T[]> {
  const rows = await database.rows(query);
  // A cast: each query selects exactly these columns, all text; sql is null where the server does not print the object.
  return (rows as unknown as readonly T[]).filter(({ sql }) => sql !== null);
}
