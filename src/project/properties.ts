/** Reads a Java .properties text: `#` and `!` comments, `=`, `:` or a blank between key and value, escapes, lines continued by a backslash. */
export function parseProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of logicalLines(text)) {
    const match = /^((?:\\[^]|[^\\=:\s])*)\s*[=:]?\s*([^]*)$/.exec(line);
    if (match !== null) properties[unescape(match[1] ?? "")] = unescape(match[2] ?? "");
  }
  return properties;
}

function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let pending = "";
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trimStart();
    if (pending === "" && (line === "" || line.startsWith("#") || line.startsWith("!"))) continue;
    const joined = pending + line;
    if (/(^|[^\\])(\\\\)*\\$/.test(joined)) pending = joined.slice(0, -1);
    else {
      lines.push(joined);
      pending = "";
    }
  }
  return pending === "" ? lines : [...lines, pending];
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
