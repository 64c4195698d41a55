import { listOf } from "../model/words.ts";
import { readJavaSyntax } from "./java-syntax.ts";
import { splitPatterns } from "./java-regex.ts";
import type { Check, Choice } from "./known-settings.ts";
import { atLeast, parseVersion } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

/** Why Debezium's validation refuses a value, as a clause ("it takes only true and false"); null when it takes it. */
export function refusal(check: Check, value: string, version: DebeziumVersion): string | null {
  switch (check.kind) {
    case "any":
      return null;
    case "required":
      return value === "" ? "it must have a value" : null;
    case "boolean":
      return /^\s*(?:true|false)\s*$/i.test(value) ? null : "it takes only true and false";
    case "class":
      return /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(value) ? null : "it takes only the name of a Java class";
    case "pairs":
      return value === "" || value.split(",").every((pair) => /^[^=]+=[^=]+$/.test(pair))
        ? null
        : "it takes only a list of the form key=value,key=value";
    case "integer":
      return integerRefusal(value, check.least, check.most);
    case "patterns":
      return patternsRefusal(splitPatterns(value));
    case "one-of":
      return choiceRefusal(check.values, value.trim().toLowerCase(), version);
    default:
      return check satisfies never;
  }
}

/** Java takes no blanks around a number. */
function integerRefusal(value: string, least: number, most: number): string | null {
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : null;
  if (number !== null && number >= least && number <= most) return null;
  return least < 0 ? "it takes only whole numbers" : `it takes only whole numbers from ${least} up`;
}

/** Java's own words about the first pattern that it does not compile. */
export function patternsRefusal(patterns: readonly string[]): string | null {
  for (const pattern of patterns) {
    const { error } = readJavaSyntax(pattern);
    if (error !== null) return `the pattern ${pattern} is no regular expression of Java (${error})`;
  }
  return null;
}

function choiceRefusal(choices: readonly Choice[], value: string, version: DebeziumVersion): string | null {
  const given = choices.find((one) => one.value === value);
  if (given !== undefined && has(given, version)) return null;
  const list = choices.filter((one) => has(one, version)).map((one) => one.value);
  const takes = `it takes only ${listOf(list)}`;
  if (given?.since !== undefined) return `"${value}" exists since Debezium ${given.since}; before, ${takes}`;
  if (given?.until !== undefined) return `"${value}" existed up to Debezium ${given.until}; now ${takes}`;
  return takes;
}

/** Whether that version of Debezium has what carries these bounds; null is no bound. */
export function has(bounds: { readonly since?: string | null; readonly until?: string | null }, version: DebeziumVersion): boolean {
  const since = parseVersion(bounds.since ?? "");
  const until = parseVersion(bounds.until ?? "");
  return (
    (since === null || atLeast(version, since.major, since.minor)) && (until === null || !atLeast(version, until.major, until.minor + 1))
  );
}
