import { array, assert, constantFrom, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { emptyRelation } from "../../src/catalog/assume/draft.ts";
import { RelationList } from "../../src/catalog/assume/relation-list.ts";
import type { Edit } from "../../src/catalog/assume/relation-list.ts";
import type { Relation } from "../../src/model/catalog.ts";

/** A number for a place, and what is done there. */
const change = tuple(nat(), constantFrom("replace", "replace", "replace", "add", "drop"));

function edited(relations: readonly Relation[], changes: readonly (readonly [number, string])[], name: () => string) {
  const edits: Edit[] = [];
  const next = [...relations];
  for (const [place, kind] of changes) {
    const insert = kind === "drop" ? null : emptyRelation(1, "public", name());
    const at = place % next.length;
    const remove = kind === "add" ? 0 : 1;
    next.splice(at, remove, ...(insert === null ? [] : [insert]));
    edits.push({ at, remove, insert });
  }
  return { edits, next };
}

test("each of many lists is what its edits made of the one before, in whatever order they are asked for", () => {
  const start = Array.from({ length: 60 }, (_, i) => emptyRelation(i, "public", `t_${i}`));
  const steps = array(array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 200, size: "max" });
  assert(
    property(steps, array(nat()), (all, order) => {
      let made = 0;
      let list = RelationList.of(start);
      let relations: readonly Relation[] = start;
      const lists = [list];
      const expected = [relations];
      for (const changes of all) {
        const { edits, next } = edited(relations, changes, () => `n_${(made += 1)}`);
        list = list.next(edits, next);
        relations = next;
        lists.push(list);
        expected.push(next);
      }
      for (const place of [...order, ...lists.keys()]) {
        const index = place % lists.length;
        expect(lists[index]?.relations().map(({ name }) => name)).toEqual(expected[index]?.map(({ name }) => name));
      }
    }),
    { numRuns: 50 },
  );
});
