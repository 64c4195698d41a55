import type { Piece, Substitution } from "../model/migration.ts";
import { databaseBranches } from "./database-branches.ts";
import { envsubMarks } from "./envsub.ts";
import type { Dialect, Draft, PlaceholderMarks, Range } from "./layout.ts";
import { fillVariables } from "./psql-variables.ts";
import type { IncludedFile } from "./psql-variables.ts";
import { templateName } from "./templates.ts";

/** Values by the placeholder's name. */
export type Placeholders = Readonly<Record<string, string>>;

/** A stretch of a section, and what stands there instead; offsets in the section. */
export interface Mark extends Range {
  readonly text: string;
}

const mark = /\$\{([^{}\r\n]*)\}|\{\{-?([^{}]{0,1000}?)-?\}\}/g;

/**
 * Fills in what has a value: Flyway's and Liquibase's `${name}` and a template's `{{ name }}` without regard to quotes and comments, goose's
 * variables where ENVSUB is on, a template's branches for other databases, psql's variables and `\i` where psql looks for them.
 */
export function fillIn(draft: Draft, section: Range, dialect: Dialect, given: Placeholders, include: IncludedFile = () => null): Piece {
  const text = draft.text.slice(section.start, section.end);
  const marks = [...databaseBranches(text), ...marksOf(draft, section, text, dialect, given, include)];
  const substitutions: Substitution[] = [];
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, text: value } of marks.toSorted((a, b) => a.start - b.start)) {
    if (start < position) continue;
    parts.push(text.slice(position, start), value);
    position = end;
    substitutions.push({ start: section.start + start, end: section.start + end, text: value });
  }
  if (substitutions.length === 0) return { sql: text, start: section.start, substitutions };
  parts.push(text.slice(position));
  return { sql: parts.join(""), start: section.start, substitutions };
}

function marksOf(
  draft: Draft,
  section: Range,
  text: string,
  dialect: Dialect,
  given: Placeholders,
  include: IncludedFile,
): readonly Mark[] {
  if (dialect.marks !== undefined)
    return marked(text, dialect.marks, (name) => ofTool(name, draft, { ...dialect, dollar: "required" }, given));
  const found = Object.keys(given).length === 0 ? [] : [...text.matchAll(mark)].flatMap((match) => filled(match, draft, dialect, given));
  if (draft.placeholders) return [...found, ...envsubMarks(draft.text, section, given)];
  if (!dialect.psql) return found;
  // Files of no known tool: without a command of psql it may be any program that puts the given names in, quoted or not.
  if (dialect.dollar === "optional" && !psqlCommand.test(text)) return [...found, ...everywhere(text, given)];
  return [...found, ...fillVariables(text, draft.path, given, include)];
}

const psqlCommand = /^[ \t]*\\[A-Za-z!?]|\\g(?:exec|set|desc|x)?\b/m;

// `::name` is a cast; `:::name` is a cast to what a variable says.
const variable = /(?<!\w|(?<!:):):(?:([A-Za-z_]\w*)|'([A-Za-z_]\w*)'|"([A-Za-z_]\w*)")/g;

function everywhere(text: string, given: Placeholders): readonly Mark[] {
  if (Object.keys(given).length === 0) return [];
  return [...text.matchAll(variable)].flatMap((match) => {
    const [whole, plain, literal, identifier] = match;
    const value = lookUp(given, [plain ?? literal ?? identifier ?? "", whole]);
    if (value === null) return [];
    const filledIn = plain !== undefined ? value : literal === undefined ? quoted(value, '"') : quoted(value, "'");
    return [{ start: match.index, end: match.index + whole.length, text: filledIn }];
  });
}

const quoted = (value: string, quote: string): string => quote + value.replaceAll(quote, quote + quote) + quote;

/** Placeholders with marks of their own; one without a value is left as it stands. */
function marked(text: string, { prefix, suffix }: PlaceholderMarks, valueFor: (name: string) => string | null): readonly Mark[] {
  const found: Mark[] = [];
  for (let start = text.indexOf(prefix); start !== -1; start = text.indexOf(prefix, start + 1)) {
    const close = text.indexOf(suffix, start + prefix.length);
    if (close === -1) break;
    const value = valueFor(text.slice(start + prefix.length, close));
    if (value !== null) found.push({ start, end: close + suffix.length, text: value });
  }
  return found;
}

function filled(match: RegExpExecArray, draft: Draft, dialect: Dialect, given: Placeholders): readonly Mark[] {
  const [whole, dollar, braces] = match;
  const value =
    dollar !== undefined
      ? dialect.dollar === "none"
        ? null
        : ofTool(dollar.trim(), draft, dialect, given)
      : lookUp(given, [(braces ?? "").trim(), whole, templateName(braces ?? "") ?? whole]);
  return value === null ? [] : [{ start: match.index, end: match.index + whole.length, text: value }];
}

/** Flyway finds names in any case, and knows a few by itself (org.flywaydb.core.internal.parser: PlaceholderReplacingReader, ParsingContext). */
function ofTool(name: string, draft: Draft, dialect: Dialect, given: Placeholders): string | null {
  const value = lookUp(given, [name, `\${${name}}`]);
  if (value !== null || dialect.dollar !== "required") return value;
  const same = Object.keys(given).find((key) => key.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return lookUp(given, [same]);
  if (name.toLowerCase() === "flyway:table") return "flyway_schema_history";
  return name.toLowerCase() === "flyway:filename" ? draft.path.slice(draft.path.lastIndexOf("/") + 1) : null;
}

export function lookUp(values: Placeholders, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
  }
  return null;
}
