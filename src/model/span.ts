/**
 * A place in a source text. `offset` counts UTF-16 code units from 0 (a JavaScript string index); `line` and `column` count from 1,
 * `column` in UTF-16 code units too, which is SARIF's default `columnKind`. A byte order mark is not part of the text.
 */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A half-open range of a file: `end` is the position after its last character. */
export interface Span {
  /** Path as the user would write it: relative to the working directory, with forward slashes. */
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}
