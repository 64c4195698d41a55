/** One piece of an argument: quoted text, a variable, a shell command, plain text. */
const piece =
  /'((?:[^'\\\n]|\\[^\n]|'')*)'|"([^"\n]*)"|:'([A-Za-z_]\w*)'|:"([A-Za-z_]\w*)"|:\{\?([A-Za-z_]\w*)\}|:([A-Za-z_]\w*)|`([^`\n]*)`|([^\s'"`:\\]+|:)/y;

/**
 * The arguments of a psql meta command, variables filled in (psql manual, "Meta-Commands"); null for one that holds a variable without a
 * value, or the output of a shell command.
 */
export function commandArguments(text: string, values: ReadonlyMap<string, string | null>): readonly (string | null)[] {
  const words: (string | null)[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return words;
    let word: string | null = "";
    const start = at;
    for (let match = pieceAt(text, at); match !== null; match = pieceAt(text, at)) {
      const value = valueOf(match, values);
      word = word === null || value === null ? null : word + value;
      at += match[0].length;
    }
    if (at === start) return words;
    words.push(word);
  }
}

function pieceAt(text: string, at: number): RegExpExecArray | null {
  piece.lastIndex = at;
  return piece.exec(text);
}

function valueOf(match: RegExpExecArray, values: ReadonlyMap<string, string | null>): string | null {
  const [, literal, quoted, asLiteral, asIdentifier, asked, plain, shell, text] = match;
  if (literal !== undefined) return unescape(literal);
  // Kept with its quotes (psqlscanslash.l, xslashdquote).
  if (quoted !== undefined) return match[0];
  if (shell !== undefined) return null;
  if (asked !== undefined) return values.has(asked) ? "TRUE" : null;
  const value = values.get(asLiteral ?? asIdentifier ?? plain ?? "") ?? null;
  if (asLiteral !== undefined) return value === null ? null : `'${value.replaceAll("'", "''")}'`;
  if (asIdentifier !== undefined) return value === null ? null : `"${value.replaceAll('"', '""')}"`;
  return plain === undefined ? (text ?? "") : value;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", r: "\r", f: "\f" };

/** C-like escapes in single quotes; two quotes are one. */
const unescape = (text: string): string =>
  text.replaceAll(/''|\\([\s\S])/g, (_, character?: string) => (character === undefined ? "'" : (escapes[character] ?? character)));
