import { graphemes, widthOf, wrap } from "../columns.ts";

export interface TableColumn {
  readonly title: string;
  /** Columns of the terminal that it keeps when room is short. */
  readonly least: number;
  /** Those of the lowest rank give way first. */
  readonly rank: number;
}

export interface TableLayout {
  readonly indent: string;
  /** Columns of the terminal; 0: no limit. */
  readonly width: number;
  readonly dim: (text: string) => string;
}

const gap = "  ";

/**
 * Lines of a table, its titles first. A row's last cell runs on over the columns that the row leaves empty, onto further
 * lines where it must. Where the table is too wide, the widest
 * columns of the lowest rank give way first, and what is cut ends in `…`.
 */
export function tableLines(columns: readonly TableColumn[], rows: readonly (readonly string[])[], layout: TableLayout): readonly string[] {
  const used = columns.map((_, at) => rows.some((row) => (row[at] ?? "") !== ""));
  const lastUsed = used.lastIndexOf(true);
  const natural = columns.map(({ title }, at) => {
    const cells = rows.map((row) => (at === endOf(row) && at < lastUsed ? 0 : widthOf(row[at] ?? "")));
    return used[at] === true ? Math.max(widthOf(title), ...cells) : 0;
  });
  const gaps = gap.length * (used.filter(Boolean).length - 1);
  const room = layout.width === 0 ? Number.MAX_SAFE_INTEGER : layout.width - widthOf(layout.indent);
  const widths = fitted(natural, columns, room - gaps);
  const lines = (cells: readonly string[]): readonly string[] => {
    const end = endOf(cells);
    const before = cells.flatMap((cell, at) => (used[at] === true && at < end ? [padded(cell, widths[at] ?? 0)] : []));
    const start = before.map((one) => one + gap).join("");
    const last = cells[end] ?? "";
    if (end === lastUsed) return [layout.indent + start + shortened(last, widths[end] ?? 0)];
    const wrapped = wrap(last, layout.width === 0 ? 0 : Math.max(room - widthOf(start), 20));
    return wrapped.map((one, at) => layout.indent + (at === 0 ? start : " ".repeat(widthOf(start) + 2)) + one);
  };
  const titles = columns.map(({ title }, at) => (used[at] === true ? title : ""));
  return [...lines(titles).map(layout.dim), ...rows.flatMap(lines)];
}

function endOf(row: readonly string[]): number {
  return row.findLastIndex((cell) => cell !== "");
}

function fitted(natural: readonly number[], columns: readonly TableColumn[], room: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, 0) - room;
  for (const rank of new Set(columns.map((column) => column.rank).toSorted((a, b) => a - b))) {
    for (; over > 0; over -= 1) {
      const spare = widths.map((width, at) => (columns[at]?.rank === rank && width > (columns[at]?.least ?? 0) ? width : 0));
      const widest = spare.indexOf(Math.max(...spare));
      if ((spare[widest] ?? 0) === 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return widths;
}

function padded(text: string, width: number): string {
  const shown = shortened(text, width);
  return shown + " ".repeat(Math.max(0, width - widthOf(shown)));
}

function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const one of graphemes(text)) {
    if (widthOf(kept) + widthOf(one) + 1 > width) break;
    kept += one;
  }
  return `${kept}…`;
}
