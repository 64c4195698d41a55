import type { Span } from "../model/span.ts";
import { graphemes, widthOf } from "./columns.ts";
import { visible } from "./visible.ts";

export interface ExcerptLine {
  /** From 1. */
  readonly number: number;
  /** Tabs expanded, nothing invisible. */
  readonly text: string;
  /** What belongs to the span: half-open, in terminal columns. */
  readonly mark: readonly [number, number];
}

export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
  /** Lines of the span that are not shown. */
  readonly hidden: number;
}

const tabWidth = 4;
const maxLines = 5;

/** The lines of a file that a span covers, at most five, each cut to `width` columns around what is marked (0: not cut). */
export function excerptOf(text: string, span: Span, width: number): Excerpt {
  const lines: ExcerptLine[] = [];
  const last = lastLine(text, span);
  const total = last - span.start.line + 1;
  const shown = total > maxLines ? maxLines - 1 : total;
  let from = span.start.offset === 0 ? 0 : text.lastIndexOf("\n", span.start.offset - 1) + 1;
  for (let index = 0; index < shown; index++) {
    const feed = text.indexOf("\n", from);
    const end = feed === -1 ? text.length : feed;
    const to = text[end - 1] === "\r" && end > from ? end - 1 : end;
    lines.push(lineOf(text, { from, to, number: span.start.line + index }, span, width));
    from = end + 1;
  }
  return { lines, hidden: total - shown };
}

/** A span that ends at the very start of a line does not cover that line. */
function lastLine(text: string, { start, end }: Span): number {
  return end.line > start.line && (end.column === 1 || text.slice(end.offset - end.column + 1, end.offset).trim() === "")
    ? end.line - 1
    : end.line;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

function lineOf(text: string, { from, to, number }: Line, span: Span, width: number): ExcerptLine {
  const start = Math.min(Math.max(span.start.offset, from), to);
  const end = Math.max(Math.min(span.end.offset, to), start);
  // Of a line of megabytes only the neighbourhood of the mark is looked at.
  const reach = width === 0 ? 4000 : width * 2;
  const left = Math.max(from, start - reach);
  const right = Math.min(to, Math.max(end, start) + reach, start + 2 * reach);
  const before = expand(text.slice(left, start), 0);
  const marked = expand(text.slice(start, Math.min(end, right)), widthOf(before));
  const after = expand(text.slice(Math.min(end, right), right), widthOf(before) + widthOf(marked));
  const lead = marked.length - marked.trimStart().length;
  const markStart = widthOf(before) + lead;
  const markWidth = Math.max(1, widthOf(marked.trim()));
  const whole: ExcerptLine = { number, text: (before + marked + after).trimEnd(), mark: [markStart, markStart + markWidth] };
  return crop(whole, width, left > from, right < to);
}

function expand(text: string, column: number): string {
  if (!text.includes("\t")) return visible(text);
  let out = "";
  for (const [index, part] of text.split("\t").entries()) {
    if (index > 0) out += " ".repeat(tabWidth - ((column + widthOf(out)) % tabWidth));
    out += visible(part);
  }
  return out;
}

function crop(line: ExcerptLine, width: number, cutLeft: boolean, cutRight: boolean): ExcerptLine {
  const { text, mark, number } = line;
  const total = widthOf(text);
  if ((width === 0 || total <= width) && !cutLeft && !cutRight) return line;
  const room = width === 0 ? total : Math.max(20, width - 2);
  // A mark that does not fit anyway may as well start where it stands.
  const margin = mark[1] - mark[0] >= room ? 16 : Math.min(16, room - (mark[1] - mark[0]));
  const from = total <= room ? 0 : Math.max(0, Math.min(mark[0] - margin, total - room));
  const head = from > 0 || cutLeft ? "…" : "";
  const { kept, skipped } = slice(text, from, room);
  const tail = skipped + widthOf(kept) < total || cutRight ? "…" : "";
  const shift = widthOf(head) - skipped;
  const end = Math.min(mark[1] + shift, widthOf(head) + widthOf(kept));
  return { number, text: head + kept + tail, mark: [mark[0] + shift, Math.max(end, mark[0] + shift + 1)] };
}

/** The part of a text from column `from` that fits into `room` columns; never half a character. */
function slice(text: string, from: number, room: number): { readonly kept: string; readonly skipped: number } {
  let column = 0;
  let skipped = 0;
  let kept = "";
  for (const one of graphemes(text)) {
    const width = widthOf(one);
    if (column < from) skipped = column + width;
    else if (column + width > skipped + room) break;
    else kept += one;
    column += width;
  }
  return { kept, skipped };
}
