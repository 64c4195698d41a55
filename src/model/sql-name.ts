import type { Relation } from "./catalog.ts";

/** Words that need quotes as a column or table name: pg_get_keywords(), catcode R, T or C. */
const reserved = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check " +
    "coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema " +
    "current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch " +
    "float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into " +
    "is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table " +
    "json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull " +
    "null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real references returning right " +
    "row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing " +
    "treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement " +
    "xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable"
  ).split(" "),
);

/** A name in double quotes, whether it needs them or not. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A name as SQL, in double quotes where it needs them: PostgreSQL's quote_identifier, and so as format_type() and quote_ident() print it. */
export function ident(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : quoteName(name);
}

/** `schema.name` as SQL; without the schema where the search_path finds it first and the user left it out. */
export function relationName(relation: Pick<Relation, "schema" | "name">, withSchema: boolean): string {
  return withSchema ? `${ident(relation.schema)}.${ident(relation.name)}` : ident(relation.name);
}

/** A string literal, for standard_conforming_strings = on. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A generated object's name, within the 63 bytes PostgreSQL keeps. */
export function objectName(...parts: readonly string[]): string {
  const name = parts
    .join("_")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "_");
  return name.length <= 63 ? name : name.slice(0, 63);
}
