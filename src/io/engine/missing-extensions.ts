/** Extensions that bring no type and change no table: without them only monitoring, logging and tooling is missing. */
export const harmlessExtensions: ReadonlySet<string> = new Set([
  "pg_cron",
  "pg_hint_plan",
  "pg_prewarm",
  "pg_proctab",
  "pg_qualstats",
  "pg_repack",
  "pg_similarity",
  "pg_stat_kcache",
  "pg_stat_monitor",
  "pg_squeeze",
  "pg_wait_sampling",
  "pgaudit",
  "pgrowlocks",
  "pgstattuple",
  "plpgsql_check",
  "sslinfo",
  "system_stats",
  "hypopg",
]);

/** Types of extensions that are not bundled, with the modifiers they take. */
const stubTypes: Readonly<Record<string, readonly { readonly name: string; readonly modifier: boolean }[]>> = {
  vector: [
    { name: "vector", modifier: true },
    { name: "halfvec", modifier: true },
    { name: "sparsevec", modifier: true },
  ],
  postgis: [
    { name: "geometry", modifier: false },
    { name: "geography", modifier: false },
    { name: "box2d", modifier: false },
    { name: "box3d", modifier: false },
  ],
  semver: [{ name: "semver", modifier: false }],
};

/**
 * Scripts that make the types of an extension known by name, as types that hold text; null where none are known. A dummy extension would
 * need files on the server, so the types do not belong to one.
 */
export function extensionScript(name: string): readonly string[] | null {
  const types = stubTypes[name];
  return types === undefined ? null : types.flatMap(({ name: type, modifier }) => typeScripts(type, modifier));
}

function typeScripts(type: string, modifier: boolean): readonly string[] {
  const modifiers = modifier ? ", typmod_in = bittypmodin, typmod_out = bittypmodout" : "";
  return [
    `CREATE TYPE public.${type}`,
    `CREATE FUNCTION public.${type}_in(cstring) RETURNS public.${type} LANGUAGE internal IMMUTABLE STRICT AS 'textin'`,
    `CREATE FUNCTION public.${type}_out(public.${type}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'`,
    `CREATE TYPE public.${type} (input = public.${type}_in, output = public.${type}_out, internallength = variable, storage = extended, category = 'U'${modifiers})`,
  ];
}
