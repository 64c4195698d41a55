import type {
  Catalog,
  Column,
  Publication,
  Relation,
  ReplicaIdentity,
  TypeDefinition,
  TypeReference,
  UniqueIndex,
} from "../model/catalog.ts";

type ColumnRow = readonly [
  position: number,
  name: string,
  type: number,
  modifier: number,
  text: string,
  notNull: boolean,
  expression: string | null,
  identity: string,
  generated: string,
  storage: string,
];

type IndexRow = readonly [
  name: string,
  primary: boolean,
  unique: boolean,
  identity: boolean,
  immediate: boolean,
  valid: boolean,
  partial: boolean,
  expressions: boolean,
  columns: readonly string[] | null,
  required: boolean,
  entries: readonly string[] | null,
];

export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly persistence: string;
  readonly identity: string;
  readonly partitionKey: string | null;
  readonly bound: string | null;
  readonly parents: readonly { readonly schema: string; readonly name: string }[] | null;
  readonly columns: readonly ColumnRow[];
  readonly indexes: readonly IndexRow[];
}

interface TypeRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly element: number | null;
  readonly base: TypeReference | null;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly labels: TypeDefinition["labels"] | null;
  readonly attributes: TypeDefinition["attributes"] | null;
  readonly checks: TypeDefinition["checks"] | null;
  readonly extension: string | null;
}

interface PublicationRow extends Omit<Publication, "generatedColumns"> {
  readonly generated: string;
}

/** What the query of query.ts returns, parsed. `oids` lists all relations, `relations` describes those asked for, and so for types. */
export interface CatalogRow {
  /** False when only relations and types with newly written rows are described. */
  readonly complete: boolean;
  readonly searchPath: readonly string[];
  readonly oids: readonly number[];
  readonly relations: readonly RelationRow[];
  /** All enums, domains and composites of the user's. */
  readonly typeOids: readonly number[];
  readonly types: readonly TypeRow[];
  readonly publications: readonly PublicationRow[];
}

/** Catalog of a row. With `previous`, relations that the row only lists are taken from it, and equal parts are shared with it. */
export function toCatalog(row: CatalogRow, previous: Catalog | null = null): Catalog {
  const known = new Map(previous?.relations.map((relation) => [relation.oid, relation]));
  const described = new Map(row.relations.map((relation) => [relation.oid, toRelation(relation)]));
  const relations = row.oids.flatMap((oid) => shared(described.get(oid) ?? known.get(oid), known.get(oid)) ?? []);
  const knownTypes = new Map(previous?.types.map((type) => [type.oid, type]));
  const types = row.types.flatMap((type) => shared(toType(type), knownTypes.get(type.oid)) ?? []);
  const catalog: Catalog = {
    relations: relations.toSorted(bySchemaAndName),
    types: (row.complete ? types : stillUsed(row, relations, knownTypes, types)).toSorted(bySchemaAndName),
    publications: row.publications.map(toPublication),
    searchPath: row.searchPath,
  };
  return previous === null ? catalog : shareParts(catalog, previous);
}

/** The types of a catalog whose row describes only some: of those known, what the user made and is still there, and what is used. */
function stillUsed(
  row: CatalogRow,
  relations: readonly Relation[],
  known: ReadonlyMap<number, TypeDefinition>,
  given: readonly TypeDefinition[],
): readonly TypeDefinition[] {
  const all = new Map([...known, ...given.map((type) => [type.oid, type] as const)]);
  const used = new Set<number>();
  const open = [...row.typeOids];
  for (const { columns } of relations) for (const { type } of columns) if (!used.has(type.oid)) open.push(type.oid);
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const type = used.has(oid) ? undefined : all.get(oid);
    used.add(oid);
    if (type === undefined) continue;
    if (type.element !== null) open.push(type.element);
    if (type.base !== null) open.push(type.base.oid);
    open.push(...type.attributes.map((attribute) => attribute.type.oid));
  }
  const kept = [...all.values()].filter(({ oid }) => used.has(oid));
  // The row type of a view or of an extension's table says nothing of its columns here.
  const hidden = kept.some(({ kind, attributes }) => kind === "composite" && attributes.length === 0);
  return hidden ? [...all.values()].filter(({ oid, kind }) => used.has(oid) || !ownKinds.has(kind)) : kept;
}

const ownKinds: ReadonlySet<TypeDefinition["kind"]> = new Set(["enum", "domain", "composite"]);

function shareParts(catalog: Catalog, previous: Catalog): Catalog {
  const relations = sameItems(catalog.relations, previous.relations);
  const types = sameItems(catalog.types, previous.types);
  const publications = shared(catalog.publications, previous.publications) ?? catalog.publications;
  const searchPath = shared(catalog.searchPath, previous.searchPath) ?? catalog.searchPath;
  if (
    relations === previous.relations &&
    types === previous.types &&
    publications === previous.publications &&
    searchPath === previous.searchPath
  )
    return previous;
  return { relations, types, publications, searchPath };
}

const sameItems = <T>(now: readonly T[], before: readonly T[]): readonly T[] =>
  now.length === before.length && now.every((item, index) => item === before[index]) ? before : now;

/** The old value where the new one says the same; both come from the same constructor, so their texts compare. */
function shared<T>(now: T | undefined, before: T | undefined): T | undefined {
  return before !== undefined && now !== before && JSON.stringify(now) === JSON.stringify(before) ? before : now;
}

/** Code units, as PostgreSQL's collation "C" orders names of the basic plane. */
export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export const bySchemaAndName = (
  a: { readonly schema: string; readonly name: string },
  b: { readonly schema: string; readonly name: string },
): number => byText(a.schema, b.schema) || byText(a.name, b.name);

function toRelation(row: RelationRow): Relation {
  const primary = row.indexes.find(([, isPrimary]) => isPrimary);
  const [parent] = row.parents ?? [];
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    kind: row.kind === "p" ? "partitioned" : row.kind === "f" ? "foreign" : "table",
    persistence: row.persistence === "u" ? "unlogged" : "permanent",
    columns: row.columns.map(toColumn),
    primaryKey: primary === undefined ? null : toPrimaryKey(primary),
    uniqueIndexes: row.indexes.filter(([, isPrimary, unique]) => unique && !isPrimary).map(toUniqueIndex),
    replicaIdentity: toIdentity(row),
    partitionKey: row.partitionKey,
    partitionOf: row.bound === null || parent === undefined ? null : { ...parent, bound: row.bound },
    inherits: row.bound === null ? row.parents : null,
  };
}

function toIdentity(row: RelationRow): ReplicaIdentity {
  if (row.identity === "f") return "full";
  if (row.identity === "n") return "nothing";
  if (row.identity === "d") return "default";
  // Dropping the chosen index leaves the relation without a usable identity (manual of ALTER TABLE, "REPLICA IDENTITY").
  const index = row.indexes.find((entry) => entry[3]);
  return index === undefined ? "nothing" : { index: index[0] };
}

function toPrimaryKey([name, , , , , , , , columns, , entries]: IndexRow): NonNullable<Relation["primaryKey"]> {
  const include = entries?.slice(columns?.length ?? 0) ?? [];
  return { name, columns: columns ?? [], ...(include.length === 0 ? {} : { include }) };
}

function toUniqueIndex([name, , unique, , immediate, valid, partial, expressions, columns, required, entries]: IndexRow): UniqueIndex {
  const usableAsIdentity = unique && immediate && valid && !partial && !expressions && required;
  return {
    name,
    columns: columns ?? [],
    partial,
    expressions,
    immediate,
    valid,
    usableAsIdentity,
    ...(entries === null ? {} : { entries }),
  };
}

const storages: Readonly<Record<string, Column["storage"]>> = { p: "plain", m: "main", e: "external", x: "extended" };

function toColumn([position, name, oid, modifier, text, notNull, expression, identity, generated, storage]: ColumnRow): Column {
  return {
    name,
    position,
    type: { oid, modifier, text },
    notNull,
    default: generated === "" ? expression : null,
    identity: identity === "a" ? "always" : identity === "d" ? "byDefault" : null,
    generated: generated === "" ? null : { kind: generated === "s" ? "stored" : "virtual", expression: expression ?? "" },
    storage: storages[storage] ?? "plain",
  };
}

const typeKinds: Readonly<Record<string, TypeDefinition["kind"]>> = {
  e: "enum",
  d: "domain",
  c: "composite",
  r: "range",
  m: "multirange",
  p: "pseudo",
};

function toType(row: TypeRow): TypeDefinition {
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    kind: row.element === null ? (typeKinds[row.kind] ?? "base") : "array",
    element: row.element,
    base: row.base,
    notNull: row.kind === "d" && row.notNull,
    default: row.default,
    labels: row.labels ?? [],
    attributes: row.attributes ?? [],
    checks: row.checks ?? [],
    extension: row.extension,
  };
}

function toPublication({ generated, ...rest }: PublicationRow): Publication {
  return { ...rest, generatedColumns: generated === "s" ? "stored" : "none" };
}

export const emptyCatalog: Catalog = { relations: [], types: [], publications: [], searchPath: ["public"] };
