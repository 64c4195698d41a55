import type { Relation } from "../../model/catalog.ts";

/** At `at`, takes away `remove` relations and puts `insert` there. */
export interface Edit {
  readonly at: number;
  readonly remove: 0 | 1;
  readonly insert: Relation | null;
}

/** Shorter lists are always kept whole. */
const SHORT = 32;
/** Every so many catalogs one keeps its list whole. */
const BETWEEN_WHOLE = 64;
/** Lists made on request that are kept for the next request. */
const RECENT = 4;
/** More edits than this are no shorter than a list. */
const MANY = 64;

/**
 * The relations of one of many consecutive catalogs. A list of all relations for each of thousands of statements would be most of the
 * memory of a run (measured: 76 of 141 MB for 10,000 statements on 1,000 tables); most lists differ from the one before in one relation, so that
 * only this is kept, and the list is made when it is asked for.
 */
export class RelationList {
  private whole: readonly Relation[] | null;
  private readonly base: RelationList | null;
  private readonly edits: readonly Edit[];
  private readonly distance: number;
  /** Of the lists that follow one another: those that were made last. */
  private readonly recent: RelationList[];

  private constructor(whole: readonly Relation[] | null, base: RelationList | null, edits: readonly Edit[], recent: RelationList[]) {
    this.whole = whole;
    this.base = base;
    this.edits = edits;
    this.distance = base === null ? 0 : base.distance + 1;
    this.recent = recent;
  }

  static of(relations: readonly Relation[]): RelationList {
    return new RelationList(relations, null, [], []);
  }

  /** The list that the edits, one after the other, make of this one; `relations` is what they make. */
  next(edits: readonly Edit[], relations: readonly Relation[]): RelationList {
    if (relations.length < SHORT || edits.length > MANY || this.distance + 1 >= BETWEEN_WHOLE) {
      return new RelationList(relations, null, [], this.recent);
    }
    const list = new RelationList(null, this, edits, this.recent);
    list.keep(relations);
    return list;
  }

  relations(): readonly Relation[] {
    return this.whole ?? this.keep(RelationList.make(this));
  }

  /** From the last whole list before it, change by change. */
  private static make(wanted: RelationList): readonly Relation[] {
    const later: RelationList[] = [];
    let list: RelationList | null = wanted;
    for (; list !== null && list.whole === null; list = list.base) later.push(list);
    const relations = [...(list?.whole ?? [])];
    for (const { edits } of later.toReversed()) for (const edit of edits) applyEdit(relations, edit);
    return relations;
  }

  private keep(relations: readonly Relation[]): readonly Relation[] {
    this.whole = relations;
    this.recent.push(this);
    if (this.recent.length > RECENT) {
      const oldest = this.recent.shift();
      if (oldest !== undefined) oldest.whole = null;
    }
    return relations;
  }
}

function applyEdit(relations: Relation[], { at, remove, insert }: Edit): void {
  if (remove === 1 && insert !== null) relations[at] = insert;
  else if (insert !== null) relations.splice(at, 0, insert);
  else relations.splice(at, remove);
}
