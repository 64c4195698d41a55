import { spanAt } from "../model/position.ts";
import type { Settings, SourceFile } from "./connector-source.ts";
import type { Span } from "../model/span.ts";

/**
 * Reads a Java .properties text: `#` and `!` comments, `=`, `:` or a blank between key and value, escapes, lines continued by a backslash. The last of two equal
 * keys counts, as in java.util.Properties.
 */
export function parseProperties({ path, text }: SourceFile): Settings {
  const settings: Record<string, string> = {};
  const places: Record<string, Span> = {};
  for (const { line, start, end } of logicalLines(text)) {
    const match = /^((?:\\[^]|[^\\=:\s])*)\s*[=:]?\s*([^]*)$/.exec(line);
    if (match === null) continue;
    const key = unescape(match[1] ?? "");
    settings[key] = unescape(match[2] ?? "");
    places[key] = spanAt(path, text, start, end);
  }
  return { settings, places };
}

interface LogicalLine {
  readonly line: string;
  readonly start: number;
  readonly end: number;
}

function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let pending: LogicalLine | null = null;
  for (const match of text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)) {
    const raw = match[1] ?? "";
    const line = raw.trimStart();
    if (pending === null && (line === "" || line.startsWith("#") || line.startsWith("!"))) continue;
    const end = match.index + raw.trimEnd().length;
    const start: number = pending?.start ?? match.index + raw.length - line.length;
    const joined: string = (pending?.line ?? "") + line;
    if (/(^|[^\\])(\\\\)*\\$/.test(joined)) pending = { line: joined.slice(0, -1), start, end };
    else {
      lines.push({ line: joined, start, end });
      pending = null;
    }
  }
  return pending === null ? lines : [...lines, pending];
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
