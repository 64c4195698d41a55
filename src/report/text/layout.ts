import type { Report } from "../../model/report.ts";
import type { ReportOptions } from "../reporter.ts";
import { wrap } from "../columns.ts";
import { sentence } from "../visible.ts";
import type { Paint } from "./paint.ts";

/** What every part of the text report is given. */
export interface Page {
  readonly report: Report;
  readonly options: ReportOptions;
  readonly paint: Paint;
  /** Columns for prose; 0: not wrapped. */
  readonly width: number;
}

// Prose wider than this is hard to read, however wide the terminal.
const widest = 100;
const narrowest = 40;

export const proseWidth = (width: number): number => (width === 0 ? 0 : Math.min(widest, Math.max(narrowest, width)));

/** `label text`, wrapped, with the following lines under the first. */
export function labelled(page: Page, indent: string, label: string, text: string): readonly string[] {
  const room = page.width === 0 ? 0 : page.width - indent.length - label.length;
  return wrap(sentence(text), room).map((line, index) => indent + (index === 0 ? page.paint.dim(label) : " ".repeat(label.length)) + line);
}

export const heading = ({ paint }: Page, text: string): string => paint.strong(text);
