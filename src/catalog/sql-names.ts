import type { Publication } from "../model/catalog.ts";

/** Always quoted where PostgreSQL might need it; a keyword is too. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const quoteText = (text: string): string =>
  text.includes("\\") ? `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;

/** As format_type() prints it where it can: quoted only when needed. */
export const titleOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${plainName(schema)}.${plainName(name)}`;

/** Keywords that cannot stand as a name after a dot do not exist; before one, schemas named by a keyword are quoted. */
const plainName = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : quoteName(name));

/** PostgreSQL's reserved words (manual, appendix C) that people give to tables. */
const reserved: ReadonlySet<string> = new Set(
  "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric system_user table then to trailing true union unique user using variadic when where window with".split(
    " ",
  ),
);

/** What a publication is FOR: each table by itself, as PostgreSQL keeps them; without ONLY the children of today would come too. */
export function placesOf(publication: Publication): readonly string[] {
  const tables = publication.tables.map(({ columns, where, ...table }) => {
    const list = columns === null ? "" : ` (${columns.map(quoteName).join(", ")})`;
    return `TABLE ONLY ${titleOf(table)}${list}${where === null ? "" : ` WHERE (${where})`}`;
  });
  return [...tables, ...publication.schemas.map((schema) => `TABLES IN SCHEMA ${quoteName(schema)}`)];
}
