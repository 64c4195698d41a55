import type { Unsupported } from "../model/connector.ts";
import { compileJavaPattern, splitPatterns } from "./java-regex.ts";
import type { JavaPattern } from "./java-regex.ts";

/** A compiled comma list of patterns; matches like io.debezium.function.Predicates: anchored and without regard to case. */
export interface PatternList {
  readonly setting: string;
  readonly matches: (text: string) => boolean;
}

/** Compiles one list; patterns that cannot be read are reported and match nothing. */
export function patternList(setting: string, text: string, unsupported: Unsupported[]): PatternList {
  const patterns: JavaPattern[] = [];
  for (const source of splitPatterns(text)) {
    const pattern = compileJavaPattern(source, true);
    if (pattern === null)
      unsupported.push({ setting, reason: `the pattern "${source}" uses a part of Java's regular expressions that cannot be read here` });
    else patterns.push(pattern);
  }
  return { setting, matches: (name) => patterns.some((pattern) => pattern.matches(name)) };
}

/** An include list or an exclude list (never both: Debezium refuses that). */
export interface IncludeExclude {
  readonly include: PatternList | null;
  readonly exclude: PatternList | null;
}

export function includeExclude(
  settings: Readonly<Record<string, string>>,
  base: "schema" | "table" | "column",
  unsupported: Unsupported[],
): IncludeExclude {
  const read = (setting: string): PatternList | null => {
    const text = settings[setting];
    return text === undefined || text.trim() === "" ? null : patternList(setting, text, unsupported);
  };
  return { include: read(`${base}.include.list`), exclude: read(`${base}.exclude.list`) };
}

export function passes(lists: IncludeExclude, name: string): boolean {
  if (lists.include !== null) return lists.include.matches(name);
  return lists.exclude === null || !lists.exclude.matches(name);
}
