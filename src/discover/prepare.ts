import type { Piece, Substitution } from "../model/migration.ts";
import { toFileOffset } from "../model/position.ts";
import { lineEnd } from "./layout.ts";
import type { Dialect, Draft, DraftGap, Range } from "./layout.ts";
import { branchEnd, copyReadsRows, literalCondition, metaCommandAt, readsRows, rowsAfter } from "./psql.ts";
import type { MetaCommand } from "./psql.ts";
import { regionAt } from "./sql-regions.ts";
import type { Region } from "./sql-regions.ts";

export interface Prepared {
  readonly piece: Piece;
  /** Offsets are those of the file. */
  readonly gaps: readonly DraftGap[];
}

interface Cut extends Range {
  /** Stands for the first character of the cut; the rest becomes spaces. */
  readonly first: " " | ";";
}

/** One section of a draft as the server gets it: known placeholders filled in, what the tool keeps for itself blanked. */
export function prepare(draft: Draft, section: Range, dialect: Dialect, placeholders: Readonly<Record<string, string>>): Prepared {
  const filled = fillIn(draft, section, dialect, placeholders);
  if (!needsScan(filled.sql, draft, dialect)) return { piece: filled, gaps: [] };
  const scan = new Scanner(filled.sql, draft, dialect).run();
  const toFile = (offset: number, edge: "start" | "end"): number => toFileOffset(filled, offset, edge);
  return {
    piece: { ...filled, sql: blank(filled.sql, scan.cuts) },
    gaps: scan.gaps.map((gap) => ({ ...gap, start: toFile(gap.start, "start"), end: toFile(gap.end, "end") })),
  };
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

// `::name` is a cast; `:::name` is a cast to what a variable says.
const mark = /\$\{([^{}\r\n]*)\}|\{\{-?([\s\S]{0,1000}?)-?\}\}|(?<!\w|(?<!:):):(?:([A-Za-z_]\w*)|'([A-Za-z_]\w*)'|"([A-Za-z_]\w*)")/g;

/** Fills in what has a value. As the tools do, without regard to quotes and comments. */
function fillIn(draft: Draft, section: Range, dialect: Dialect, given: Readonly<Record<string, string>>): Piece {
  const text = draft.text.slice(section.start, section.end);
  const values = dialect.psql ? { ...setInScript(text), ...given } : given;
  if (Object.keys(values).length === 0) return { sql: text, start: section.start, substitutions: [] };
  const substitutions: Substitution[] = [];
  const parts: string[] = [];
  let position = 0;
  for (const match of text.matchAll(mark)) {
    const value = valueOf(match, draft, dialect, values);
    if (value === null) continue;
    parts.push(text.slice(position, match.index), value);
    position = match.index + match[0].length;
    substitutions.push({ start: section.start + match.index, end: section.start + position, text: value });
  }
  parts.push(text.slice(position));
  return { sql: parts.join(""), start: section.start, substitutions };
}

/** psql variables that the script sets to a plain value itself. One that is set twice has no single value. */
function setInScript(text: string): Readonly<Record<string, string>> {
  const values = new Map<string, string | null>();
  for (const match of text.matchAll(/^[ \t]*\\set[ \t]+([A-Za-z_]\w*)[ \t]+(?:'([^'\\\n]*)'|([^\s'":`\\]+))[ \t]*\r?$/gm)) {
    values.set(match[1] ?? "", values.has(match[1] ?? "") ? null : (match[2] ?? match[3] ?? ""));
  }
  return Object.fromEntries([...values].filter((entry): entry is [string, string] => entry[1] !== null));
}

function valueOf(match: RegExpMatchArray, draft: Draft, dialect: Dialect, values: Readonly<Record<string, string>>): string | null {
  const [whole, dollar, braces, variable, literal, identifier] = match;
  if (dollar !== undefined) return draft.placeholders || dialect.dollar !== "none" ? lookUp(values, [dollar.trim(), whole]) : null;
  if (braces !== undefined) return lookUp(values, [braces.trim(), whole, templateName(braces)]);
  if (!dialect.psql) return null;
  const value = lookUp(values, [variable ?? literal ?? identifier ?? "", `:${variable ?? ""}`]);
  if (value === null || variable !== undefined) return value;
  return literal === undefined ? `"${value.replaceAll('"', '""')}"` : `'${value.replaceAll("'", "''")}'`;
}

function lookUp(values: Readonly<Record<string, string>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
  }
  return null;
}

/** The name a template expression ends with: `.Namespace` and `index .Options "Namespace"` are both `Namespace`. */
export function templateName(expression: string): string {
  return /([A-Za-z_]\w*)["'`]?\s*$/.exec(expression.trim())?.[1] ?? expression.trim();
}

function needsScan(sql: string, draft: Draft, dialect: Dialect): boolean {
  if (/\{[{%]/.test(sql)) return true;
  if (sql.includes("${") && (draft.placeholders || dialect.dollar !== "none")) return true;
  if (dialect.psql && /\\|(?<!:):[A-Za-z_'"]/.test(sql)) return true;
  return dialect.copyData && /\bstdin\b/i.test(sql);
}

const dataCommand = /^(?:insert|update|delete|merge|select|with|values)\b/i;

/** Walks once over the text, statement by statement. */
class Scanner {
  readonly cuts: Cut[] = [];
  readonly gaps: DraftGap[] = [];
  private readonly sql: string;
  private readonly dialect: Dialect;
  private readonly dollar: Dialect["dollar"];
  private position = 0;
  private endOfLine = -1;
  /** Where the statement in progress begins; null between statements. */
  private statement: number | null = null;
  /** Of each open \if: whether a branch was taken; null where a variable decides. */
  private readonly conditions: ({ taken: boolean } | null)[] = [];
  /** A placeholder without a value stands in the statement in progress, outside quotes. */
  private unresolved: DraftGap[] = [];

  constructor(sql: string, draft: Draft, dialect: Dialect) {
    this.sql = sql;
    this.dialect = dialect;
    this.dollar = draft.placeholders ? "required" : dialect.dollar;
  }

  run(): this {
    while (this.position < this.sql.length) {
      const region = regionAt(this.sql, this.position);
      this.position = region.end;
      this.take(region);
    }
    this.endStatement(this.sql.length);
    return this;
  }

  private take(region: Region): void {
    switch (region.kind) {
      case "line-comment":
      case "block-comment":
        return;
      case "semicolon":
        return this.semicolon(region);
      case "backslash":
        return this.dialect.psql ? this.backslash(region) : this.begin(region.start);
      case "text":
        return this.text(region);
      case "template":
        this.begin(region.start);
        return this.template(region);
      case "string":
      case "identifier":
      case "dollar-string":
        this.begin(region.start);
        return this.quoted(region);
      default:
        region.kind satisfies never;
    }
  }

  private begin(offset: number): void {
    this.statement ??= offset;
  }

  private text(region: Region): void {
    const text = this.sql.slice(region.start, region.end);
    const first = text.search(/\S/);
    if (first === -1) return;
    this.begin(region.start + first);
    if (!this.dialect.psql) return;
    for (const match of text.matchAll(/(?<=^|[\s(,=.]|::):([A-Za-z_]\w*)/g)) {
      this.noValue(region.start + match.index, region.start + match.index + match[0].length, `:${match[1] ?? ""}`);
    }
  }

  private template(region: Region): void {
    const text = this.sql.slice(region.start, region.end);
    if (text.startsWith("${") && this.dollar === "none") return;
    this.noValue(region.start, region.end, text);
  }

  private noValue(start: number, end: number, name: string): void {
    const shown = name.length > 60 ? `${name.slice(0, 57)}...` : name;
    const reason = `the placeholder ${shown} has no value: give it one under migrations.placeholders; the statement is left out until then`;
    this.unresolved.push({ start, end, reason, effect: "opaque" });
  }

  private quoted(region: Region): void {
    // psql's :'name' and :"name".
    const before = this.sql[region.start - 1] === ":" && this.sql[region.start - 2] !== ":";
    const content = this.sql.slice(region.start + 1, region.end - 1);
    if (this.dialect.psql && before && region.kind !== "dollar-string" && /^[A-Za-z_]\w*$/.test(content)) {
      return this.noValue(region.start - 1, region.end, this.sql.slice(region.start - 1, region.end));
    }
    if (this.dollar !== "required" || !content.includes("${")) return;
    const from = this.statement ?? region.start;
    const statement = this.sql.slice(from, from + 10);
    for (const match of this.sql.slice(region.start, region.end).matchAll(/\$\{[^{}\r\n]*\}/g)) {
      const start = region.start + match.index;
      const effect = dataCommand.test(statement) && region.kind === "string" ? "ignorable" : "opaque";
      const reason = `the placeholder ${match[0]} has no value: give it one under migrations.placeholders; its text stands in its place until then`;
      this.gaps.push({ start, end: start + match[0].length, reason, effect });
    }
  }

  private semicolon(region: Region): void {
    const from = this.statement;
    const reads = this.dialect.copyData && from !== null && readsRows(this.sql.slice(from, region.start));
    this.endStatement(region.end);
    if (!reads || from === null) return;
    const rows = rowsAfter(this.sql, region.end, this.sql.length);
    this.cuts.push({ start: from, end: rows.end, first: " " });
    this.gaps.push({
      start: from,
      end: rows.end,
      reason: "COPY reads rows that follow it in the file; rows change no table",
      effect: "ignorable",
    });
    this.position = Math.max(this.position, rows.end);
  }

  private backslash(region: Region): void {
    if (this.sql[region.end] === ";") {
      this.cuts.push({ start: region.start, end: region.end, first: " " });
      return;
    }
    // Found once per line: a line may hold any number of commands.
    if (this.endOfLine < region.start) this.endOfLine = lineEnd(this.sql, region.start);
    const command = metaCommandAt(this.sql, region.start, this.endOfLine);
    const text = this.sql.slice(command.start, command.end).trimEnd();
    if (command.name === "q" || command.name === "quit") return this.quit(command);
    if (this.condition(command, text)) return;
    if (command.sends) this.endStatement(command.start);
    let end = command.end;
    if (command.name === "copy" && copyReadsRows(text)) end = rowsAfter(this.sql, command.end, this.sql.length).end;
    this.cuts.push({ start: command.start, end, first: command.sends ? ";" : " " });
    this.gaps.push({
      start: command.start,
      end: Math.max(command.start + text.length, end === command.end ? 0 : end),
      reason: command.reason,
      effect: command.effect,
    });
    this.position = end;
  }

  /** \if … \endif on plain truth values, as psql runs them; false for any other command, and where a variable decides. */
  private condition(command: MetaCommand, text: string): boolean {
    const { name } = command;
    if (name === "if") {
      const value = literalCondition(text.slice(3));
      this.conditions.push(value === null ? null : { taken: false });
    } else if (name !== "elif" && name !== "else" && name !== "endif") return false;
    const top = this.conditions.at(-1) ?? null;
    if (name === "endif") this.conditions.pop();
    if (top === null) return false;
    const value = name === "endif" || name === "else" ? true : literalCondition(text.slice(name.length + 1));
    if (value === null) {
      this.conditions[this.conditions.length - 1] = null;
      return false;
    }
    const runs = value && (name === "endif" || !top.taken);
    if (runs) top.taken = true;
    const end = runs ? command.end : branchEnd(this.sql, command.end, this.sql.length);
    this.cuts.push({ start: command.start, end, first: " " });
    const reason = runs ? `\\${name} is a command of psql, not SQL` : "psql passes over this branch: its condition is false";
    this.gaps.push({ start: command.start, end, reason, effect: "ignorable" });
    this.position = end;
    return true;
  }

  private quit(command: MetaCommand): void {
    const reason = "\\q ends the script: nothing behind it is run";
    this.cuts.push({ start: command.start, end: this.sql.length, first: " " });
    this.gaps.push({ start: command.start, end: command.end, reason, effect: "ignorable" });
    this.position = this.sql.length;
  }

  /** A statement with an unknown part is not run at all: half of it would be a syntax error that nobody wrote. */
  private endStatement(end: number): void {
    if (this.unresolved.length > 0) {
      this.gaps.push(...this.unresolved);
      this.cuts.push({ start: this.statement ?? end, end, first: " " });
      this.unresolved = [];
    }
    this.statement = null;
  }
}
