import type { Excerpt } from "../excerpt.ts";
import { countOf } from "../words.ts";
import type { Paint } from "./paint.ts";

/** The lines of an excerpt with their numbers; the first one underlined where it belongs to the span. */
export function sourceLines(paint: Paint, { lines, hidden }: Excerpt): readonly string[] {
  const digits = String(lines.at(-1)?.number ?? 0).length;
  const gutter = (text: string): string => `${paint.dim(text.padStart(digits))} ${paint.dim("│")}`;
  const out = lines.flatMap(({ number, text, mark: [start, end] }, index) => {
    const source = `${gutter(String(number))} ${text}`.trimEnd();
    return index === 0 ? [source, `${gutter("")} ${" ".repeat(start)}${paint.severity.error("^".repeat(end - start))}`] : [source];
  });
  return hidden === 0 ? out : [...out, `${gutter("")} ${paint.dim(`… ${countOf(hidden, "more line")}`)}`];
}
