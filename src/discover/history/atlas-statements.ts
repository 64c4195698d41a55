import type { Draft, Range } from "../layout.ts";
import { regionsOf } from "../sql-regions.ts";

/**
 * The statements that Atlas counts in a file: each to its semicolon outside quotes, parentheses and BEGIN ATOMIC bodies, comments before it
 * left out; with a delimiter of the file's own, the parts that it cuts (ariga/atlas: sql/migrate/lex.go, Scanner.stmt).
 */
export function atlasStatements({ text, sections }: Draft): readonly Range[] {
  const [first] = sections;
  if (sections.length !== 1 || first === undefined) return sections.flatMap((section) => trimmed(text, section) ?? []);
  return cut(text, first).flatMap((range) => trimmed(text, range) ?? []);
}

function cut(text: string, { start, end }: Range): readonly Range[] {
  const found: Range[] = [];
  let [from, depth, code] = [start, 0, ""];
  let inBody = false;
  for (const region of regionsOf(text, start, end)) {
    const part = text.slice(region.start, region.end);
    if (region.kind === "text") {
      depth += part.split("(").length - part.split(")").length;
      code += part;
      inBody ||= /\bbegin\s+atomic\s+/i.test(code);
    } else if (region.kind === "semicolon" && depth <= 0) {
      if (inBody && !/(?:^|;)\s*end\s*$/i.test(code)) code += ";";
      else {
        found.push({ start: from, end: region.end });
        [from, depth, code, inBody] = [region.end, 0, "", false];
      }
    }
  }
  return [...found, { start: from, end }];
}

/** Without comments and white space in front of the first word, and white space behind the last; null where nothing is left. */
function trimmed(text: string, { start, end }: Range): Range | null {
  for (const region of regionsOf(text, start, end)) {
    if (region.kind === "line-comment" || region.kind === "block-comment") continue;
    const blank = /^\s*/.exec(text.slice(region.start, region.end))?.[0].length ?? 0;
    if (blank === region.end - region.start) continue;
    const from = region.start + blank;
    return { start: from, end: from + text.slice(from, end).trimEnd().length };
  }
  return null;
}
