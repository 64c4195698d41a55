import { RE2JS } from "re2js";

/** A regular expression of a Debezium setting, in Java's dialect. */
export interface JavaPattern {
  readonly source: string;
  /** Whole-string match, as java.util.regex.Matcher.matches. */
  readonly matches: (text: string) => boolean;
  /** Matcher.matches, then Matcher.replaceFirst; null when the whole text does not match. */
  readonly replace: (text: string, replacement: string) => string | null;
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
    replace: (text, replacement) => {
      const matcher = compiled.matcher(text);
      return matcher.matches() ? compiled.matcher(text).replaceFirst(replacement) : null;
    },
  };
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
