import type { Element } from "./element.ts";

/** PostgreSQL's reserved words, and those that Liquibase adds to them for it (liquibase-core: database/core/PostgresDatabase). */
const reserved: ReadonlySet<string> = new Set(
  "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some symmetric table tablesample then to trailing true union unique user using variadic verbose when where window with".split(
    " ",
  ),
);

/** A name as Liquibase writes it for PostgreSQL: quoted in mixed case, for a reserved word and for odd characters; else bare, and so folded to lower case. */
export function escapeName(name: string): string {
  const mixed = name !== name.toLowerCase() && name !== name.toUpperCase();
  const plain = /^[A-Za-z_]\w*$/.test(name) && !mixed && !reserved.has(name.toLowerCase());
  return plain || /^".*"$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `schema.table`, of the attributes with these names. */
export function tableTitle(element: Element, table = "tableName", schema = "schemaName"): string {
  const [name, inSchema] = [element.attributes[table] ?? "", element.attributes[schema]];
  return inSchema === undefined || inSchema === "" ? escapeName(name) : `${escapeName(inSchema)}.${escapeName(name)}`;
}

/** A list of names, as `a, b`. */
export const nameList = (text: string | undefined): string =>
  (text ?? "")
    .split(",")
    .map((name) => escapeName(name.trim()))
    .join(", ");

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
