import { baseName, joinPath } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareText } from "../version.ts";
import { answer, failed, late, refused, skipped } from "./history.ts";
import type { HistoryInput, HistoryNote, HistoryReader, HistoryRow } from "./history.ts";

const versionOf = (draft: Draft): string =>
  baseName(draft.path)
    .replace(/\.sql$/, "")
    .split("_")[0] ?? "";
const isPartial = (row: HistoryRow): boolean => Number(row["applied"] ?? 0) < Number(row["total"] ?? 0);

/**
 * Atlas: files behind the newest revision, that one again where it stopped half way; a file between applied ones stops the run, is passed
 * over or run, as --exec-order says; atlas.sum must fit the folder (ariga/atlas: sql/migrate/migrate.go, Executor.Pending, Validate). A
 * checkpoint is only for a database without revisions.
 */
export const atlasHistory: HistoryReader = (input) => {
  const { drafts, options, table } = input;
  const rows = input.rows.toSorted((a, b) => compareText(a["version"] ?? "", b["version"] ?? ""));
  const notes: HistoryNote[] = [...integrity(input)];
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return answer(fromCheckpoint(drafts), notes);
  const files = drafts.filter((draft) => !draft.standsForAll);
  const known = new Set(rows.map((row) => row["version"]));
  const [oldest, newest] = [first["version"] ?? "", last["version"] ?? ""];
  const between = files.filter(
    (draft) => compareText(versionOf(draft), newest) < 0 && compareText(versionOf(draft), oldest) > 0 && !known.has(versionOf(draft)),
  );
  const partial = isPartial(last) ? files.filter((draft) => versionOf(draft) === newest) : [];
  if (isPartial(last)) {
    const detail = `the last run failed after ${last["applied"]} of ${last["total"]} statements (${table.title}); what ran is in the database, and Atlas goes on behind it`;
    notes.push(failed(partial[0] ?? null, partial[0]?.id ?? newest, detail, false));
  }
  notes.push(...between.map((draft) => lateNote(draft, newest, input)));
  const behind = files.filter((draft) => compareText(versionOf(draft), newest) > 0);
  return answer([...(options.outOfOrder ? between : []), ...partial, ...behind], notes, new Set(options.outOfOrder ? [] : between));
};

function lateNote(draft: Draft, newest: string, { options }: HistoryInput): HistoryNote {
  const where = `it sorts before ${newest}, which is already applied`;
  if (options.outOfOrder) return late(draft, `${where}; Atlas runs it (--exec-order non-linear)`, false);
  if (options.skipLate) return skipped(draft, `${where}; Atlas passes over it (--exec-order linear-skip)`);
  return skipped(draft, `${where}; Atlas stops (--exec-order linear)`, true);
}

function fromCheckpoint(drafts: readonly Draft[]): readonly Draft[] {
  const last = drafts.findLastIndex((draft) => draft.standsForAll);
  return last === -1 ? drafts : drafts.slice(last);
}

/** Each line of atlas.sum is a file and the SHA-256 of the names and texts of all files up to it. */
function integrity({ drafts, root, sources, digest }: HistoryInput): readonly HistoryNote[] {
  const sum = sources.find((source) => source.path === joinPath(root, "atlas.sum"));
  if (sum === undefined) return [];
  const lines = new Map([...sum.text.matchAll(/^(\S+\.sql) h1:(\S+)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]));
  let text = "";
  for (const draft of drafts.toSorted((a, b) => compareText(baseName(a.path), baseName(b.path)))) {
    if (/^-- atlas:sum ignore\s*$/m.test(draft.text)) continue;
    const name = baseName(draft.path);
    text += name + draft.text;
    if (lines.get(name) === digest("sha256", text, "base64")) continue;
    const what = lines.has(name) ? "the file, or one before it, is not what atlas.sum was made of" : "atlas.sum does not list it";
    return [refused(draft, draft.id, `Atlas stops: checksum mismatch, ${what}; run "atlas migrate hash" once the files are right`)];
  }
  const files = new Set(drafts.map((draft) => baseName(draft.path)));
  const gone = [...lines.keys()].find((name) => !files.has(name));
  return gone === undefined ? [] : [refused(null, gone, "Atlas stops: checksum mismatch, atlas.sum lists it and there is no such file")];
}
