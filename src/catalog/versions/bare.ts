const quotedParts = /\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** SQL without what stands in quotes and comments, so that a word found in it is a word of the language. Each becomes a pair of its quotes. */
export const bareSql = (sql: string): string =>
  sql.replaceAll(quotedParts, (part) => (part.startsWith("'") ? "''" : part.startsWith('"') ? '""' : " "));
