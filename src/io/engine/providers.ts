/** Of PostgreSQL's contrib modules and the commonest others: what migrations use without making the extension themselves. Sources: their documentation. */
const types: Readonly<Record<string, string>> = {
  citext: "citext",
  cube: "cube",
  ean13: "isn",
  earth: "earthdistance",
  geography: "postgis",
  geometry: "postgis",
  halfvec: "vector",
  hstore: "hstore",
  isbn: "isn",
  isbn13: "isn",
  ismn: "isn",
  issn: "isn",
  lquery: "ltree",
  ltree: "ltree",
  ltxtquery: "ltree",
  seg: "seg",
  sparsevec: "vector",
  upc: "isn",
  vector: "vector",
};

const operatorClasses: Readonly<Record<string, string>> = {
  gin__int_ops: "intarray",
  gin_hstore_ops: "hstore",
  gin_trgm_ops: "pg_trgm",
  gist__int_ops: "intarray",
  gist_hstore_ops: "hstore",
  gist_ltree_ops: "ltree",
  gist_trgm_ops: "pg_trgm",
  halfvec_cosine_ops: "vector",
  halfvec_ip_ops: "vector",
  halfvec_l2_ops: "vector",
  vector_cosine_ops: "vector",
  vector_ip_ops: "vector",
  vector_l1_ops: "vector",
  vector_l2_ops: "vector",
};

const functions: readonly (readonly [RegExp, string])[] = [
  [/^uuid_(?:generate_v(?:1|1mc|3|4|5)|nil|ns_\w+)$/, "uuid-ossp"],
  [/^(?:gen_random_bytes|gen_salt|crypt|digest|hmac|encrypt|decrypt|pgp_\w+|armor|dearmor)$/, "pgcrypto"],
  [/^(?:word_|strict_word_)?similarity$|^show_trgm$/, "pg_trgm"],
  [/^unaccent$/, "unaccent"],
  [/^(?:earth_distance|earth_box|ll_to_earth|gc_to_sec|sec_to_gc|earth)$/, "earthdistance"],
  [/^(?:levenshtein(?:_less_equal)?|d?metaphone(?:_alt)?|soundex|difference|daitch_mokotoff)$/, "fuzzystrmatch"],
  [/^(?:crosstab\d?|normal_rand|connectby)$/, "tablefunc"],
  [/^uuid_generate_v7$/, "pg_uuidv7"],
  [/^plpgsql_check_function(?:_tb)?$/, "plpgsql_check"],
  [
    /^(?:create_hypertable|add_dimension|by_range|by_hash|time_bucket|add_(?:retention|compression|columnstore|reorder)_policy)$/,
    "timescaledb",
  ],
  [/^(?:st_\w+|geometrytype)$/, "postgis"],
];

/** Schemas that extensions are put in by their own documentation, and nothing else is. */
const ownSchemas: Readonly<Record<string, string>> = {
  cron: "pg_cron",
  net: "pg_net",
  partman: "pg_partman",
  pgmq: "pgmq",
  vault: "supabase_vault",
};

/** The extension whose object PostgreSQL does not find, and the schema that it was looked for in; null where the message is about none. */
export function providerOf(message: string): { readonly extension: string; readonly schema: string | null } | null {
  const missing = /^(type|function|operator class|text search dictionary) (?:"([^"]*)"|([\w.]+)\(.*\)) does not exist/.exec(message);
  if (missing === null) {
    const method = /has no default operator class for access method "(gist|gin)"$/.exec(message)?.[1];
    return method === undefined ? null : { extension: `btree_${method}`, schema: null };
  }
  const [, kind, quoted, called] = missing;
  const [name = "", schema = null] = (quoted ?? called ?? "").split(".").reverse();
  const bySchema = kind === "function" && schema !== null && Object.hasOwn(ownSchemas, schema) ? ownSchemas[schema] : undefined;
  const extension = bySchema ?? extensionOf(kind ?? "", name.replace(/(?:\[\])+$/, ""));
  return extension === null ? null : { extension, schema };
}

function extensionOf(kind: string, name: string): string | null {
  if (kind === "function") return functions.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  if (kind === "text search dictionary") return name === "unaccent" ? name : null;
  const table = kind === "type" ? types : operatorClasses;
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

/** Extensions that another needs; CREATE EXTENSION … CASCADE makes them, but they must be there to be made. */
export const needs: Readonly<Record<string, readonly string[]>> = { earthdistance: ["cube"] };

/**
 * A collation that PostgreSQL makes by itself from what ICU or the operating system has: it decides how text is sorted and compared, and is in no
 * schema of the stream. Null for any other message.
 */
export function systemCollation(message: string): string | null {
  const name = /^collation "(?:pg_catalog\.)?([^"]*)" for encoding "\w+" does not exist$/.exec(message)?.[1];
  const isSystems = name !== undefined && /-x-icu$|^[a-z]{2,3}(?:_[A-Z]{2})?(?:\.[\w-]+)?(?:@\w+)?$|^C\.UTF-?8$/.test(name);
  return isSystems ? name : null;
}
