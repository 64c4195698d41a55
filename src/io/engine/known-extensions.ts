import { postgis } from "./postgis.ts";
import { pgPartman, timescaledb } from "./partitioning-extensions.ts";

/** What is known of an extension that cannot be loaded in process: enough for the tables of a migration that uses it. */
export interface KnownExtension {
  /** What pg_extension says, for blocks that look; "1.0" where it is not given. */
  readonly version?: string;
  /**
   * Types, as stand-ins that hold text. Modifiers: "none"; "numbers", as vector(3), which are kept; "words", as geometry(Point,4326), which are taken and
   * forgotten: no schema of the stream has them.
   */
  readonly types?: readonly { readonly name: string; readonly modifiers: "none" | "numbers" | "words" }[];
  /** Functions that defaults and generated columns call: `name(arguments) RETURNS type`, with a body that gives a value of that type. */
  readonly functions?: readonly { readonly signature: string; readonly body: string }[];
  /** Further statements, such as a schema of its own or a foreign data wrapper. */
  readonly scripts?: readonly string[];
  /** Functions that a plain SELECT calls to no effect on any table of the user. Lower case. */
  readonly calls?: readonly string[];
}

const nothing: KnownExtension = {};
type StandIn = NonNullable<KnownExtension["types"]>[number];
const plain = (...names: readonly string[]): readonly StandIn[] => names.map((name) => ({ name, modifiers: "none" }));
const uuid = (signature: string): { readonly signature: string; readonly body: string } => ({
  signature: `${signature} RETURNS uuid`,
  body: "SELECT pg_catalog.gen_random_uuid()",
});
const text = (signature: string): { readonly signature: string; readonly body: string } => ({
  signature: `${signature} RETURNS text`,
  body: "SELECT pg_catalog.gen_random_uuid()::pg_catalog.text",
});
const wrapper = (name: string): KnownExtension => ({ scripts: [`CREATE FOREIGN DATA WRAPPER ${name}`] });

/**
 * Extensions by name. Without types, functions and scripts: they bring monitoring, logging, languages or index methods, which no column is made of.
 * Sources: each extension's own documentation.
 */
export const knownExtensions: Readonly<Record<string, KnownExtension>> = {
  // Monitoring, logging, maintenance, tests.
  ...Object.fromEntries(
    "hypopg pg_hint_plan pg_prewarm pg_proctab pg_qualstats pg_repack pg_similarity pg_squeeze pg_stat_kcache pg_stat_monitor pg_track_settings pg_wait_sampling pgaudit pglogical pgrowlocks pgstattuple pgtap powa set_user sslinfo supautils system_stats unit_test wal2json"
      .split(" ")
      .map((name) => [name, nothing]),
  ),
  plpgsql_check: { calls: ["plpgsql_check_function", "plpgsql_check_function_tb"] },
  // Index methods and search.
  ...Object.fromEntries("pg_bigm pg_search pgroonga rum vchord vectorscale zombodb".split(" ").map((name) => [name, nothing])),
  // Languages: a function in one is not created, and no column needs it.
  ...Object.fromEntries(
    "plcoffee plls plperl plperlu plpython3u plr plsh pltcl pltclu plv8 plrust".split(" ").map((name) => [name, nothing]),
  ),
  // Services that are called from functions and triggers.
  http: nothing,
  pg_graphql: nothing,
  pg_jsonschema: { functions: [{ signature: "jsonb_matches_schema(schema json, instance jsonb) RETURNS boolean", body: "SELECT true" }] },
  pg_net: { calls: ["http_get", "http_post", "http_delete"] },
  pgjwt: {
    functions: [
      text("sign(payload json, secret text, algorithm text DEFAULT 'HS256')"),
      text("url_encode(data bytea)"),
      { signature: "url_decode(data text) RETURNS bytea", body: "SELECT ''::pg_catalog.bytea" },
    ],
  },
  pgsodium: nothing,
  supabase_vault: nothing,
  wrappers: nothing,
  pg_cron: { calls: ["schedule", "unschedule", "schedule_in_database", "alter_job"] },
  pg_jobmon: nothing,
  pg_partman: pgPartman,
  pg_tle: nothing,
  index_advisor: nothing,
  // Its queues are tables that belong to the extension.
  pgmq: {
    types: plain("message_record", "queue_record", "metrics_result"),
    calls: [
      "create",
      "create_non_partitioned",
      "create_partitioned",
      "create_unlogged",
      "drop_queue",
      "purge_queue",
      "send",
      "detach_archive",
      "enable_notify_insert",
    ],
  },
  orafce: nothing,
  // Foreign data: its tables are never captured, but must be there to be named.
  postgres_fdw: wrapper("postgres_fdw"),
  mysql_fdw: wrapper("mysql_fdw"),
  oracle_fdw: wrapper("oracle_fdw"),
  tds_fdw: wrapper("tds_fdw"),
  mongo_fdw: wrapper("mongo_fdw"),
  redis_fdw: wrapper("redis_fdw"),
  dblink: { scripts: ["CREATE FOREIGN DATA WRAPPER dblink_fdw"] },
  // Identifiers.
  pg_uuidv7: { functions: [uuid("uuid_generate_v7()")] },
  pg_idkit: {
    functions: [
      uuid("idkit_uuidv6_generate_uuid()"),
      uuid("idkit_uuidv7_generate_uuid()"),
      ...["cuid2", "ksuid", "nanoid", "pushid", "timeflake", "ulid", "uuidv6", "uuidv7", "xid"].map((kind) =>
        text(`idkit_${kind}_generate()`),
      ),
    ],
  },
  pg_hashids: { functions: [text("id_encode(number bigint)"), text("id_encode(number bigint, salt text)")] },
  pgx_ulid: { types: plain("ulid"), functions: [{ signature: "gen_ulid() RETURNS ulid", body: "SELECT ''::ulid" }] },
  ulid: { types: plain("ulid"), functions: [{ signature: "gen_ulid() RETURNS ulid", body: "SELECT ''::ulid" }] },
  // Types.
  hll: { types: [{ name: "hll", modifiers: "numbers" }] },
  ip4r: { types: plain("ip4", "ip4r", "ip6", "ip6r", "ipaddress", "iprange") },
  h3: { types: plain("h3index") },
  mobilitydb: { types: plain("tgeompoint", "tgeogpoint", "tfloat", "tint", "ttext", "tbool", "stbox", "tbox") },
  pg_rational: { types: plain("rational") },
  pointcloud: {
    types: [
      { name: "pcpoint", modifiers: "numbers" },
      { name: "pcpatch", modifiers: "numbers" },
    ],
  },
  postgis,
  postgis_raster: { types: plain("raster") },
  postgis_topology: nothing,
  postgis_tiger_geocoder: nothing,
  postgis_sfcgal: nothing,
  pgrouting: nothing,
  address_standardizer: nothing,
  prefix: { types: plain("prefix_range") },
  rdkit: { types: plain("mol", "qmol", "bfp", "sfp", "reaction") },
  roaringbitmap: { types: plain("roaringbitmap", "roaringbitmap64") },
  semver: { types: plain("semver") },
  tdigest: { types: plain("tdigest") },
  temporal_tables: {
    scripts: ["CREATE FUNCTION versioning() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"],
  },
  timescaledb,
  timescaledb_toolkit: nothing,
  uint: { types: plain("int1", "uint1", "uint2", "uint4", "uint8") },
  unit: { types: plain("unit") },
  // Loaded from its package; here for servers that have none.
  vector: {
    types: [
      { name: "vector", modifiers: "numbers" },
      { name: "halfvec", modifiers: "numbers" },
      { name: "sparsevec", modifiers: "numbers" },
    ],
  },
};
