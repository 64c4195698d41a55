import { RE2JS } from "re2js";
import { expandReplacement } from "./java-replacement.ts";
import type { Expansion } from "./java-replacement.ts";

/** A regular expression of a Debezium setting, in Java's dialect. */
export interface JavaPattern {
  readonly source: string;
  /** Whole-string match, as java.util.regex.Matcher.matches. */
  readonly matches: (text: string) => boolean;
  /** Matcher.matches, then Matcher.replaceFirst, or why that throws; null when the whole text does not match. */
  readonly replace: (text: string, replacement: string) => Expansion | null;
  /** Why Java throws with this replacement at the first text that matches; null: it does not. */
  readonly replacementProblem: (replacement: string) => string | null;
}

/** Compiles a pattern with RE2's syntax (a large part of Java's); null for what it cannot read: look-around, back references, possessive quantifiers. */
export function compileJavaPattern(source: string, ignoreCase: boolean): JavaPattern | null {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return null;
  }
  return {
    source,
    matches: (text) => compiled.matches(text),
    replace: (text, replacement) => (compiled.matches(text) ? replaceFirst(compiled, text, replacement) : null),
    replacementProblem: (replacement) => {
      const names = compiled.namedGroups();
      const byName = (name: string): null | undefined => (Object.hasOwn(names, name) ? null : undefined);
      const expansion = expandReplacement(replacement, { count: compiled.groupCount(), byNumber: () => null, byName });
      return "error" in expansion ? expansion.error : null;
    },
  };
}

/** Faults that RE2 and Java have in common, in RE2's words. */
const FAULTS = /^error parsing regexp: (missing closing [)\]]|unexpected \)|missing argument to repetition operator|trailing backslash)/;

/** Why java.util.regex.Pattern refuses an expression, where RE2 refuses it for the same; null where it does not, or that cannot be told. */
export function javaPatternFault(source: string): string | null {
  try {
    RE2JS.compile(source);
    return null;
  } catch (error) {
    return FAULTS.exec(error instanceof Error ? error.message : "")?.[1] ?? null;
  }
}

/** The first match need not be the whole text: `a|ab` finds the `a` of "ab". */
function replaceFirst(compiled: RE2JS, text: string, replacement: string): Expansion {
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return { text };
  const names = compiled.namedGroups();
  const expansion = expandReplacement(replacement, {
    count: compiled.groupCount(),
    byNumber: (number) => matcher.group(number),
    byName: (name) => (Object.hasOwn(names, name) ? matcher.group(name) : undefined),
  });
  if ("error" in expansion) return expansion;
  return { text: text.slice(0, matcher.start()) + expansion.text + text.slice(matcher.end()) };
}

/**
 * Splits a comma list of patterns as io.debezium.util.Strings.RegExSplitter: a backslash takes the next character with it,
 * parts are trimmed, empty ones skipped, and `\,` stands for a comma.
 */
export function splitPatterns(text: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") {
      part += char + text.charAt(at + 1);
      at += 1;
    } else if (char === ",") {
      parts.push(part);
      part = "";
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts.map((one) => one.trim().replaceAll("\\,", ",")).filter((one) => one !== "");
}
