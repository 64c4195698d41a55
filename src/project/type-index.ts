import type { Catalog, TypeDefinition, TypeReference } from "../model/catalog.ts";

/** Finds types by oid. */
export type TypeIndex = ReadonlyMap<number, TypeDefinition>;

const indexes = new WeakMap<Catalog["types"], TypeIndex>();

/** Made once for each list of types. */
export function typeIndex(types: Catalog["types"]): TypeIndex {
  const known = indexes.get(types);
  if (known !== undefined) return known;
  const index = new Map(types.map((type) => [type.oid, type]));
  indexes.set(types, index);
  return index;
}

/** A type with its domains taken off: the root type and the modifier nearest to the column. */
export interface RootType {
  readonly type: TypeDefinition;
  readonly modifier: number;
  readonly isDomain: boolean;
}

/** Follows domains down to their root; null when the catalog does not hold the type. */
export function rootType(reference: TypeReference, types: TypeIndex): RootType | null {
  let type = types.get(reference.oid);
  let modifier = reference.modifier;
  const isDomain = type?.kind === "domain";
  while (type?.kind === "domain" && type.base !== null) {
    if (modifier === -1) modifier = type.base.modifier;
    type = types.get(type.base.oid);
  }
  return type === undefined ? null : { type, modifier, isDomain };
}

/** Whether a type belongs to PostgreSQL itself, so that its name says what it is. */
export function isBuiltIn(type: TypeDefinition): boolean {
  return type.schema === "pg_catalog";
}
