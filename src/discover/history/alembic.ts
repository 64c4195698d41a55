import { readRevision } from "../layouts/alembic.ts";
import { answer, refused } from "./history.ts";
import type { HistoryNote, HistoryReader } from "./history.ts";

/**
 * Alembic: the rows are the heads of what is applied; everything they descend from is applied, the rest is pending. A row that no file
 * defines stops every command, a second head stops `upgrade head` (alembic: script/revision.py).
 */
export const alembicHistory: HistoryReader = ({ drafts, rows, options }) => {
  const revisions = new Map(
    drafts.flatMap((draft) => {
      const read = readRevision(draft.text);
      return read === null ? [] : [[read.id, { draft, ...read }] as const];
    }),
  );
  const applied = new Set<string>();
  const visit = (id: string): void => {
    if (applied.has(id)) return;
    applied.add(id);
    for (const parent of revisions.get(id)?.parents ?? []) visit(parent);
  };
  const current = rows.flatMap((row) => row["version_num"] ?? []);
  for (const id of current) visit(id);
  const notes: HistoryNote[] = current
    .filter((id) => !revisions.has(id))
    .map((id) => refused(null, id, "Alembic stops: the database is at this revision, and no file defines it"));
  for (const [id, { draft, parents }] of revisions) {
    const lost = parents.find((parent) => !revisions.has(parent));
    if (lost !== undefined) notes.push(refused(draft, id, `Alembic stops: it follows revision ${lost}, which no file defines`));
  }
  // What another branch only depends on is still the head of its own.
  const inner = new Set([...revisions.values()].flatMap(({ follows }) => follows));
  const heads = [...revisions].filter(([id]) => !inner.has(id));
  if (heads.length > 1 && heads.some(([id]) => !applied.has(id)) && !options.outOfOrder) {
    const names = heads.map(([id]) => id).join(", ");
    const [head] = heads.filter(([id]) => !applied.has(id)).map(([, revision]) => revision.draft);
    notes.push(
      refused(
        head ?? null,
        names,
        `"alembic upgrade head" stops: there are ${heads.length} heads (${names}); merge them, or upgrade to "heads"`,
      ),
    );
  }
  return answer(
    [...revisions].filter(([id]) => !applied.has(id)).map(([, { draft }]) => draft),
    notes,
  );
};
