import type { Catalog, Relation } from "./catalog.ts";
import type { QualifiedName } from "./statement.ts";

/** The relation a statement names: by its schema, else the first of search_path that has it. */
export function relationNamed(catalog: Catalog, { schema, name }: QualifiedName): Relation | null {
  const schemas = schema === null ? [...catalog.searchPath, "public"] : [schema];
  for (const candidate of schemas) {
    const found = catalog.relations.find((relation) => relation.schema === candidate && relation.name === name);
    if (found !== undefined) return found;
  }
  return null;
}
