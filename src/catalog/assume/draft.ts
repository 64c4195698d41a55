import type { Catalog, Column, Publication, Relation, TypeDefinition } from "../../model/catalog.ts";
import type { QualifiedName } from "../../model/statement.ts";
import { RelationList } from "./relation-list.ts";
import type { Edit } from "./relation-list.ts";

interface Named {
  readonly schema: string;
  readonly name: string;
}

interface Memory {
  /** Made-up oids must never come back after a drop, which the catalog alone cannot tell. */
  readonly lastOid: number;
  /** The partitions and inheriting tables among the relations. */
  readonly children: readonly Relation[];
  readonly list: RelationList;
}

// What is known of a catalog that was made here, beside it.
const memories = new WeakMap<Catalog, Memory>();
// Column numbers must never come back after a drop, either.
const lastPositions = new WeakMap<Relation, number>();
// Relations that were invented, in whatever state: more columns may come to light.
const invented = new WeakSet<Relation>();

/**
 * A catalog in the making. Parts are replaced, never changed, so that everything untouched stays shared with the catalog it began as.
 * `before` is that catalog too, with whatever had to be invented. One draft may take many statements.
 */
export class Draft {
  types: readonly TypeDefinition[];
  publications: readonly Publication[];
  searchPath: readonly string[];
  /** Why the result may be wrong; in words. */
  readonly doubts: string[] = [];
  /** What was invented; in words. */
  readonly inventions: string[] = [];
  /** Every relation that was invented, with all columns that had to be there before the first statement; by oid. */
  readonly inventedRelations = new Map<number, Relation>();
  readonly inventsTables: boolean;
  private readonly origin: Catalog;
  private readonly originList: RelationList;
  private beforeRelations: readonly Relation[];
  private current: Relation[];
  /** Whether `current` is this draft's own, and no catalog's. */
  private owned = false;
  /** What made `current` from the origin's list. */
  private edits: Edit[] = [];
  private children: readonly Relation[];
  private lastOid: number;

  constructor(catalog: Catalog, inventsTables: boolean) {
    const { relations } = catalog;
    const memory = memories.get(catalog);
    this.origin = catalog;
    // A cast: it is copied before the first change, as `owned` says.
    this.current = relations as Relation[];
    this.beforeRelations = relations;
    this.types = catalog.types;
    this.publications = catalog.publications;
    this.searchPath = catalog.searchPath;
    this.inventsTables = inventsTables;
    this.originList = memory?.list ?? RelationList.of(relations);
    this.children = memory?.children ?? relations.filter(isChild);
    this.lastOid = memory?.lastOid ?? lowestOid(catalog);
  }

  /** In the catalog's order. A relation that is replaced under its name is replaced in this very list. */
  get relations(): readonly Relation[] {
    return this.current;
  }

  before(): Catalog {
    const { origin, beforeRelations } = this;
    if (beforeRelations === origin.relations) return origin;
    return this.remember({ ...origin, relations: beforeRelations }, RelationList.of(beforeRelations), beforeRelations.filter(isChild));
  }

  after(): Catalog {
    const { origin, types, publications, searchPath } = this;
    const same = types === origin.types && publications === origin.publications && searchPath === origin.searchPath;
    if (this.edits.length === 0) {
      return same
        ? origin
        : this.remember({ relations: origin.relations, types, publications, searchPath }, this.originList, this.children);
    }
    this.owned = false;
    const list = this.originList.next(this.edits, this.current);
    const catalog = {
      get relations() {
        return list.relations();
      },
      types,
      publications,
      searchPath,
    };
    return this.remember(catalog, list, this.children);
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
      const relation = this.current[indexOf(this.current, schema, name.name)];
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
    this.inventedRelations.set(relation.oid, relation);
    this.add(relation);
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
    const added = absent.map((column, i) => ({ ...column, position: last + 1 + i }));
    const wider = { ...relation, columns: [...relation.columns, ...added] };
    const first = this.inventedRelations.get(relation.oid);
    this.inventedRelations.set(relation.oid, first === undefined ? wider : { ...first, columns: [...first.columns, ...added] });
    this.beforeRelations = this.beforeRelations.map((other) => (other === relation ? wider : other));
    return this.replace(relation, wider);
  }

  add(relation: Relation): void {
    this.edit({ at: indexOf(this.current, relation.schema, relation.name), remove: 0, insert: relation });
  }

  remove(relation: Relation): void {
    const at = this.indexOf(relation);
    if (at !== -1) this.edit({ at, remove: 1, insert: null });
  }

  /** Puts `next` in the place of `relation`, wherever its name sorts it. */
  replace(relation: Relation, next: Relation): Relation {
    lastPositions.set(next, Math.max(lastPosition(relation), lastPosition(next)));
    if (invented.has(relation)) invented.add(next);
    const at = this.indexOf(relation);
    if (at !== -1 && relation.schema === next.schema && relation.name === next.name) this.edit({ at, remove: 1, insert: next });
    else {
      this.remove(relation);
      this.add(next);
    }
    return next;
  }

  /** Partitions and inheriting tables of the relation. */
  childrenOf(parent: Relation): readonly Relation[] {
    const isParent = (link: { readonly schema: string; readonly name: string } | null): boolean =>
      link !== null && link.name === parent.name && link.schema === parent.schema;
    return this.children.filter(
      (relation) => isParent(relation.partitionOf) || (relation.inherits !== null && relation.inherits.some(isParent)),
    );
  }

  addType(type: TypeDefinition): TypeDefinition {
    this.types = insert(this.types, type);
    return type;
  }

  doubt(reason: string): void {
    this.doubts.push(reason);
  }

  private indexOf(relation: Relation): number {
    const at = indexOf(this.current, relation.schema, relation.name);
    return this.current[at] === relation ? at : this.current.indexOf(relation);
  }

  /** Replaces in place once the list is the draft's own; else makes a new list, so that none changes its length under a loop. */
  private edit(edit: Edit): void {
    const { at, remove, insert: relation } = edit;
    const old = remove === 1 ? this.current[at] : undefined;
    if (old !== undefined && isChild(old)) this.children = this.children.filter((child) => child !== old);
    if (relation !== null && isChild(relation)) this.children = insert(this.children, relation);
    if (!this.owned || remove === 0 || relation === null) {
      this.current = this.current.toSpliced(at, remove, ...(relation === null ? [] : [relation]));
    } else this.current[at] = relation;
    this.owned = true;
    const last = this.edits.at(-1);
    // Of several commands on one table the last counts.
    if (last?.at === at && last.insert !== null && remove === 1 && relation !== null)
      this.edits[this.edits.length - 1] = { ...last, insert: relation };
    else this.edits.push(edit);
  }

  private remember(catalog: Catalog, list: RelationList, children: readonly Relation[]): Catalog {
    memories.set(catalog, { lastOid: this.lastOid, children, list });
    return catalog;
  }
}

const isChild = ({ partitionOf, inherits }: Relation): boolean => partitionOf !== null || inherits !== null;

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
