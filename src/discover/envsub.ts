import type { Mark, Placeholders } from "./fill-in.ts";
import type { Range } from "./layout.ts";

const annotation = /^[ \t]*--[ \t]*\+goose[ \t]+ENVSUB[ \t]+(ON|OFF)\b[^\n]*/gim;

// `$$` and `\$` are a dollar sign, `$(` stays, and a number is no name.
const expansion = /\\\\|\\\$|\$\$|\$\(|\$([A-Za-z_]\w*)|\$\{([A-Za-z]\w*)(?:(:?-)([^{}\r\n]*))?\}/g;

/**
 * What goose puts in the place of environment variables between `-- +goose ENVSUB ON` and OFF: `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `$$` for a dollar sign (goose: internal/sqlparser, github.com/mfridman/interpolate). A name without a value takes the
 * default that stands in the file; without one it stays as `${NAME}`, since its value is in the environment of a run that is not this one.
 * @returns offsets from the beginning of the section
 */
export function envsubMarks(text: string, section: Range, given: Placeholders): readonly Mark[] {
  return substitutedRanges(text).flatMap((range) => {
    const start = Math.max(range.start, section.start);
    const end = Math.min(range.end, section.end);
    if (start >= end) return [];
    return [...text.slice(start, end).matchAll(expansion)].flatMap((match): readonly Mark[] => {
      const value = valueOf(match, given);
      const at = start - section.start + match.index;
      return value === null || value === match[0] ? [] : [{ start: at, end: at + match[0].length, text: value }];
    });
  });
}

/** The stretches of a text in which goose substitutes; `isOn` says whether it does at its beginning. */
export function substitutedRanges(text: string, isOn = false): readonly Range[] {
  const ranges: Range[] = [];
  let on: number | null = isOn ? 0 : null;
  for (const match of text.matchAll(annotation)) {
    if ((match[1] ?? "").toUpperCase() === "ON") on ??= match.index + match[0].length;
    else if (on !== null) {
      ranges.push({ start: on, end: match.index });
      on = null;
    }
  }
  return on === null ? ranges : [...ranges, { start: on, end: text.length }];
}

/** Whether goose substitutes at the offset. */
export const isSubstituted = (text: string, offset: number): boolean =>
  substitutedRanges(text).some(({ start, end }) => start <= offset && offset < end);

function valueOf([whole, plain, braced, operator, fallback]: RegExpExecArray, given: Placeholders): string | null {
  const name = plain ?? braced;
  if (name === undefined) return whole === "$$" || whole === "\\$" ? "$" : null;
  const value = Object.hasOwn(given, name) ? (given[name] ?? null) : null;
  // In braces, for whoever looks for what has no value.
  if (operator === undefined) return value ?? `\${${name}}`;
  return value === null || (operator === ":-" && value === "") ? (fallback ?? "") : value;
}
