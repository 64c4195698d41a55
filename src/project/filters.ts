import type { Unsupported } from "../model/connector.ts";
import { compileJavaFilter } from "./java-filter.ts";
import type { JavaFilter } from "./java-filter.ts";
import { splitPatterns } from "./java-regex.ts";
import { readJavaSyntax } from "./java-syntax.ts";
import { isFilledIn } from "./settings.ts";

/** A compiled comma list of patterns; matches like io.debezium.function.Predicates: anchored and without regard to case. */
export interface PatternList {
  readonly setting: string;
  readonly matches: (text: string) => boolean;
}

/**
 * Compiles one list. A pattern that cannot be read is reported; `unread` is what it counts as: "match" where leaving a table out unseen would be the worse error.
 */
export function patternList(
  setting: string,
  text: string,
  unsupported: Unsupported[],
  unread: "match" | "no match" = "no match",
): PatternList {
  const patterns: JavaFilter[] = [];
  // A placeholder is reported with the settings; it is no pattern either.
  let unreadable = isFilledIn(text);
  for (const source of unreadable ? [] : splitPatterns(text)) {
    const filter = compileJavaFilter(source);
    if (filter !== null) patterns.push(filter);
    else {
      unreadable = true;
      // What Java refuses is a problem of the connector, told as such.
      if (readJavaSyntax(source).error !== null) continue;
      unsupported.push({ setting, reason: `the pattern "${source}" uses a part of Java's regular expressions that cannot be read here` });
    }
  }
  const matchesAll = unreadable && unread === "match";
  return { setting, matches: (name) => matchesAll || patterns.some((matches) => matches(name)) };
}

/** An include list or an exclude list (never both: Debezium refuses that). */
export interface IncludeExclude {
  readonly include: PatternList | null;
  readonly exclude: PatternList | null;
}

/** Reads `<base>.include.list` and `<base>.exclude.list`; patterns that cannot be read here are added to `unsupported`. */
export function includeExclude(
  settings: Readonly<Record<string, string>>,
  base: "schema" | "table" | "column",
  unsupported: Unsupported[],
): IncludeExclude {
  const read = (setting: string, unread: "match" | "no match"): PatternList | null => {
    const text = settings[setting];
    // Measured: a blank list of columns to include includes none; any other blank list is as good as none.
    const isAbsent = text === undefined || (text.trim() === "" && setting !== "column.include.list");
    return isAbsent ? null : patternList(setting, text, unsupported, unread);
  };
  return { include: read(`${base}.include.list`, "match"), exclude: read(`${base}.exclude.list`, "no match") };
}

/** Whether the lists let the name through; without any, all pass. */
export function passes(lists: IncludeExclude, name: string): boolean {
  if (lists.include !== null) return lists.include.matches(name);
  return lists.exclude === null || !lists.exclude.matches(name);
}
