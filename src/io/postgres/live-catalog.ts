import { catalogSelect } from "../../catalog/query.ts";
import { toCatalog } from "../../catalog/to-catalog.ts";
import type { CatalogRow } from "../../catalog/to-catalog.ts";
import type { Catalog } from "../../model/catalog.ts";
import type { Database } from "./database.ts";

/** The catalog of a user's database. @throws UserError DATABASE_… */
export async function readLiveCatalog(database: Database): Promise<Catalog> {
  const text = await database.text(catalogSelect({ version: database.version, changes: null }));
  // A cast: the query builds exactly this form.
  return toCatalog(JSON.parse(text) as CatalogRow);
}
