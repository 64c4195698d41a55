/** What a token is, as far as splitting and slicing need it. */
export type TokenKind = "word" | "quoted" | "string" | "number" | "operator" | "punctuation";

const WORD = 1;
const DIGIT = 2;
const SPACE = 4;
const OPERATOR = 8;

const classes = new Uint8Array(128);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") classes[c.charCodeAt(0)] = WORD;
for (const c of "0123456789") classes[c.charCodeAt(0)] = DIGIT;
for (const c of " \t\r\n\f\v") classes[c.charCodeAt(0)] = SPACE;
for (const c of "+-*/<>=~!@#%^&|`?") classes[c.charCodeAt(0)] = OPERATOR;

// PostgreSQL takes every byte above 127 for a letter, even a no-break space.
const classOf = (code: number): number => (code < 128 ? (classes[code] ?? 0) : WORD);

const APOSTROPHE = 39;
const QUOTE = 34;
const DOLLAR = 36;
const BACKSLASH = 92;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const COLON = 58;

/**
 * A lexer over SQL text that knows where tokens begin and end, after PostgreSQL's scan.l (standard_conforming_strings on): quotes,
 * dollar quotes, escape strings, nested comments. Anything unterminated runs to the end of the text. Offsets are UTF-16.
 */
export class Scanner {
  readonly text: string;
  readonly limit: number;
  kind: TokenKind = "punctuation";
  start = 0;
  end: number;
  /** Offset of the comment that does not end, once it was met; else -1. */
  openComment = -1;

  constructor(text: string, from = 0, limit: number = text.length) {
    this.text = text;
    this.limit = limit;
    this.end = from;
  }

  /** Moves to the next token; false at the end of the text, with `start` and `end` at its end. */
  next(): boolean {
    const at = this.skipTrivia(this.end);
    this.start = at;
    if (at >= this.limit) {
      this.end = at;
      return false;
    }
    this.end = Math.min(this.read(at), this.limit);
    return true;
  }

  /** Text of the token; words in lower case. */
  value(): string {
    const raw = this.text.slice(this.start, this.end);
    return this.kind === "word" ? raw.toLowerCase() : raw;
  }

  /** Code of the token's first character. */
  first(): number {
    return this.text.charCodeAt(this.start);
  }

  private skipTrivia(from: number): number {
    const { text, limit } = this;
    let at = from;
    while (at < limit) {
      const code = text.charCodeAt(at);
      if (code < 128 && classes[code] === SPACE) at++;
      else if (code === DASH && text.charCodeAt(at + 1) === DASH) at = this.endOfLine(at);
      else if (code === SLASH && text.charCodeAt(at + 1) === STAR) at = this.endOfBlockComment(at);
      else break;
    }
    return Math.min(at, limit);
  }

  private endOfLine(at: number): number {
    for (let i = at; i < this.limit; i++) {
      const code = this.text.charCodeAt(i);
      if (code === 10 || code === 13) return i;
    }
    return this.limit;
  }

  private endOfBlockComment(at: number): number {
    const { text, limit } = this;
    let depth = 1;
    let i = at + 2;
    while (i < limit && depth > 0) {
      const code = text.charCodeAt(i);
      if (code === STAR && text.charCodeAt(i + 1) === SLASH) {
        depth--;
        i += 2;
      } else if (code === SLASH && text.charCodeAt(i + 1) === STAR) {
        depth++;
        i += 2;
      } else i++;
    }
    if (depth > 0) this.openComment = at;
    return i;
  }

  private read(at: number): number {
    const code = this.text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === WORD) return this.readWord(at, code);
    if (kind === DIGIT) return this.readNumber(at);
    if (code === APOSTROPHE) return this.readString(at, false);
    if (code === QUOTE) return this.readQuoted(at);
    if (code === DOLLAR) return this.readDollar(at);
    if (kind === OPERATOR) return this.readOperator(at);
    this.kind = "punctuation";
    return at + (code === COLON && (this.text.charCodeAt(at + 1) === COLON || this.text.charCodeAt(at + 1) === 61) ? 2 : 1);
  }

  private readWord(at: number, code: number): number {
    const { text, limit } = this;
    const next = text.charCodeAt(at + 1);
    const lower = code | 32;
    if (next === APOSTROPHE && (lower === 101 || lower === 98 || lower === 120 || lower === 110)) {
      return this.readString(at + 1, lower === 101);
    }
    if (lower === 117 && next === 38) {
      const quote = text.charCodeAt(at + 2);
      if (quote === APOSTROPHE) return this.readString(at + 2, false);
      if (quote === QUOTE) return this.readQuoted(at + 2);
    }
    let i = at + 1;
    for (; i < limit; i++) {
      const c = text.charCodeAt(i);
      if (c !== DOLLAR && (classOf(c) & (WORD | DIGIT)) === 0) break;
    }
    this.kind = "word";
    return i;
  }

  private readNumber(at: number): number {
    this.kind = "number";
    let i = at + 1;
    while (i < this.limit) {
      const code = this.text.charCodeAt(i);
      if ((classOf(code) & (WORD | DIGIT)) !== 0) i++;
      else if (code === 46 && this.text.charCodeAt(i + 1) !== 46) i++;
      else break;
    }
    return i;
  }

  private readString(quote: number, escapes: boolean): number {
    this.kind = "string";
    const { text, limit } = this;
    for (let i = quote + 1; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (escapes && code === BACKSLASH) i++;
      else if (code === APOSTROPHE) {
        if (text.charCodeAt(i + 1) !== APOSTROPHE) return i + 1;
        i++;
      }
    }
    return limit;
  }

  private readQuoted(quote: number): number {
    this.kind = "quoted";
    const { text, limit } = this;
    for (let i = quote + 1; i < limit; i++) {
      if (text.charCodeAt(i) !== QUOTE) continue;
      if (text.charCodeAt(i + 1) !== QUOTE) return i + 1;
      i++;
    }
    return limit;
  }

  private readDollar(at: number): number {
    const { text, limit } = this;
    let i = at + 1;
    if ((classOf(text.charCodeAt(i)) & DIGIT) !== 0) return this.readNumber(at);
    while (i < limit && (classOf(text.charCodeAt(i)) & (WORD | DIGIT)) !== 0) i++;
    if (text.charCodeAt(i) !== DOLLAR) {
      this.kind = "punctuation";
      return at + 1;
    }
    this.kind = "string";
    const tag = text.slice(at, i + 1);
    const close = text.indexOf(tag, i + 1);
    return close === -1 ? limit : close + tag.length;
  }

  private readOperator(at: number): number {
    this.kind = "operator";
    const { text, limit } = this;
    let i = at + 1;
    for (; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code >= 128 || classes[code] !== OPERATOR) break;
      const next = text.charCodeAt(i + 1);
      if ((code === DASH && next === DASH) || (code === SLASH && next === STAR)) break;
    }
    return i;
  }
}
