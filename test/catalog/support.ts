import type { Catalog, Column, Relation, TypeDefinition } from "../../src/model/catalog.ts";

export function column(position: number, name: string, parts: Partial<Column> = {}): Column {
  const type = { oid: 25, modifier: -1, text: "text" };
  return { name, position, type, notNull: false, default: null, identity: null, generated: null, storage: "extended", ...parts };
}

export function relation(
  oid: number,
  name: string,
  columns: readonly Column[] = [column(1, "id")],
  parts: Partial<Relation> = {},
): Relation {
  return {
    oid,
    schema: "public",
    name,
    kind: "table",
    persistence: "permanent",
    columns,
    primaryKey: null,
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
    ...parts,
  };
}

export function definition(oid: number, name: string, kind: TypeDefinition["kind"], parts: Partial<TypeDefinition> = {}): TypeDefinition {
  return {
    oid,
    schema: "public",
    name,
    kind,
    element: null,
    base: null,
    notNull: false,
    default: null,
    labels: [],
    attributes: [],
    checks: [],
    extension: null,
    ...parts,
  };
}

export function catalog(...relations: readonly Relation[]): Catalog {
  return { relations, types: [], publications: [], searchPath: ["public"] };
}
