import type { Source } from "../model/migration.ts";
import { escapePattern } from "../model/pattern.ts";

/**
 * Whether a path (forward slashes) fits a glob: `*` and `?` stay within a folder, `**` does not, `[a-z]`, `{a,b}`. A glob without a slash is
 * matched against the file's name; one that names a folder takes all below it.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const clean = glob.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  if (clean === "" || clean === ".") return () => true;
  const below = clean.includes("/") || glob.endsWith("/") ? "" : "(?:.*/)?";
  const expression = new RegExp(`^${below}${toExpression(clean)}(?:/.*)?$`, "su");
  return (path) => expression.test(path);
}

/** Paths of the sources that fit any of the globs. */
export function pathsMatching(sources: readonly Source[], globs: readonly string[]): ReadonlySet<string> {
  const matchers = globs.map(globMatcher);
  return new Set(sources.map((source) => source.path).filter((path) => matchers.some((matches) => matches(path))));
}

function toExpression(glob: string): string {
  let braces = 0;
  const part = /\*\*\/|\*+|\?|\[(?:!|\^)?\]?[^\]/]*\]|[{},]|[^*?[{},]+|./gsu;
  return glob.replaceAll(part, (token, offset: number) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token.startsWith("*")) return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.length > 2 && token.startsWith("[")) return characterClass(token);
    if (token === "{" && /^\{[^{}]*,[^{}]*\}/.test(glob.slice(offset))) {
      braces += 1;
      return "(?:";
    }
    if (token === "}" && braces > 0) {
      braces -= 1;
      return ")";
    }
    return token === "," && braces > 0 ? "|" : escapePattern(token);
  });
}

function characterClass(token: string): string {
  const negated = token[1] === "!" || token[1] === "^";
  const content = token.slice(negated ? 2 : 1, -1).replaceAll(/[\\[\]&~^]/g, "\\$&");
  return negated ? `(?!/)[^${content}]` : `[${content}]`;
}
