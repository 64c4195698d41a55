import type { Publication } from "../model/catalog.ts";
import { ident, quoteName } from "../model/sql-name.ts";

export const quoteText = (text: string): string =>
  text.includes("\\") ? `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;

/** As format_type() prints it: quoted only where needed. */
export const titleOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${ident(schema)}.${ident(name)}`;

/** What a publication is FOR: each table by itself, as PostgreSQL keeps them; without ONLY the children of today would come too. */
export function placesOf(publication: Publication): readonly string[] {
  const tables = publication.tables.map(({ columns, where, ...table }) => {
    const list = columns === null ? "" : ` (${columns.map(quoteName).join(", ")})`;
    return `TABLE ONLY ${titleOf(table)}${list}${where === null ? "" : ` WHERE (${where})`}`;
  });
  return [...tables, ...publication.schemas.map((schema) => `TABLES IN SCHEMA ${quoteName(schema)}`)];
}
