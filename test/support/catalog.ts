import type { Client, QueryResult } from "pg";
import { catalogSelect, inPrintingSession } from "../../src/catalog/query.ts";
import { type CatalogRow, toCatalog } from "../../src/catalog/to-catalog.ts";
import type { Catalog } from "../../src/model/catalog.ts";

/** The catalog of a real server, read with the engines' own query. */
export async function readCatalog(client: Client, version = 18): Promise<Catalog> {
  // Several statements in one text come back as one result each; the types of pg do not say so.
  const results = (await client.query({
    text: inPrintingSession(catalogSelect({ version, changes: null }), false),
    rowMode: "array",
  })) as unknown as readonly QueryResult<readonly unknown[]>[] | QueryResult<readonly unknown[]>;
  const rows = [results].flat().flatMap((result) => result.rows);
  const text = rows.flat().find((value): value is string => typeof value === "string" && value.startsWith("{"));
  if (text === undefined) throw new Error("the catalog query gave no JSON");
  // What the engines do with the same text.
  return toCatalog(JSON.parse(text) as CatalogRow);
}
