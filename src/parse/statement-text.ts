import type { Span } from "../model/span.ts";
import { Scanner } from "./scanner.ts";
import type { TokenKind } from "./scanner.ts";

/** A token of the statement; offsets in the piece's text. */
export interface Token {
  readonly kind: TokenKind;
  /** Words in lower case, the rest as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The text that a statement's tree was parsed from, for what the tree does not hold: where things end, and how they were written. */
export interface StatementText {
  /** Text of the whole piece. */
  readonly sql: string;
  readonly start: number;
  readonly end: number;
  /** Offset in the piece of a `location` of the tree. */
  locate(location: number | undefined): number;
  spanOf(start: number, end: number): Span;
  /** Whether the PL/pgSQL of this statement runs SQL that only exists at run time. */
  isDynamic(): boolean;
}

/** The tokens between two offsets. */
export function tokensOf(sql: string, start: number, end: number): readonly Token[] {
  const scanner = new Scanner(sql, start, end);
  const tokens: Token[] = [];
  while (scanner.next()) tokens.push({ kind: scanner.kind, value: scanner.value(), start: scanner.start, end: scanner.end });
  return tokens;
}

/** Cuts tokens at the commas outside brackets, and ends at a bracket that closes more than was opened. */
export function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthChange(token);
    if (depth < 0) break;
    if (depth === 0 && isPunctuation(token, ",")) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

export function depthChange(token: Token): number {
  if (token.kind !== "punctuation") return 0;
  if (token.value === "(" || token.value === "[") return 1;
  return token.value === ")" || token.value === "]" ? -1 : 0;
}

export function isPunctuation(token: Token | undefined, value: string): boolean {
  return token !== undefined && token.kind === "punctuation" && token.value === value;
}

export function isWord(token: Token | undefined, value: string): boolean {
  return token !== undefined && token.kind === "word" && token.value === value;
}

/** The text from the first token to the last; empty for none. */
export function textOf(sql: string, tokens: readonly Token[]): string {
  const first = tokens[0];
  const last = tokens.at(-1);
  return first === undefined || last === undefined ? "" : sql.slice(first.start, last.end);
}

/** Index of a word outside brackets, from `from` on; -1 for none. */
export function findWord(tokens: readonly Token[], word: string, from = 0): number {
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (depth === 0 && i >= from && isWord(token, word)) return i;
    depth += depthChange(token);
  }
  return -1;
}

/** The tokens inside the first brackets at or after `from`. */
export function inBrackets(tokens: readonly Token[], from = 0): readonly Token[] {
  const open = tokens.findIndex((token, i) => i >= from && isPunctuation(token, "("));
  if (open === -1) return [];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token !== undefined) depth += depthChange(token);
    if (depth === 0) return tokens.slice(open + 1, i);
  }
  return tokens.slice(open + 1);
}
