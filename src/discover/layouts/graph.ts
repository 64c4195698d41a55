import type { Draft } from "../layout.ts";

/** Each draft behind those it needs; where nothing decides, in the given order. What needs itself stays where it stands. */
export function inDependencyOrder(
  drafts: readonly Draft[],
  keyOf: (draft: Draft) => string,
  needs: (draft: Draft) => readonly string[],
): readonly Draft[] {
  const byKey = new Map(drafts.map((draft) => [keyOf(draft), draft]));
  const seen = new Set<Draft>();
  const order: Draft[] = [];
  const visit = (draft: Draft): void => {
    if (seen.has(draft)) return;
    seen.add(draft);
    for (const key of needs(draft)) {
      const needed = byKey.get(key);
      if (needed !== undefined) visit(needed);
    }
    order.push(draft);
  };
  drafts.forEach(visit);
  return order;
}
