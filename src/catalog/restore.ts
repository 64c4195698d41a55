import type { Catalog } from "../model/catalog.ts";
export function restore(catalog: Catalog): string {
  return catalog.relations.length === 0 ? "" : "";
}
