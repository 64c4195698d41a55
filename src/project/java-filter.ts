import { RE2JS } from "re2js";
import { readJavaSyntax } from "./java-syntax.ts";

/** A whole-string match without regard to the case of ASCII letters: Pattern.CASE_INSENSITIVE and Matcher.matches, as io.debezium.function.Predicates has it. */
export type JavaFilter = (text: string) => boolean;

/** So many open repetitions and no more take JavaScript's backtracking only a moment, on names of PostgreSQL's length. */
const SAFE_REPETITIONS = 3;

/** Compiles a filter; null for what Java refuses, and for what neither RE2 nor JavaScript reads as Java does: possessive quantifiers, class intersections. */
export function compileJavaFilter(source: string): JavaFilter | null {
  const syntax = readJavaSyntax(source);
  if (syntax.error !== null) return null;
  // A property of letters would not hold for the stand-ins.
  if (syntax.re2) return /\\[pP]/.test(source) ? withRe2(source, (text) => text) : withRe2(caseless(source), caseless);
  if (!syntax.script || syntax.unbounded > SAFE_REPETITIONS) return null;
  return withScript(caseless(source));
}

function withScript(source: string): JavaFilter | null {
  let compiled: RegExp;
  try {
    compiled = new RegExp(`^(?:${source})$`, "i");
  } catch {
    // A repeated look-behind.
    return null;
  }
  return (text) => compiled.test(caseless(text));
}

function withRe2(source: string, fold: (text: string) => string): JavaFilter | null {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch {
    // Names of properties that RE2 does not know; repetitions beyond 1000.
    return null;
  }
  return (text) => compiled.matches(fold(text));
}

/** Java folds ASCII letters only; other letters get characters that have no case. */
function caseless(text: string): string {
  return text.replaceAll(/[\u0080-\u17ff\u212a]/g, (char) => String.fromCharCode(0xe000 + (char.charCodeAt(0) % 0x1800)));
}
