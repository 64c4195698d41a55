import type { Changeset, Draft } from "../layout.ts";
import { compareText } from "../version.ts";
import { answer, isTrue, refused } from "./history.ts";
import type { Digest, HistoryInput, HistoryNote, HistoryReader, HistoryRow } from "./history.ts";
import { matches } from "./liquibase-filter.ts";

/**
 * Liquibase: change sets in the changelog and not in the table, by id, author and path, whose contexts and labels match; those that run on
 * change when their checksum differs. Any other applied one with another checksum stops update and status (liquibase-core:
 * changelog/visitor/UpdateVisitor, filter/ShouldRunChangeSetFilter, ValidatingVisitor). MARK_RAN and RERAN count as applied.
 */
export const liquibaseHistory: HistoryReader = (input) => {
  const pending: Draft[] = [];
  const notes: HistoryNote[] = [...doubled(input)];
  for (const draft of input.drafts) {
    const { changeset } = draft;
    if (changeset === null) {
      pending.push(draft);
      continue;
    }
    const row = newest(input.rows.filter((candidate) => isRowOf(candidate, changeset)));
    const verdict = judge(input, draft, changeset, row);
    if (verdict === "pending") pending.push(decided(draft, input.options));
    else if (verdict !== "done") notes.push(verdict);
  }
  if (input.table.locks.some((lock) => isTrue(lock["locked"])))
    notes.push(refused(null, input.table.title, "Liquibase waits and then stops: its lock was left behind, or another run is under way"));
  return answer(pending, notes);
};

/** Contexts and labels that Liquibase is called with decide what else would not be known. */
function decided(draft: Draft, { contexts, labels }: Pick<HistoryInput["options"], "contexts" | "labels">): Draft {
  const isOpen = ({ reason }: Draft["gaps"][number]): boolean =>
    !(contexts !== null && reason.includes("depends on the contexts")) && !(labels !== null && reason.includes("depends on the labels"));
  return { ...draft, gaps: draft.gaps.filter(isOpen) };
}

function judge(
  { options, digest }: HistoryInput,
  draft: Draft,
  changeset: Changeset,
  row: HistoryRow | undefined,
): "pending" | "done" | HistoryNote {
  // What is not for this database or this call is neither run nor validated.
  if (!accepted(changeset, options)) return "done";
  if (row === undefined || changeset.runAlways) return "pending";
  const recorded = row["md5sum"] ?? null;
  const now = checksumOf(changeset, digest);
  if (recorded === null || now === null || !recorded.startsWith("9:") || recorded === now) return "done";
  if (changeset.runOnChange) return "pending";
  const isValid = changeset.validCheckSums.some((sum) => /^(?:1:)?(?:any|all|\*)$/i.test(sum) || sum === recorded || sum === now);
  if (isValid) return "done";
  const detail = `Liquibase stops (validation failed): the checksum of ${changeset.id} was ${recorded} when it was applied and is ${now} now`;
  return refused(draft, draft.id, detail);
}

/** Those that run when Liquibase is called with these contexts and labels, whatever the database has; null is for not given. */
export const calledWith = (drafts: readonly Draft[], options: Pick<HistoryInput["options"], "contexts" | "labels">): readonly Draft[] =>
  drafts.filter(({ changeset }) => changeset === null || isCalled(changeset, options)).map((draft) => decided(draft, options));

const isCalled = ({ contexts, labels }: Changeset, options: Pick<HistoryInput["options"], "contexts" | "labels">): boolean =>
  matches(contexts, options.contexts) && matches(labels, options.labels);

const accepted = (changeset: Changeset, options: HistoryInput["options"]): boolean => changeset.runs && isCalled(changeset, options);

/** The row that was written last counts; of several at one moment the one that ran first (ShouldRunChangeSetFilter). */
const newest = (rows: readonly HistoryRow[]): HistoryRow | undefined =>
  rows.reduce<HistoryRow | undefined>(
    (last, row) => (last === undefined || compareText(row["dateexecuted"] ?? "", last["dateexecuted"] ?? "") > 0 ? row : last),
    undefined,
  );

/** One id, author and path twice among what this call would run (ValidatingVisitor, duplicate identifiers). */
function doubled({ drafts, options }: HistoryInput): readonly HistoryNote[] {
  const seen = new Set<string>();
  return drafts.flatMap((draft) => {
    if (draft.changeset === null || !accepted(draft.changeset, options)) return [];
    if (!seen.has(draft.key)) {
      seen.add(draft.key);
      return [];
    }
    return [refused(draft, draft.id, "Liquibase stops (validation failed): another change set of the file has the same id and author")];
  });
}

/** Version 9 of the checksums, in use since 4.22 (liquibase-core: changelog/ChangeSet.generateCheckSum); null where it is not known. */
function checksumOf({ changes }: Changeset, digest: Digest): string | null {
  if (changes === null) return null;
  const sum = (text: string): string => `9:${digest("md5", text, "hex")}`;
  const ofChange = (texts: readonly string[]): string => (texts.length === 1 ? sum(texts[0] ?? "") : sum(texts.map(sum).join(":")));
  return sum(changes.map((texts) => `${ofChange(texts)}:`).join(""));
}

/** A path is relative to one of several search paths: the row's and the file's may begin at different folders. */
function isRowOf(row: HistoryRow, { id, author, path, sourcePath }: Changeset): boolean {
  if (row["id"] !== id || row["author"] !== author) return false;
  const recorded = plainPath(row["filename"] ?? "");
  return recorded === plainPath(path) || (sourcePath !== "" && isTail(recorded, plainPath(sourcePath)));
}

const isTail = (a: string, b: string): boolean => a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);

const plainPath = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .replace(/^classpath:/, "")
    .replace(/^(?:\.?\/)+/, "");
