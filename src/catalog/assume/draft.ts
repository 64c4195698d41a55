import type { Catalog, Column, Publication, Relation, TypeDefinition } from "../../model/catalog.ts";
import type { QualifiedName } from "../../model/statement.ts";

interface Named {
  readonly schema: string;
  readonly name: string;
}

// Made-up oids and column numbers must never come back after a drop, which the catalog alone cannot tell: it is remembered beside it.
const lastOids = new WeakMap<Catalog, number>();
const lastPositions = new WeakMap<Relation, number>();
// Relations that were invented, in whatever state: more columns may come to light.
const invented = new WeakSet<Relation>();

/**
 * A catalog in the making. Parts are replaced, never changed, so that everything untouched stays shared with the catalog it began as.
 * `before` is that catalog too, with whatever had to be invented.
 */
export class Draft {
  relations: readonly Relation[];
  types: readonly TypeDefinition[];
  publications: readonly Publication[];
  searchPath: readonly string[];
  /** Why the result may be wrong; in words. */
  readonly doubts: string[] = [];
  /** What was invented; in words. */
  readonly inventions: string[] = [];
  readonly inventsTables: boolean;
  private readonly origin: Catalog;
  private beforeRelations: readonly Relation[];
  private lastOid: number;

  constructor(catalog: Catalog, inventsTables: boolean) {
    this.origin = catalog;
    this.relations = catalog.relations;
    this.beforeRelations = catalog.relations;
    this.types = catalog.types;
    this.publications = catalog.publications;
    this.searchPath = catalog.searchPath;
    this.inventsTables = inventsTables;
    this.lastOid = lastOids.get(catalog) ?? lowestOid(catalog);
  }

  before(): Catalog {
    if (this.beforeRelations === this.origin.relations) return this.origin;
    return this.remember({ ...this.origin, relations: this.beforeRelations });
  }

  after(): Catalog {
    const { origin, relations, types, publications, searchPath } = this;
    const same =
      relations === origin.relations && types === origin.types && publications === origin.publications && searchPath === origin.searchPath;
    return same ? origin : this.remember({ relations, types, publications, searchPath });
  }

  nextOid(): number {
    this.lastOid--;
    return this.lastOid;
  }

  /** Schema a new object goes to. */
  schemaFor(name: QualifiedName): string {
    return name.schema ?? this.searchPath[0] ?? "public";
  }

  find(name: QualifiedName): Relation | null {
    const schemas = name.schema === null ? this.searchPath : [name.schema];
    for (const schema of schemas) {
      const relation = this.relations[indexOf(this.relations, schema, name.name)];
      if (relation?.schema === schema && relation.name === name.name) return relation;
    }
    return null;
  }

  /** The relation, invented where it is not known and inventing is allowed; null (and a doubt) where it is not. */
  findOrInvent(name: QualifiedName, columns: readonly Column[], parts: Partial<Relation> = {}): Relation | null {
    const known = this.find(name);
    if (known !== null) return known;
    if (!this.inventsTables) {
      this.doubts.push(`table ${printName(name)} is not known`);
      return null;
    }
    const relation = { ...emptyRelation(this.nextOid(), this.schemaFor(name), name.name), columns: numbered(columns), ...parts };
    this.inventions.push(`table ${printName(name)} is not known; it is taken to have no more than what the statement names`);
    this.beforeRelations = insert(this.beforeRelations, relation);
    this.relations = insert(this.relations, relation);
    invented.add(relation);
    return relation;
  }

  isInvented(relation: Relation): boolean {
    return this.inventsTables && invented.has(relation);
  }

  /** Adds to an invented relation the columns that a later statement takes for granted; they were there before, too. */
  widen(relation: Relation, columns: readonly Column[]): Relation {
    if (!this.isInvented(relation)) return relation;
    const absent = columns.filter(({ name }) => !relation.columns.some((column) => column.name === name));
    if (absent.length === 0) return relation;
    const last = lastPosition(relation);
    const wider = { ...relation, columns: [...relation.columns, ...absent.map((column, i) => ({ ...column, position: last + 1 + i }))] };
    this.beforeRelations = this.beforeRelations.map((other) => (other === relation ? wider : other));
    return this.replace(relation, wider);
  }

  add(relation: Relation): void {
    this.relations = insert(this.relations, relation);
  }

  remove(relation: Relation): void {
    this.relations = this.relations.filter((other) => other !== relation);
  }

  /** Puts `next` in the place of `relation`, wherever its name sorts it. */
  replace(relation: Relation, next: Relation): Relation {
    lastPositions.set(next, Math.max(lastPosition(relation), lastPosition(next)));
    if (invented.has(relation)) invented.add(next);
    const index = indexOf(this.relations, relation.schema, relation.name);
    if (relation.schema === next.schema && relation.name === next.name && this.relations[index] === relation) {
      this.relations = this.relations.with(index, next);
    } else {
      this.remove(relation);
      this.add(next);
    }
    return next;
  }

  addType(type: TypeDefinition): TypeDefinition {
    this.types = insert(this.types, type);
    return type;
  }

  doubt(reason: string): void {
    this.doubts.push(reason);
  }

  private remember(catalog: Catalog): Catalog {
    lastOids.set(catalog, this.lastOid);
    return catalog;
  }
}

/** Highest column number ever used, as far as it is known. */
export function lastPosition(relation: Relation): number {
  return Math.max(lastPositions.get(relation) ?? 0, relation.columns.at(-1)?.position ?? 0);
}

export function emptyRelation(oid: number, schema: string, name: string): Relation {
  return {
    oid,
    schema,
    name,
    kind: "table",
    persistence: "permanent",
    columns: [],
    primaryKey: null,
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
  };
}

export function numbered(columns: readonly Column[]): readonly Column[] {
  return columns.map((column, i) => ({ ...column, position: i + 1 }));
}

export function printName(name: QualifiedName): string {
  return name.schema === null ? name.name : `${name.schema}.${name.name}`;
}

function lowestOid(catalog: Catalog): number {
  let lowest = 0;
  for (const { oid } of catalog.relations) if (oid < lowest) lowest = oid;
  for (const { oid } of catalog.publications) if (oid < lowest) lowest = oid;
  for (const { oid, labels } of catalog.types) {
    if (oid < lowest) lowest = oid;
    for (const label of labels) if (label.oid < lowest) lowest = label.oid;
  }
  return lowest;
}

/** Index of the first item that does not sort before the name; items are in the catalog's order, by code units. */
function indexOf(items: readonly Named[], schema: string, name: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && (item.schema < schema || (item.schema === schema && item.name < name))) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert<T extends Named>(items: readonly T[], item: T): readonly T[] {
  return items.toSpliced(indexOf(items, item.schema, item.name), 0, item);
}
