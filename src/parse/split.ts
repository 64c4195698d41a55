import { Scanner } from "./scanner.ts";

/** The text of one statement: first token to last token, without the semicolon. UTF-16 offsets. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** After the semicolon; the end of the text where there is none. */
  readonly next: number;
  /** An upper bound, in tokens, of how deep its parse tree can be; see `nestingOf`. */
  readonly nesting: number;
}

const OPEN = 40;
const CLOSE = 41;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COMMA = 44;
const SEMICOLON = 59;

/** What one bracket costs on the parser's stack, in tokens: a subquery in brackets makes three levels. */
const BRACKET_COST = 3;

/**
 * Measures nesting: the tokens since the last comma, AND or OR, added up over the open brackets. It never falls short of the depth of
 * the tree by more than a constant factor: each level of nesting takes a bracket, or a token of a chain such as `a || b || c`.
 */
class NestingMeter {
  deepest = 0;
  private readonly outer: number[] = [];
  private base = 0;
  private chain = 0;

  add(scanner: Scanner): void {
    const code = scanner.first();
    if (scanner.kind === "punctuation") {
      if (code === OPEN || code === OPEN_BRACKET) return this.open();
      if (code === CLOSE || code === CLOSE_BRACKET) return this.close();
      if (code === COMMA || code === SEMICOLON) this.chain = 0;
      return;
    }
    if (scanner.kind === "word" && isAndOr(scanner, code)) {
      this.chain = 0;
      return;
    }
    this.chain++;
    if (this.base + this.chain > this.deepest) this.deepest = this.base + this.chain;
  }

  private open(): void {
    this.outer.push(this.chain);
    this.base += this.chain + BRACKET_COST;
    this.chain = 0;
    if (this.base > this.deepest) this.deepest = this.base;
  }

  private close(): void {
    const chain = this.outer.pop();
    if (chain === undefined) return;
    this.base -= chain + BRACKET_COST;
    this.chain = chain;
  }
}

function isAndOr(scanner: Scanner, code: number): boolean {
  const length = scanner.end - scanner.start;
  const lower = code | 32;
  if (length === 2) return lower === 111 && scanner.value() === "or";
  return length === 3 && lower === 97 && scanner.value() === "and";
}

/** Bodies in which a semicolon does not end the statement: `BEGIN ATOMIC … END` of SQL functions and `CREATE RULE … DO (…; …)`. */
class BodyTracker {
  private words = 0;
  private creates = false;
  private object: "function" | "rule" | "other" | null = null;
  private previous = "";
  private brackets = 0;
  private blocks = 0;

  add(scanner: Scanner): void {
    if (this.object === "other") return;
    if (scanner.kind === "word") return this.word(scanner);
    if (this.object === "rule" && scanner.kind === "punctuation") {
      if (scanner.first() === OPEN) this.brackets++;
      else if (scanner.first() === CLOSE) this.brackets--;
    }
    if (this.words === 0) this.object = "other";
    this.previous = "";
  }

  inside(): boolean {
    return this.blocks > 0 || (this.object === "rule" && this.brackets > 0);
  }

  private word(scanner: Scanner): void {
    const word = scanner.end - scanner.start > 9 ? "" : scanner.value();
    this.words++;
    if (this.words === 1) {
      this.creates = word === "create";
      if (!this.creates) this.object = "other";
    } else if (this.object === null) this.object = objectOf(word);
    else if (this.object === "function") this.block(word);
    this.previous = word;
  }

  private block(word: string): void {
    if (this.blocks === 0) {
      if (word === "atomic" && this.previous === "begin") this.blocks = 1;
    } else if (word === "case") this.blocks++;
    else if (word === "end") this.blocks--;
  }
}

function objectOf(word: string): "function" | "rule" | "other" | null {
  if (word === "or" || word === "replace") return null;
  if (word === "function" || word === "procedure") return "function";
  return word === "rule" ? "rule" : "other";
}

/** Cuts SQL into its statements in one linear pass; empty ones are left out, but for a comment without an end, which PostgreSQL refuses. */
export function* splitStatements(sql: string, from = 0, to: number = sql.length): Generator<Segment> {
  const scanner = new Scanner(sql, from, to);
  let start = -1;
  let end = -1;
  let meter = new NestingMeter();
  let body = new BodyTracker();
  while (scanner.next()) {
    if (scanner.kind === "punctuation" && scanner.first() === SEMICOLON && !body.inside()) {
      if (start !== -1) yield { start, end, next: scanner.end, nesting: meter.deepest };
      start = -1;
      meter = new NestingMeter();
      body = new BodyTracker();
      continue;
    }
    if (start === -1) start = scanner.start;
    end = scanner.end;
    meter.add(scanner);
    body.add(scanner);
  }
  if (start !== -1) yield { start, end, next: to, nesting: meter.deepest };
  else if (scanner.openComment !== -1) yield { start: scanner.openComment, end: to, next: to, nesting: 0 };
}

/** The deepest nesting of any statement in the text: an upper bound, in tokens, of the depth of its parse tree. */
export function nestingOf(sql: string): number {
  let deepest = 0;
  for (const segment of splitStatements(sql)) deepest = Math.max(deepest, segment.nesting);
  return deepest;
}
