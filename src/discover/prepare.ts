import type { Piece, Substitution } from "../model/migration.ts";
import { toFileOffset } from "../model/position.ts";
import { fillIn, lookUp } from "./fill-in.ts";
import type { Placeholders } from "./fill-in.ts";
import { lineEnd } from "./layout.ts";
import type { Dialect, Draft, DraftGap, Range } from "./layout.ts";
import type { IncludedFile } from "./psql-variables.ts";
import { ScriptScanner } from "./script-scanner.ts";
import type { Cut, UnsetPlaceholder } from "./script-scanner.ts";
import { isControl, templateName } from "./templates.ts";

export interface PreparedGap extends DraftGap {
  /** Of a gap that is a placeholder without a value: the key of migrations.placeholders that would give it one. */
  readonly placeholder?: string;
}

export interface Prepared {
  readonly piece: Piece;
  /** Offsets are those of the file. */
  readonly gaps: readonly PreparedGap[];
}

/**
 * One section of a draft as the server gets it: known placeholders filled in, what the tool keeps for itself blanked. A placeholder without a
 * value is told once, at its first place.
 */
export function prepare(draft: Draft, section: Range, dialect: Dialect, placeholders: Placeholders, include?: IncludedFile): Prepared {
  const filled = fillIn(draft, section, dialect, placeholders, include);
  if (!needsScan(filled.sql, draft, dialect)) return { piece: filled, gaps: [] };
  const scan = new ScriptScanner(filled.sql, draft, section, dialect).run();
  const gaps: PreparedGap[] = [...scan.gaps, ...[...scan.unset.values()].map(unsetGap)];
  return {
    piece: { ...filled, sql: blank(filled.sql, scan.cuts) },
    gaps: gaps
      .map((gap) => ({ ...gap, start: toFileOffset(filled, gap.start, "start"), end: toFileOffset(filled, gap.end, "end") }))
      .toSorted((a, b) => a.start - b.start),
  };
}

/**
 * What the tool makes of a part of the file that is no SQL; its parameters are filled in where they are known. What is told of it is told at the
 * beginning of that part.
 */
export function prepareGenerated(draft: Draft, { start, end, text }: Substitution, dialect: Dialect, placeholders: Placeholders): Prepared {
  const sql = text.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => lookUp(placeholders, [name.trim()]) ?? whole);
  const piece = (sent: string): Piece => ({ sql: sent, start, substitutions: [{ start, end, text: sent }] });
  if (dialect.dollar === "none" || !sql.includes("${")) return { piece: piece(sql), gaps: [] };
  const scan = new ScriptScanner(sql, draft, { start: 0, end: sql.length }, { ...dialect, psql: false, copyData: false }).run();
  const lineStop = Math.min(lineEnd(draft.text, start), end);
  return {
    piece: piece(blank(sql, scan.cuts)),
    gaps: [...scan.unset.values()].map((unset) => ({ ...unsetGap(unset), start, end: lineStop })),
  };
}

function unsetGap({ name, start, end, effect, leftOut, count }: UnsetPlaceholder): PreparedGap {
  const shown = name.length > 60 ? `${name.slice(0, 57)}...` : name;
  const more = count === 1 ? "" : ` here and at ${count - 1} more ${count === 2 ? "place" : "places"} of this file`;
  if (isControl(name)) {
    const reason = `${shown} decides what the template leaves in the file, which is not followed: the statement that it stands in is left out`;
    return { start, end, effect, reason };
  }
  const key = keyOf(name);
  const left = leftOut ? "statements that need it are left out until then" : "its text stands in its place until then";
  const reason = `the placeholder ${shown} has no value${more}: set migrations.placeholders.${key} in driftgate.yml; ${left}`;
  return { start, end, effect, placeholder: key, reason };
}

/** The key of migrations.placeholders that gives the placeholder its value, as YAML wants it. */
function keyOf(placeholder: string): string {
  const inner = /^\$\{(.*)\}$|^\{\{-?([\s\S]*?)-?\}\}$|^:['"]?(\w+)['"]?$/.exec(placeholder);
  const [, dollar, braces, variable] = inner ?? [];
  const name = braces !== undefined ? (templateName(braces) ?? braces) : (dollar ?? variable ?? placeholder);
  const plain = /^\w+(?=:?-)/.exec(dollar ?? "")?.[0] ?? name.trim();
  return /^[A-Za-z_][\w.-]*$/.test(plain) ? plain : JSON.stringify(plain);
}

/** Replaces all but line ends by spaces. */
export function blank(text: string, cuts: readonly Cut[]): string {
  if (cuts.length === 0) return text;
  const parts: string[] = [];
  let position = 0;
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    if (cut.end <= position) continue;
    const start = Math.max(cut.start, position);
    const spaces = text.slice(start, cut.end).replaceAll(/[^\r\n]/g, " ");
    parts.push(text.slice(position, start), start === cut.start && spaces.startsWith(" ") ? cut.first + spaces.slice(1) : spaces);
    position = cut.end;
  }
  parts.push(text.slice(position));
  return parts.join("");
}

function needsScan(sql: string, draft: Draft, dialect: Dialect): boolean {
  if (/\{[{%]/.test(sql)) return true;
  if (sql.includes("${") && (draft.placeholders || dialect.dollar !== "none")) return true;
  if (dialect.psql && /\\|(?<!:):[A-Za-z_'"]/.test(sql)) return true;
  return dialect.copyData && /\bstdin\b/i.test(sql);
}
