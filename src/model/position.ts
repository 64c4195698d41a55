import type { Migration, Piece, Substitution } from "./migration.ts";
import type { Position, Span } from "./span.ts";

/** Which edge of a substituted placeholder a place inside its value stands for. */
export type Edge = "start" | "end";

interface LineIndex {
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly starts: readonly number[];
}

interface PlacedSubstitution {
  readonly substitution: Substitution;
  /** Offset in `Piece.sql` of the substituted text, and of what follows it. */
  readonly sqlStart: number;
  readonly sqlEnd: number;
}

// One file may hold thousands of migrations (Liquibase changesets), so the last text is kept beside the per-migration cache.
let lastIndex: LineIndex = { text: "", starts: [0] };
const indexes = new WeakMap<object, LineIndex>();
const placed = new WeakMap<Piece, readonly PlacedSubstitution[]>();

/** The place of `offset` (UTF-16 code units, clamped to the text) in `text`. Lines end with a line feed. */
export function positionAt(text: string, offset: number): Position {
  if (lastIndex.text !== text) lastIndex = indexLines(text);
  return inIndex(lastIndex, offset);
}

/** Span of `text.slice(start, end)` of the file at `path`. */
export function spanAt(path: string, text: string, start: number, end: number): Span {
  return { path, start: positionAt(text, start), end: positionAt(text, end) };
}

/**
 * The place in the migration's file of character `offset` of `piece.sql`. A place strictly inside a substituted value is that of its
 * placeholder: the first character for `edge` "start", what follows the last one for "end".
 */
export function toFilePosition(migration: Migration, piece: Piece, offset: number, edge: Edge = "start"): Position {
  return inIndex(linesOf(migration), toFileOffset(piece, offset, edge));
}

/** Span of `sql.slice(start, end)` of the migration's piece `pieceIndex`. @throws RangeError when there is no such piece. */
export function spanOf(migration: Migration, pieceIndex: number, start: number, end: number): Span {
  const piece = migration.pieces[pieceIndex];
  if (piece === undefined) throw new RangeError(`${migration.id} has no piece ${pieceIndex}`);
  return {
    path: migration.path,
    start: toFilePosition(migration, piece, start, "start"),
    end: toFilePosition(migration, piece, end, "end"),
  };
}

/** As toFilePosition, without line and column. */
export function toFileOffset(piece: Piece, offset: number, edge: Edge = "start"): number {
  if (piece.substitutions.length === 0) return piece.start + offset;
  const list = placedSubstitutions(piece);
  const index = lastAtOrBefore(list.length, (i) => (list[i]?.sqlStart ?? 0) <= offset);
  const entry = list[index];
  if (entry === undefined) return piece.start + offset;
  if (offset >= entry.sqlEnd) return entry.substitution.end + (offset - entry.sqlEnd);
  return offset === entry.sqlStart || edge === "start" ? entry.substitution.start : entry.substitution.end;
}

function placedSubstitutions(piece: Piece): readonly PlacedSubstitution[] {
  const known = placed.get(piece);
  if (known !== undefined) return known;
  let shift = -piece.start;
  const list = piece.substitutions.map((substitution) => {
    const sqlStart = substitution.start + shift;
    const sqlEnd = sqlStart + substitution.text.length;
    shift += substitution.text.length - (substitution.end - substitution.start);
    return { substitution, sqlStart, sqlEnd };
  });
  placed.set(piece, list);
  return list;
}

function linesOf(migration: Migration): LineIndex {
  const known = indexes.get(migration);
  if (known !== undefined) return known;
  if (lastIndex.text !== migration.text) lastIndex = indexLines(migration.text);
  indexes.set(migration, lastIndex);
  return lastIndex;
}

function indexLines(text: string): LineIndex {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return { text, starts };
}

function inIndex(index: LineIndex, offset: number): Position {
  const clamped = Math.min(Math.max(offset, 0), index.text.length);
  const line = lastAtOrBefore(index.starts.length, (i) => (index.starts[i] ?? 0) <= clamped);
  return { offset: clamped, line: line + 1, column: clamped - (index.starts[line] ?? 0) + 1 };
}

/** Largest index below `count` for which `holds`, which is true up to some index and false from there; -1 for none. */
function lastAtOrBefore(count: number, holds: (index: number) => boolean): number {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
