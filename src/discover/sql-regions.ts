/** Lexical regions of SQL as PostgreSQL's scanner sees them (manual, "Lexical Structure"), just enough to tell code from quoted text. */
export type RegionKind =
  | "text"
  | "semicolon"
  | "backslash"
  | "line-comment"
  | "block-comment"
  | "string"
  | "identifier"
  | "dollar-string"
  /** `${name}`, `{{ … }}` or `{% … %}`: no SQL, the mark of a template. */
  | "template";

/** `text.slice(start, end)`, delimiters included. An unterminated quote or comment runs to the end. */
export interface Region {
  readonly kind: RegionKind;
  readonly start: number;
  readonly end: number;
}

const boundary = /--|\/\*|['"\\;$]|\{\{|\{%/g;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
// Bounded, so that a text full of unclosed braces is still read in linear time.
const longestTemplate = 1000;
/** A template's expression that is sure to be one, also in quotes: no array's value begins with white space, a dot, or two words. */
const quotedTemplate = /\{\{-?(?:\s|\.|[A-Za-z_]\w*\s)[^{}\r\n]{0,200}\}\}/y;
const wordCharacter = /[\w$\u0080-\uffff]/;

/** The region that begins at `position`; `end` is where the text stops. @throws RangeError at or after the end. */
export function regionAt(text: string, position: number, end: number = text.length): Region {
  if (position >= end) throw new RangeError(`no region at ${position}`);
  const close = quotedEnd(text, position, end);
  if (close !== null) return { ...close, start: position, end: Math.min(close.end, end) };
  boundary.lastIndex = position + 1;
  for (let match = boundary.exec(text); match !== null; match = boundary.exec(text)) {
    if (match.index >= end) break;
    if (match[0] !== "$" || quotedEnd(text, match.index, end) !== null) return { kind: "text", start: position, end: match.index };
  }
  return { kind: "text", start: position, end };
}

/** Every region of `text.slice(start, end)`, in order and without a hole. */
export function* regionsOf(text: string, start: number = 0, end: number = text.length): Generator<Region> {
  for (let position = start; position < end;) {
    const region = regionAt(text, position, end);
    yield region;
    position = region.end;
  }
}

function quotedEnd(text: string, at: number, end: number): { readonly kind: RegionKind; readonly end: number } | null {
  switch (text[at]) {
    case ";":
      return { kind: "semicolon", end: at + 1 };
    case "\\":
      return { kind: "backslash", end: at + 1 };
    case "'":
      return { kind: "string", end: stringEnd(text, at) };
    case '"':
      return { kind: "identifier", end: doubledEnd(text, at, '"') };
    case "-":
      return text[at + 1] === "-" ? { kind: "line-comment", end: until(text, "\n", at, end) } : null;
    case "/":
      return text[at + 1] === "*" ? { kind: "block-comment", end: commentEnd(text, at, end) } : null;
    case "{":
      return templateEnd(text, at, end);
    case "$":
      return dollarEnd(text, at, end);
    default:
      return null;
  }
}

function templateEnd(text: string, at: number, end: number): { readonly kind: RegionKind; readonly end: number } | null {
  const closing = text[at + 1] === "{" ? "}}" : text[at + 1] === "%" ? "%}" : null;
  if (closing === null) return null;
  const close = text.slice(at, Math.min(at + longestTemplate, end)).indexOf(closing, 2);
  return close === -1 ? null : { kind: "template", end: at + close + 2 };
}

function dollarEnd(text: string, at: number, end: number): { readonly kind: RegionKind; readonly end: number } | null {
  if (text[at + 1] === "{") {
    const close = /\$\{[^{}\r\n]*\}/y;
    close.lastIndex = at;
    return close.test(text) ? { kind: "template", end: close.lastIndex } : null;
  }
  if (at > 0 && wordCharacter.test(text[at - 1] ?? "")) return null;
  dollarTag.lastIndex = at;
  const tag = dollarTag.exec(text)?.[0];
  if (tag === undefined) return null;
  const close = text.indexOf(tag, at + tag.length);
  return { kind: "dollar-string", end: close === -1 ? end : close + tag.length };
}

/** Where a quote that begins at `at` ends, taking a backslash as an escape only behind an `E`. */
function stringEnd(text: string, at: number): number {
  const escapes = /e/i.test(text[at - 1] ?? "") && !wordCharacter.test(text[at - 2] ?? "");
  if (!escapes) return doubledEnd(text, at, "'");
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === "'") {
      if (text[i + 1] !== "'") return i + 1;
      i += 1;
    }
  }
  return text.length;
}

function doubledEnd(text: string, at: number, quote: string): number {
  let from = at + 1;
  for (let close = text.indexOf(quote, from); close !== -1; close = text.indexOf(quote, from)) {
    const inTemplate = templateOver(text, from, close);
    if (inTemplate !== -1) from = inTemplate;
    else if (text[close + 1] === quote) from = close + 2;
    else return close + 1;
  }
  return text.length;
}

/** Where the template ends that begins in `text.slice(from, quote)` and holds that quote as its own; -1 for none. */
function templateOver(text: string, from: number, quote: number): number {
  // Only what is between them is looked at, so that a text of many quotes is read in linear time.
  const open = text.slice(from, quote).lastIndexOf("{{");
  if (open === -1) return -1;
  quotedTemplate.lastIndex = from + open;
  return quotedTemplate.test(text) && quotedTemplate.lastIndex > quote ? quotedTemplate.lastIndex : -1;
}

/** The templates in quoted text; offsets are those of the text. */
export function templatesIn(text: string): readonly Pick<Region, "start" | "end">[] {
  const found: Pick<Region, "start" | "end">[] = [];
  for (let open = text.indexOf("{{"); open !== -1; open = text.indexOf("{{", open + 2)) {
    quotedTemplate.lastIndex = open;
    if (quotedTemplate.test(text)) found.push({ start: open, end: quotedTemplate.lastIndex });
  }
  return found;
}

/** Block comments nest. */
function commentEnd(text: string, at: number, end: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = at + 2;
  let depth = 1;
  for (let match = edge.exec(text); match !== null; match = edge.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return end;
}

function until(text: string, needle: string, at: number, end: number): number {
  const found = text.indexOf(needle, at);
  return found === -1 ? end : found;
}
