import type { Node } from "@pgsql/types";

/** One statement of libpg_query's parse tree. Offsets count UTF-8 bytes of the parsed text and may begin with white space and comments. */
export interface RawStatement {
  readonly node: Node;
  readonly byteOffset: number;
  /** Null: up to the end of the text. */
  readonly byteLength: number | null;
}

export type ParsedText =
  | { readonly kind: "statements"; readonly statements: readonly RawStatement[] }
  /** PostgreSQL's own message; `offset` counts code points (not bytes, not UTF-16) from 0, null where the parser names no place. */
  | { readonly kind: "syntax-error"; readonly message: string; readonly offset: number | null }
  /** The parser itself could not cope: too deep, too large. `message` is in words. */
  | { readonly kind: "limit"; readonly message: string };

/** PostgreSQL's own grammar. Synchronous once created; never throws on any text. */
export interface Parser {
  /** Major version of the grammar: 16 for servers up to 16, 18 for 17 and later and when the version is unknown. */
  readonly grammar: 16 | 18;
  /** `nesting` is what `nestingOf` measures on the text, for callers that know it already. */
  parse(sql: string, nesting?: number): ParsedText;
  /** Whether the PL/pgSQL in a `DO` or `CREATE FUNCTION` statement (its whole text) runs SQL that only exists at run time, or cannot be read. */
  isDynamic(sql: string): boolean;
}
