import { baseName, joinPath } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareText } from "../version.ts";
import { atlasStatements } from "./atlas-statements.ts";
import { answer, failed, late, refused, skipped } from "./history.ts";
import type { Half, HistoryAnswer, HistoryInput, HistoryNote, HistoryReader, HistoryRow } from "./history.ts";

const versionOf = (draft: Draft): string =>
  baseName(draft.path)
    .replace(/\.sql$/, "")
    .split("_")[0] ?? "";
const isPartial = (row: HistoryRow): boolean => Number(row["applied"] ?? 0) !== Number(row["total"] ?? 0);

/**
 * Atlas: files behind the newest revision, that one again where it stopped half way, from the statement that failed; a file between applied
 * ones stops the run, is passed over or run, as --exec-order says; atlas.sum must fit the folder (ariga/atlas: sql/migrate/migrate.go,
 * Executor.Pending, Execute, Validate). A checkpoint is only for a database without revisions.
 */
export const atlasHistory: HistoryReader = (input) => {
  const { drafts, options } = input;
  // What Atlas Cloud keeps there is no revision.
  const rows = input.rows
    .filter((row) => row["version"]?.startsWith(".") !== true)
    .toSorted((a, b) => compareText(a["version"] ?? "", b["version"] ?? ""));
  const notes: HistoryNote[] = [...integrity(input)];
  const [first, last] = [rows[0], rows.at(-1)];
  const files = drafts.filter((draft) => !draft.standsForAll);
  if (first === undefined || last === undefined) return fresh(input, files, notes);
  const known = new Set(rows.map((row) => row["version"]));
  const [oldest, newest] = [first["version"] ?? "", last["version"] ?? ""];
  const behind = files.filter((draft) => compareText(versionOf(draft), newest) > 0);
  const open = isPartial(last) ? halfRun(input, last) : { drafts: [], halves: new Map<Draft, Half>(), notes: [] };
  notes.push(...open.notes);
  const { halves } = open;
  // A checkpoint is all that was ever run, and without the file Atlas looks no further.
  if (isPartial(last) && !open.drafts.some((draft) => !draft.standsForAll))
    return { ...answer([...open.drafts, ...behind], notes), halves };
  const between = files.filter(
    (draft) => compareText(versionOf(draft), newest) < 0 && compareText(versionOf(draft), oldest) > 0 && !known.has(versionOf(draft)),
  );
  notes.push(...between.map((draft) => lateNote(draft, newest, input)));
  const pending = [...(options.outOfOrder ? between : []), ...open.drafts, ...behind];
  return { ...answer(pending, notes, new Set(options.outOfOrder ? [] : between)), halves };
};

/** No revision yet: from the last checkpoint on, or behind the version that the database is said to have. */
function fresh({ drafts, options, table }: HistoryInput, files: readonly Draft[], notes: readonly HistoryNote[]): HistoryAnswer {
  const { baseline } = options;
  if (baseline !== null) {
    const at = files.findLastIndex((draft) => versionOf(draft) === baseline);
    if (at !== -1) return answer(files.slice(at + 1), notes);
    return answer(files, [...notes, refused(null, baseline, `Atlas stops: no file has the baseline version ${baseline}`)]);
  }
  const detail = `Atlas stops: the database has tables and no revision; give "atlas migrate apply" --baseline VERSION (and migrations.history.baseline in driftgate.yml) or --allow-dirty`;
  return answer(fromCheckpoint(drafts), [...notes, ...(table.occupied === true ? [refused(null, table.title, detail)] : [])]);
}

interface HalfRun {
  /** Empty where there is no such file. */
  readonly drafts: readonly Draft[];
  readonly halves: ReadonlyMap<Draft, Half>;
  readonly notes: readonly HistoryNote[];
}

/** The newest revision where a statement failed outside a transaction: the statements before it are in the database. */
function halfRun({ drafts, table, digest }: HistoryInput, row: HistoryRow): HalfRun {
  const version = row["version"] ?? "";
  const draft = drafts.find((one) => versionOf(one) === version) ?? null;
  const count = Number(row["applied"] ?? 0);
  const detail = `the last run failed after ${count} of ${row["total"]} statements (${table.title}); what ran is in the database, and Atlas goes on behind it`;
  if (draft === null) {
    const gone = refused(null, version, `Atlas stops: ${table.title} has version ${version} as partly applied, and there is no such file`);
    return { drafts: [], halves: new Map(), notes: [failed(null, version, detail, true), gone] };
  }
  const statements = atlasStatements(draft);
  let text = "";
  const sums = statements.map(({ start, end }) => {
    text += draft.text.slice(start, end);
    return `h1:${digest("sha256", text, "base64")}`;
  });
  const recorded = [...(row["partial_hashes"] ?? "").matchAll(/h1:[\w+/=]+/g)].map(([hash]) => hash);
  const changed = recorded.slice(0, count).findIndex((hash, index) => hash !== sums[index]);
  const edited = `Atlas stops: statement ${changed + 1} of the file was edited after it was applied (history changed)`;
  const half = { done: { ...draft, sections: statements.slice(0, count) }, left: { ...draft, sections: statements.slice(count) } };
  const notes = [failed(draft, draft.id, detail, false), ...(changed === -1 ? [] : [refused(draft, draft.id, edited)])];
  return { drafts: [draft], halves: new Map([[draft, half]]), notes };
}

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
