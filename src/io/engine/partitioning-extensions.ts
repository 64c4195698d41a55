import type { KnownExtension } from "./known-extensions.ts";

/** A range dimension is made NOT NULL (timescaledb: src/dimension.c, dimension_add_not_null_on_column); a hash dimension is not. */
const notNull = "EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, column_name)";

const ofDimension = `IF dimension::text LIKE 'r%' THEN ${notNull.replace("column_name", "pg_catalog.substr(dimension::text, 2)")}; END IF;`;

const hypertable =
  "RETURNS TABLE (hypertable_id integer, schema_name name, table_name name, created boolean) LANGUAGE plpgsql AS $stand_in$ #variable_conflict use_column\nBEGIN";

/**
 * TimescaleDB (sql/ddl_api.sql): what its functions do to the table that they are called for. A default index is not unique, so no key; the rows
 * of a hypertable lie in its chunks, which hypertableEffect tells.
 */
export const timescaledb: KnownExtension = {
  version: "2.20.0",
  // What by_range and by_hash say of a column: "r" or "h" and its name.
  types: [{ name: "dimension_info", modifiers: "none" }],
  scripts: [
    "CREATE FUNCTION by_range(column_name name, partition_interval anyelement DEFAULT NULL::bigint, partition_func regproc DEFAULT NULL) RETURNS dimension_info LANGUAGE sql AS $stand_in$ SELECT ('r' || $1)::dimension_info $stand_in$",
    "CREATE FUNCTION by_hash(column_name name, number_partitions integer, partition_func regproc DEFAULT NULL) RETURNS dimension_info LANGUAGE sql AS $stand_in$ SELECT ('h' || $1)::dimension_info $stand_in$",
    `CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, partitioning_column name DEFAULT NULL, number_partitions integer DEFAULT NULL, associated_schema_name name DEFAULT NULL, associated_table_prefix name DEFAULT NULL, chunk_time_interval anyelement DEFAULT NULL::bigint, create_default_indexes boolean DEFAULT true, if_not_exists boolean DEFAULT false, partitioning_func regproc DEFAULT NULL, migrate_data boolean DEFAULT false, chunk_target_size text DEFAULT NULL, chunk_sizing_func regproc DEFAULT NULL, time_partitioning_func regproc DEFAULT NULL) ${hypertable} ${notNull.replace("column_name", "time_column_name")}; END $stand_in$`,
    `CREATE FUNCTION create_hypertable(relation regclass, dimension dimension_info, create_default_indexes boolean DEFAULT true, if_not_exists boolean DEFAULT false, migrate_data boolean DEFAULT false) ${hypertable} ${ofDimension} END $stand_in$`,
    `CREATE FUNCTION add_dimension(relation regclass, column_name name, number_partitions integer DEFAULT NULL, chunk_time_interval anyelement DEFAULT NULL::bigint, partitioning_func regproc DEFAULT NULL, if_not_exists boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $stand_in$ BEGIN IF number_partitions IS NULL THEN ${notNull}; END IF; END $stand_in$`,
    `CREATE FUNCTION add_dimension(relation regclass, dimension dimension_info, if_not_exists boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $stand_in$ BEGIN ${ofDimension} END $stand_in$`,
    ...["timestamptz", "timestamp", "date"].map(
      (type) => `CREATE FUNCTION time_bucket(bucket_width interval, ts ${type}) RETURNS ${type} LANGUAGE sql IMMUTABLE AS 'SELECT $2'`,
    ),
    ...["smallint", "integer", "bigint"].map(
      (type) => `CREATE FUNCTION time_bucket(bucket_width ${type}, ts ${type}) RETURNS ${type} LANGUAGE sql IMMUTABLE AS 'SELECT $2'`,
    ),
  ],
  calls: [
    "add_columnstore_policy",
    "add_compression_policy",
    "add_continuous_aggregate_policy",
    "add_job",
    "add_policies",
    "add_reorder_policy",
    "add_retention_policy",
    "alter_job",
    "alter_policies",
    "attach_tablespace",
    "compress_chunk",
    "decompress_chunk",
    "delete_job",
    "detach_tablespace",
    "detach_tablespaces",
    "drop_chunks",
    "enable_chunk_skipping",
    "refresh_continuous_aggregate",
    "remove_columnstore_policy",
    "remove_compression_policy",
    "remove_continuous_aggregate_policy",
    "remove_policies",
    "remove_reorder_policy",
    "remove_retention_policy",
    "reorder_chunk",
    "run_job",
    "set_adaptive_chunking",
    "set_chunk_time_interval",
    "set_integer_now_func",
    "set_number_partitions",
    "show_chunks",
    "timescaledb_post_restore",
    "timescaledb_pre_restore",
  ],
};

const partConfig = [
  ..."parent_table control partition_interval partition_type automatic_maintenance template_table retention retention_schema epoch datetime_string date_trunc_interval time_encoder time_decoder"
    .split(" ")
    .map((name) => `NULL::text AS ${name}`),
  ..."retention_keep_index retention_keep_table infinite_time_partitions jobmon sub_partition_set_full undo_in_progress inherit_privileges constraint_valid ignore_default_data retention_keep_publication"
    .split(" ")
    .map((name) => `NULL::boolean AS ${name}`),
  ..."premake optimize_constraint maintenance_order".split(" ").map((name) => `NULL::integer AS ${name}`),
  "NULL::text[] AS constraint_cols",
  "NULL::timestamptz AS maintenance_last_run",
].join(", ");

/**
 * pg_partman 5 (and the native partitioning of 4): create_parent makes a default partition and others that are named by the day it runs, which
 * have the shape of their parent and are not made here; part_config keeps its settings.
 */
export const pgPartman: KnownExtension = {
  version: "5.2.4",
  scripts: [
    // Its tables belong to the extension; nothing of a user's is made of them.
    `CREATE VIEW part_config AS SELECT ${partConfig} WHERE false`,
    ...["INSERT", "UPDATE", "DELETE"].map(
      (command) => `CREATE RULE ${command.toLowerCase()}_nothing AS ON ${command} TO part_config DO INSTEAD NOTHING`,
    ),
    ...[
      "p_parent_table text, p_control text, p_interval text, p_type text DEFAULT 'range', p_epoch text DEFAULT 'none', p_premake integer DEFAULT 4, p_start_partition text DEFAULT NULL, p_default_table boolean DEFAULT true, p_automatic_maintenance text DEFAULT 'on', p_constraint_cols text[] DEFAULT NULL, p_template_table text DEFAULT NULL, p_jobmon boolean DEFAULT true, p_date_trunc_interval text DEFAULT NULL, p_control_not_null boolean DEFAULT true, p_time_encoder text DEFAULT NULL, p_time_decoder text DEFAULT NULL",
      // 4: the type stands before the interval.
      "p_parent_table text, p_control text, p_type text, p_interval text, p_constraint_cols text[], p_premake integer DEFAULT 4, p_automatic_maintenance text DEFAULT 'on', p_start_partition text DEFAULT NULL, p_inherit_fk boolean DEFAULT true, p_epoch text DEFAULT 'none', p_upsert text DEFAULT '', p_publications text[] DEFAULT NULL, p_trigger_return_null boolean DEFAULT true, p_template_table text DEFAULT NULL, p_jobmon boolean DEFAULT true, p_date_trunc_interval text DEFAULT NULL, p_default_table boolean DEFAULT true",
    ].map(
      (parameters) => `CREATE FUNCTION create_parent(${parameters}) RETURNS boolean LANGUAGE plpgsql AS $stand_in$ BEGIN
  IF p_default_table THEN EXECUTE pg_catalog.format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT', pg_catalog.split_part(p_parent_table, '.', 1),
    pg_catalog."left"(pg_catalog.split_part(p_parent_table, '.', 2), 55) || '_default', p_parent_table); END IF;
  RETURN true; END $stand_in$`,
    ),
  ],
  calls: [
    "apply_privileges",
    "check_default",
    "create_partition_time",
    "create_sub_parent",
    "drop_partition_id",
    "drop_partition_time",
    "partition_data_id",
    "partition_data_proc",
    "partition_data_time",
    "reapply_privileges",
    "run_maintenance",
    "run_maintenance_proc",
  ],
};

/**
 * What a call of TimescaleDB means for the stream beside what it does to the table; null for other texts. Debezium reads chunks as tables of
 * their own; its transform TimescaleDb gives their rows to the hypertable again.
 */
export function hypertableEffect(sql: string): string | null {
  const isMade = /\bcreate_hypertable\s*\(/i.test(sql) || /\bwith\s*\(\s*(?:timescaledb|tsdb)\.hypertable\b/i.test(sql);
  if (!isMade) return null;
  return "A hypertable is made here: its rows are written to chunks in the schema _timescaledb_internal, which are tables of their own to the publication and the connector. What is said of the table's topic holds only where the transform TimescaleDb gives the rows of the chunks to it.";
}

const ownOptions = /\bwith\s*\(\s*(?:timescaledb|tsdb)\.[^)]*\)/i;

/** CREATE TABLE … WITH (tsdb.hypertable, tsdb.partition_column = 'time') as PostgreSQL takes it, and what it does to the column; null for other texts. */
export function plainHypertable(sql: string, table: string): string | null {
  const options = ownOptions.exec(sql)?.[0];
  if (options === undefined) return null;
  const column = /\bpartition_column\s*=\s*'([^']+)'/i.exec(options)?.[1];
  const plain = sql.replace(ownOptions, "");
  return column === undefined ? plain : `${plain};\nALTER TABLE ${table} ALTER COLUMN "${column.replaceAll('"', '""')}" SET NOT NULL`;
}
