import type { DiscoveryProblem } from "../../model/migration.ts";
import { spanAt } from "../../model/position.ts";
import { lineEnd } from "../layout.ts";
import type { Draft } from "../layout.ts";
import type { Placement } from "../pending.ts";
import type { HistoryAnswer, HistoryNote } from "./history.ts";

/** Applied drafts and pending ones, the latter in the order of the tool's next run; what it never runs is in neither. */
export function byHistoryTable(drafts: readonly Draft[], { pending, skipped, notes, halves }: HistoryAnswer): Placement {
  const open = new Set(pending);
  const applied = drafts.filter((draft) => !open.has(draft) && !skipped.has(draft) && !draft.standsForAll);
  return {
    placed: [
      ...applied.map((draft) => ({ draft, state: "baseline" as const, id: draft.id })),
      ...[...(halves?.values() ?? [])].map(({ done }) => ({ draft: done, state: "baseline" as const, id: `${done.id} (applied)` })),
      ...pending.map((draft) => ({ draft: halves?.get(draft)?.left ?? draft, state: "pending" as const, id: draft.id })),
    ],
    problems: notes.map(toProblem),
  };
}

const kinds = { refused: "run-refused", failed: "run-failed", late: "out-of-order", skipped: "never-run" } as const;

function toProblem({ kind, draft, name, detail }: HistoryNote): DiscoveryProblem {
  const path = draft?.path ?? name;
  const span = draft === null ? spanAt(path, "", 0, 0) : firstLine(draft);
  return { kind: kinds[kind], path, detail, span };
}

const firstLine = (draft: Draft): DiscoveryProblem["span"] =>
  spanAt(draft.path, draft.text, draft.extent.start, Math.min(lineEnd(draft.text, draft.extent.start), draft.extent.end));
