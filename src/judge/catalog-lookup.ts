import type { Catalog, Publication, Relation } from "../model/catalog.ts";
import { relationNamed } from "../model/relation-named.ts";
import type { TablePair } from "./rule.ts";
import { isStreamed } from "./tables.ts";

export function publicationOf(catalog: Catalog, name: string): Publication | null {
  return catalog.publications.find((publication) => publication.name === name) ?? null;
}

/** Whether the publication sends changes of that kind; true where there is none yet, as Debezium creates it with all of them. */
export function publishes(catalog: Catalog, publication: string, operation: Publication["publish"][number]): boolean {
  return publicationOf(catalog, publication)?.publish.includes(operation) ?? true;
}

/** The captured table that rows of the relation go to: itself, or the partitioned table above it. */
export function isCapturedAt(tables: readonly TablePair[], catalog: Catalog, relation: Relation): TablePair | null {
  const own = tables.find(
    (table) => table.before?.oid === relation.oid && table.streams.some(({ projectionBefore }) => isStreamed(projectionBefore)),
  );
  if (own !== undefined) return own;
  const parent = relation.partitionOf === null ? null : relationNamed(catalog, relation.partitionOf);
  return parent === null ? null : isCapturedAt(tables, catalog, parent);
}

/** SQL with comments blanked, for a search in a body that has no statements of its own. String literals stay. */
export function sqlWithoutComments(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith("'") ? part : " "));
}
