import { knownExtensions } from "./known-extensions.ts";
import type { KnownExtension } from "./known-extensions.ts";

type ExtensionType = NonNullable<KnownExtension["types"]>[number];

/**
 * Scripts that stand in for an extension, run under its schema; null where the extension is not known. A real
 * dummy extension would need files on the server, so what is made belongs to none.
 */
export function extensionScripts(name: string): readonly string[] | null {
  const known = Object.hasOwn(knownExtensions, name) ? knownExtensions[name] : undefined;
  if (known === undefined) return null;
  const { types = [], functions = [], scripts = [], version = "1.0" } = known;
  return [
    ...types.flatMap(typeScripts),
    ...functions.map(({ signature, body }) => `CREATE FUNCTION ${signature} LANGUAGE sql VOLATILE AS $stand_in$ ${body} $stand_in$`),
    ...scripts,
    catalogRow(name, version),
  ];
}

/** So that blocks which ask whether the extension is there go the way they go where it is; a server that forbids it goes without. */
const catalogRow = (name: string, version: string): string => `DO $stand_in$ BEGIN
INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
SELECT pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index'), '${name}', r.oid, n.oid, false, '${version}'
FROM pg_catalog.pg_roles r, pg_catalog.pg_namespace n WHERE r.rolname = current_user AND n.nspname = coalesce(current_schema(), 'pg_catalog');
EXCEPTION WHEN insufficient_privilege THEN NULL; END $stand_in$`;

/** Whether a missing extension's function, called by a plain SELECT, changes no table of the user. */
export function isIdleCall(extensions: ReadonlySet<string>, functions: readonly string[]): boolean {
  const idle = new Set([...extensions].flatMap((name) => knownExtensions[name]?.calls ?? []));
  return idle.size > 0 && functions.some((name) => idle.has(name));
}

/** PostgreSQL's own functions whose C signature fits: text's in- and output, and a count of the modifiers that are words. */
const modifierScripts: Readonly<
  Record<ExtensionType["modifiers"], (type: string) => readonly [scripts: readonly string[], clause: string]>
> = {
  none: () => [[], ""],
  numbers: () => [[], ", typmod_in = pg_catalog.bittypmodin, typmod_out = pg_catalog.bittypmodout"],
  words: (type) => [
    [
      `CREATE FUNCTION ${type}_typmod_in(pg_catalog.cstring[]) RETURNS pg_catalog.int4 LANGUAGE internal IMMUTABLE STRICT AS 'array_cardinality'`,
      `CREATE FUNCTION ${type}_typmod_out(pg_catalog.int4) RETURNS pg_catalog.cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout'`,
    ],
    `, typmod_in = ${type}_typmod_in, typmod_out = ${type}_typmod_out`,
  ],
};

function typeScripts({ name, modifiers }: ExtensionType): readonly string[] {
  const [scripts, clause] = modifierScripts[modifiers](name);
  return [
    `CREATE TYPE ${name}`,
    `CREATE FUNCTION ${name}_in(pg_catalog.cstring) RETURNS ${name} LANGUAGE internal IMMUTABLE STRICT AS 'textin'`,
    `CREATE FUNCTION ${name}_out(${name}) RETURNS pg_catalog.cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'`,
    ...scripts,
    `CREATE TYPE ${name} (input = ${name}_in, output = ${name}_out, internallength = variable, storage = extended, category = 'U'${clause})`,
    // So that keys and indexes on it have an operator class: that of bytea, which needs no collation.
    `CREATE CAST (${name} AS pg_catalog.bytea) WITHOUT FUNCTION AS IMPLICIT`,
  ];
}
