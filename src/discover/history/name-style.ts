import { baseName } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { answer, clashes, indexed, isTrue, late, refused } from "./history.ts";
import type { HistoryInput, HistoryNote, HistoryReader, HistoryRow } from "./history.ts";

/** How a tool that keeps one row for each applied migration tells them, and what it does when rows and files disagree. */
interface NameStyle {
  /** For the user. */
  readonly tool: string;
  readonly rowKey: (row: HistoryRow) => string | null;
  readonly draftKey: (draft: Draft) => string;
  /** A file that sorts before an applied one: the tool stops, or runs it after what is applied. */
  readonly whenLate: "runs" | "stops";
  /** A row without a file. */
  readonly whenMissing: "ignores" | "stops";
  /** Two files with one key. */
  readonly whenDouble: "runs" | "stops";
  /** The version that a key stands for, where a row without a file counts for what is late too. */
  readonly compare?: (a: string, b: string) => number;
  /** Late files stop the tool where it is called strictly. */
  readonly strict?: boolean;
  readonly locked?: (rows: readonly HistoryRow[]) => boolean;
}

export function byName(style: NameStyle): HistoryReader {
  return (input) => {
    const applied = new Set(input.rows.flatMap((row) => style.rowKey(row) ?? []));
    const isApplied = (draft: Draft): boolean => applied.has(style.draftKey(draft));
    const pending = input.drafts.filter((draft) => !isApplied(draft));
    return answer(pending, [
      ...(style.whenDouble === "stops" ? clashes(input.drafts, style.draftKey, style.tool) : []),
      ...lateNotes(input, style, applied),
      ...missingNotes(input, style, applied),
      ...lockNotes(input, style),
    ]);
  };
}

function lateNotes(
  { drafts, options }: HistoryInput,
  { tool, whenLate, draftKey, compare, strict }: NameStyle,
  applied: ReadonlySet<string>,
): readonly HistoryNote[] {
  const isApplied = (draft: Draft): boolean => applied.has(draftKey(draft));
  const last = drafts.findLastIndex(isApplied);
  const newest = compare === undefined ? undefined : [...applied].toSorted(compare).at(-1);
  const isLate = (draft: Draft, index: number): boolean =>
    index < last || (newest !== undefined && compare !== undefined && compare(draftKey(draft), newest) < 0);
  const stops = (whenLate === "stops" && !options.outOfOrder) || (strict === true && options.strict);
  const after = drafts.find((draft) => draftKey(draft) === newest)?.id ?? newest ?? drafts[last]?.id ?? "";
  const does = stops ? `${tool} stops` : `${tool} runs it after what is applied; new databases get the other order`;
  return drafts
    .filter((draft, index) => isLate(draft, index) && !isApplied(draft))
    .map((draft) => late(draft, `it sorts before ${after}, which is already applied; ${does}`, stops));
}

function missingNotes({ drafts, options }: HistoryInput, style: NameStyle, applied: ReadonlySet<string>): readonly HistoryNote[] {
  if (style.whenMissing === "ignores" || options.ignoreMissing) return [];
  const known = indexed(drafts, style.draftKey);
  return [...applied]
    .filter((key) => !known.has(key))
    .map((key) => refused(null, key, `${style.tool} stops: it was applied, and there is no such file any more`));
}

function lockNotes({ table }: HistoryInput, { tool, locked }: NameStyle): readonly HistoryNote[] {
  if (locked?.(table.locks) !== true) return [];
  return [refused(null, table.title, `${tool} stops or waits: its lock was left behind, or another run is under way`)];
}

export const lockedBy =
  (column: string) =>
  (rows: readonly HistoryRow[]): boolean =>
    rows.some((row) => isTrue(row[column]));

export const extensionless = (draft: Draft): string => baseName(draft.path).replace(/\.[^.]+$/, "");
export const fileName = (draft: Draft): string => baseName(draft.path);
export const leadingDigits = (draft: Draft): string => (/^\d+/.exec(baseName(draft.path))?.[0] ?? "").replace(/^0+(?=\d)/, "");
export const plainDigits = (text: string | null | undefined): string | null => text?.replace(/^0+(?=\d)/, "") ?? null;
export const column =
  (name: string) =>
  (row: HistoryRow): string | null =>
    row[name] ?? null;
