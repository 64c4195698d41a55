/**
 * PostgreSQL's lexer (scan.l, rules xcstart and operator) reads a run of operator characters to its end at every comment that begins in
 * it: a run with thousands of comments takes time that grows with its square.
 */
const longRun = /[-+*/<>=~!@#%^&|`?]{2000,}/g;
const commentsAllowed = 100;

/** Whether some run of comments and operators, without a space in it, would take the lexer unreasonably long. */
export function isTangled(sql: string): boolean {
  for (const [run] of sql.matchAll(longRun)) if (run.split("/*").length > commentsAllowed) return true;
  return false;
}
