import type { Projection } from "../model/projection.ts";

/** One relation as one connector sees it before and after; `sameRelation` false where it was dropped and made again. */
export interface Pair {
  readonly before: Projection | null;
  readonly after: Projection | null;
  readonly sameRelation: boolean;
}

/** Pairs by relation oid, and what is left by topic when it has the same schema and name: a relation made again. */
export function pairProjections(before: readonly Projection[], after: readonly Projection[]): readonly Pair[] {
  const olds = new Map(before.map((one) => [one.relation.oid, one]));
  const news = new Set(after.map((one) => one.relation.oid));
  const orphans = new Map(before.filter((one) => !news.has(one.relation.oid)).map((one) => [identityOf(one), one]));
  const used = new Set<Projection>();
  const pairs = after.map((one): Pair => {
    const same = olds.get(one.relation.oid);
    const old = same ?? orphans.get(identityOf(one)) ?? null;
    if (old !== null) used.add(old);
    return { before: old, after: one, sameRelation: same !== undefined };
  });
  const gone = before.filter((one) => !used.has(one)).map((one): Pair => ({ before: one, after: null, sameRelation: true }));
  return [...pairs, ...gone];
}

function identityOf({ topic, relation: { schema, name } }: Projection): string {
  return JSON.stringify([topic, schema, name]);
}
