import type { Gap } from "../model/migration.ts";
import { isSubstituted, substitutedRanges } from "./envsub.ts";
import { harmlessGexec } from "./gexec.ts";
import { lineEnd } from "./layout.ts";
import type { Dialect, Draft, DraftGap, Range } from "./layout.ts";
import { branchEnd, copyReadsRows, literalCondition, metaCommandAt, readsRows, rowsAfter } from "./psql.ts";
import type { MetaCommand } from "./psql.ts";
import { regionAt } from "./sql-regions.ts";
import type { Region } from "./sql-regions.ts";
import { blockEnd, blockMiddle, blockStart, templateComment, templatesInQuoted } from "./templates.ts";

export interface Cut extends Range {
  /** Stands for the first character of the cut; the rest becomes spaces. */
  readonly first: " " | ";";
}

/** A placeholder that has no value, at the first place where it stands. */
export interface UnsetPlaceholder extends Range {
  /** As it is written. */
  readonly name: string;
  readonly effect: Gap["effect"];
  /** Whether a statement is not run because of it. */
  readonly leftOut: boolean;
  /** Places in the section. */
  readonly count: number;
}

const dataCommand = /^(?:insert|update|delete|merge|select|with|values)\b/i;

/**
 * On roles, privileges, comments and owners, whichever they are: no table has another shape for them. More than one command in an ALTER TABLE
 * may be of any kind.
 */
const shapesNothing =
  /^(?![\s\S]*\bsearch_path\b)(?:grant|revoke|comment\s+on|alter\s+default\s+privileges|reassign\s+owned|(?:create|alter|drop)\s+(?:role|user|group)(?!\s+mapping))\b|^alter\s+(?:(?!;|,|\badd\b|\bdrop\b|\balter\b|\brename\b|\bset\b)[\s\S])*\bowner\s+to\s+\S+\s*;?\s*$/i;

const rowsGap = (ended: boolean): Pick<DraftGap, "reason" | "effect"> =>
  ended
    ? { reason: "COPY reads rows that follow it in the file; rows change no table", effect: "ignorable" }
    : {
        reason: "COPY reads all that follows it in the file as rows, as no line \\. ends them; statements behind it are not run",
        effect: "opaque",
      };

/** Walks once over the text of a section, statement by statement, and finds what the tool does not send. */
export class ScriptScanner {
  readonly cuts: Cut[] = [];
  readonly gaps: DraftGap[] = [];
  /** By the placeholder as it is written. */
  readonly unset = new Map<string, UnsetPlaceholder>();
  private readonly sql: string;
  private readonly dialect: Dialect;
  private readonly dollar: Dialect["dollar"];
  /** Where goose substitutes. */
  private readonly substituted: readonly Range[];
  private position = 0;
  private endOfLine = -1;
  /** Where the statement in progress begins; null between statements. */
  private statement: number | null = null;
  /** Of each open \if: whether a branch was taken; null where a variable decides. */
  private readonly conditions: ({ taken: boolean } | null)[] = [];
  /** A placeholder without a value stands in the statement in progress, where it is SQL. */
  private hasUnset = false;
  /** Those of the statement in progress. */
  private noted: UnsetPlaceholder[] = [];
  /** The template's conditions and loops that are open; what they leave in the file is not known. */
  private readonly open: { readonly inline: boolean }[] = [];

  constructor(sql: string, draft: Draft, section: Range, dialect: Dialect) {
    this.sql = sql;
    this.dialect = dialect;
    this.dollar = dialect.dollar;
    this.substituted = draft.placeholders ? substitutedRanges(sql, isSubstituted(draft.text, section.start)) : [];
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
    if (this.open.length > 0) this.hasUnset = true;
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
    if (templateComment.test(text)) {
      this.cuts.push({ start: region.start, end: region.end, first: " " });
      return;
    }
    if (blockStart.test(text)) this.open.push({ inline: (this.statement ?? region.start) < region.start });
    else if (this.open.length > 0 && blockEnd.test(text)) return this.close(region);
    else if (this.open.length > 0 && blockMiddle.test(text)) return;
    if (text.startsWith("${") && this.dollar === "none" && !this.isSubstituted(region.start)) return;
    this.noValue(region.start, region.end, text);
  }

  /** A block that began between statements ends between them, too; what stands in it has been left out. */
  private close(region: Region): void {
    const block = this.open.pop();
    if (block?.inline !== true && this.open.length === 0) this.endStatement(region.end);
  }

  private noValue(start: number, end: number, name: string): void {
    this.hasUnset = true;
    this.note({ name, start, end, effect: "opaque", leftOut: true, count: 1 });
  }

  private note(place: UnsetPlaceholder): void {
    this.noted.push(place);
  }

  private tell(place: UnsetPlaceholder): void {
    const earlier = this.unset.get(place.name) ?? { ...place, count: 0 };
    const known = earlier.effect === "ignorable" ? { ...place, leftOut: earlier.leftOut, count: earlier.count } : earlier;
    this.unset.set(place.name, { ...known, leftOut: known.leftOut || place.leftOut, count: known.count + 1 });
  }

  private isSubstituted(offset: number): boolean {
    return this.substituted.some(({ start, end }) => start <= offset && offset < end);
  }

  private quoted(region: Region): void {
    // psql's :'name' and :"name".
    const before = this.sql[region.start - 1] === ":" && this.sql[region.start - 2] !== ":";
    const content = this.sql.slice(region.start + 1, region.end - 1);
    if (this.dialect.psql && before && region.kind !== "dollar-string" && /^[A-Za-z_]\w*$/.test(content)) {
      return this.noValue(region.start - 1, region.end, this.sql.slice(region.start - 1, region.end));
    }
    if (!this.isData(region)) {
      for (const { start, end } of templatesInQuoted(this.sql, region)) this.noValue(start, end, this.sql.slice(start, end));
    }
    if (!content.includes("${") || (this.dollar !== "required" && !this.isSubstituted(region.start))) return;
    const effect = this.isData(region) ? "ignorable" : "opaque";
    for (const match of this.sql.slice(region.start, region.end).matchAll(/\$\{[^{}\r\n]*\}/g)) {
      const start = region.start + match.index;
      const end = start + match[0].length;
      // In a string its text can stand in its place; as a name, or in code, it is nothing that could be run.
      if (region.kind === "string" || effect === "ignorable") this.note({ name: match[0], start, end, effect, leftOut: false, count: 1 });
      else this.noValue(start, end, match[0]);
    }
  }

  /** A string in a statement on rows: what is in it changes no table. */
  private isData({ kind, start }: Region): boolean {
    const from = this.statement ?? start;
    return kind !== "identifier" && dataCommand.test(this.sql.slice(from, from + 10));
  }

  private semicolon(region: Region): void {
    const from = this.statement;
    const reads = this.dialect.copyData && from !== null && readsRows(this.sql.slice(from, region.start));
    this.endStatement(region.end);
    if (!reads || from === null) return;
    const rows = rowsAfter(this.sql, region.end, this.sql.length);
    this.cuts.push({ start: from, end: rows.end, first: " " });
    this.gaps.push({ start: from, end: rows.end, ...rowsGap(rows.ended) });
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
    const query = command.name === "gexec" && this.statement !== null ? this.sql.slice(this.statement, command.start) : "";
    const harmless = harmlessGexec(query);
    if (command.sends) this.endStatement(command.start);
    const rows = command.name === "copy" && copyReadsRows(text) ? rowsAfter(this.sql, command.end, this.sql.length) : null;
    const end = rows?.end ?? command.end;
    this.cuts.push({ start: command.start, end, first: command.sends ? ";" : " " });
    this.gaps.push({
      start: command.start,
      end: Math.max(command.start + text.length, end === command.end ? 0 : end),
      reason: harmless === null ? command.reason : `\\gexec runs no more than ${harmless}, which changes no table`,
      effect: harmless === null ? command.effect : "ignorable",
      ...(rows?.ended === false ? rowsGap(false) : {}),
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
    if (this.hasUnset) this.cuts.push({ start: this.statement ?? end, end, first: " " });
    const isHarmless = shapesNothing.test(this.sql.slice(this.statement ?? end, end));
    for (const place of this.noted) this.tell(isHarmless ? { ...place, effect: "ignorable" } : place);
    this.noted = [];
    this.hasUnset = false;
    this.statement = null;
  }
}
