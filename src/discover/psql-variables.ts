import type { Mark, Placeholders } from "./fill-in.ts";
import { gexecBlock, harmlessGexec } from "./gexec.ts";
import { lineEnd } from "./layout.ts";
import { branchEnd, copyReadsRows, literalCondition, metaCommandAt, readsRows, rowsAfter } from "./psql.ts";
import type { MetaCommand } from "./psql.ts";
import { commandArguments } from "./psql-arguments.ts";
import { regionAt } from "./sql-regions.ts";
import type { Region } from "./sql-regions.ts";

/** The file that `\i` (or `\ir`, relative to `from`) means; null where it is not among the files. */
export type IncludedFile = (name: string, from: string, relative: boolean) => { readonly path: string; readonly text: string } | null;

/** Files in one another, and characters of all together. */
const DEEPEST = 16;
const LONGEST = 16 << 20;

const includes: Readonly<Record<string, boolean>> = { i: false, include: false, ir: true, include_relative: true };

// `::name` is a cast; `:::name` is a cast to what a variable says.
const variable = /(?<!\w|(?<!:):):(?:([A-Za-z_]\w*)|\{\?([A-Za-z_]\w*)\})/g;

/**
 * What psql puts in the place of its variables and of `\i`, in the order of the script: a variable has the value that the last `\set` gave
 * it, else the given one; none is looked for in quotes and comments, nor in a branch of `\if` that is not taken (psql manual, "Variables",
 * "SQL Interpolation"). What has no value is left as it stands.
 */
export function fillVariables(text: string, path: string, given: Placeholders, include: IncludedFile): readonly Mark[] {
  return new Script(text, path, { given, values: new Map(Object.entries(given)), include, room: LONGEST }, 0).run();
}

interface Shared {
  /** What the configuration says, for a variable that nothing else gives a known value. */
  readonly given: Placeholders;
  /** null: set, but to what is not known. */
  readonly values: Map<string, string | null>;
  readonly include: IncludedFile;
  /** Characters that may still be included. */
  room: number;
}

class Script {
  private readonly marks: Mark[] = [];
  private readonly text: string;
  private readonly path: string;
  private readonly shared: Shared;
  private readonly depth: number;
  private position = 0;
  private endOfLine = -1;
  /** Where the statement in progress begins, for COPY; null between statements. */
  private statement: number | null = null;
  /** Of each open \if: whether a branch was taken; null where it is not known which. */
  private readonly conditions: (boolean | null)[] = [];

  constructor(text: string, path: string, shared: Shared, depth: number) {
    this.text = text;
    this.path = path;
    this.shared = shared;
    this.depth = depth;
  }

  run(): readonly Mark[] {
    while (this.position < this.text.length) {
      const region = regionAt(this.text, this.position);
      this.position = region.end;
      this.take(region);
    }
    return this.marks;
  }

  private take(region: Region): void {
    if (region.kind === "backslash") return this.backslash(region);
    if (region.kind === "line-comment" || region.kind === "block-comment") return;
    if (region.kind === "semicolon") return this.semicolon(region);
    if (region.kind === "text") {
      const first = this.text.slice(region.start, region.end).search(/\S/);
      if (first === -1) return;
      this.statement ??= region.start + first;
      return this.variables(region.start, region.end);
    }
    this.statement ??= region.start;
    if (region.kind === "string" || region.kind === "identifier") this.quoted(region);
  }

  private variables(start: number, end: number): void {
    for (const match of this.text.slice(start, end).matchAll(variable)) {
      const [whole, name, asked] = match;
      const value = asked === undefined ? this.shared.values.get(name ?? "") : this.isSet(asked);
      if (value === undefined || value === null) continue;
      this.marks.push({ start: start + match.index, end: start + match.index + whole.length, text: value });
    }
  }

  /** `:{?name}`; what nothing here sets may yet be given to psql on its command line. */
  private isSet(name: string): string | null {
    return this.shared.values.has(name) ? "TRUE" : null;
  }

  /** `:'name'` and `:"name"`. */
  private quoted({ kind, start, end }: Region): void {
    if (this.text[start - 1] !== ":" || (this.text[start - 2] === ":" && this.text[start - 3] !== ":")) return;
    const value = this.shared.values.get(this.text.slice(start + 1, end - 1));
    if (value === undefined || value === null) return;
    const text = kind === "string" ? `'${value.replaceAll("'", "''")}'` : `"${value.replaceAll('"', '""')}"`;
    this.marks.push({ start: start - 1, end, text });
  }

  private semicolon(region: Region): void {
    const from = this.statement;
    this.statement = null;
    if (from === null || !readsRows(this.text.slice(from, region.start))) return;
    this.position = Math.max(this.position, rowsAfter(this.text, region.end, this.text.length).end);
  }

  private backslash(region: Region): void {
    if (this.text[region.end] === ";") return;
    if (this.endOfLine < region.start) this.endOfLine = lineEnd(this.text, region.start);
    const command = metaCommandAt(this.text, region.start, this.endOfLine);
    const { name, end } = command;
    this.position = end;
    if (name === "gexec") this.runResult(command);
    if (name === "gset") this.setResult(command);
    if (command.sends) this.statement = null;
    if (name === "q" || name === "quit") this.position = this.text.length;
    else if (name === "if" || name === "elif" || name === "else" || name === "endif") this.condition(command);
    else if (name === "copy") {
      if (copyReadsRows(this.text.slice(command.start, end))) this.position = rowsAfter(this.text, end, this.text.length).end;
    } else if (name === "set" || name === "unset") this.set(command);
    else if (Object.hasOwn(includes, name)) this.includeFile(command);
  }

  /** A block in the place of the query, with what was filled in inside it. */
  private runResult({ start, end }: MetaCommand): void {
    const from = this.statement;
    if (from === null) return;
    const inside = this.marks.findIndex((mark) => mark.start >= from);
    const marks =
      inside === -1 ? [] : this.marks.slice(inside).map((mark) => ({ ...mark, start: mark.start - from, end: mark.end - from }));
    const query = applied(this.text.slice(from, start), marks).trim();
    const block = harmlessGexec(query) === null ? gexecBlock(query) : null;
    if (block === null) return;
    if (inside !== -1) this.marks.length = inside;
    this.marks.push({ start: from, end, text: block });
  }

  /** The columns of the query's row as variables; what is known of them is what stands there as a constant (psql manual, "\\gset"). */
  private setResult(command: MetaCommand): void {
    const from = this.statement;
    if (from === null) return;
    const { values, given } = this.shared;
    const prefix = this.argumentsOf(command)[0] ?? "";
    const query = this.text.slice(from, command.start);
    const constants = this.conditions.includes(null) ? null : constantColumns(query);
    for (const [name, value] of constants ?? []) values.set(prefix + name, value);
    if (constants !== null) return;
    const words = new Set(query.match(/[A-Za-z_]\w*/g));
    for (const name of values.keys())
      if (name.startsWith(prefix) && (query.includes("*") || words.has(name.slice(prefix.length)))) values.set(name, given[name] ?? null);
  }

  private argumentsOf({ start, name, end }: MetaCommand): readonly (string | null)[] {
    return commandArguments(this.text.slice(start + 1 + name.length, end), this.shared.values);
  }

  /** In a branch that may not be taken it counts only where nothing else is known. */
  private set(command: MetaCommand): void {
    const [name, ...words] = this.argumentsOf(command);
    if (name === undefined || name === null) return;
    const { values } = this.shared;
    const value = command.name === "unset" ? undefined : words.includes(null) ? null : words.join("");
    const doubtful = this.conditions.includes(null) && values.has(name) && values.get(name) !== value;
    if (doubtful) values.set(name, null);
    else if (value === undefined) values.delete(name);
    else values.set(name, value);
  }

  private condition(command: MetaCommand): void {
    const { name, start, end } = command;
    if (name === "endif") {
      this.conditions.pop();
      return;
    }
    this.variables(start + 1 + name.length, end);
    const holds = name === "else" ? true : literalCondition(this.argumentsOf(command)[0] ?? "");
    if (name === "if") this.conditions.push(holds === null ? null : false);
    const taken = this.conditions.at(-1) ?? null;
    if (taken === null) return;
    this.conditions[this.conditions.length - 1] = holds === null ? null : taken || holds;
    if (holds !== null && (taken || !holds)) this.position = branchEnd(this.text, end, this.text.length);
  }

  private includeFile(command: MetaCommand): void {
    const { shared, depth } = this;
    const [name] = this.argumentsOf(command);
    if (name === undefined || name === null || depth >= DEEPEST || this.conditions.includes(null)) return;
    const file = shared.include(name, this.path, includes[command.name] ?? false);
    if (file === null || file.text.length > shared.room) return;
    shared.room -= file.text.length;
    const marks = new Script(file.text, file.path, shared, depth + 1).run();
    // psql sends what stands behind the last semicolon of a file, too.
    this.marks.push({ start: command.start, end: command.end, text: `${applied(file.text, marks)}\n;` });
  }
}

/** Of `SELECT 'a' AS x, 2 AS y` each column and what psql prints of it; null for any other query. */
function constantColumns(query: string): readonly (readonly [string, string])[] | null {
  const list = /^\s*select\s+([\s\S]*)$/i.exec(query)?.[1];
  if (list === undefined) return null;
  const column = /\s*(?:'((?:[^'\\]|'')*)'|(-?\d+(?:\.\d+)?)|(true|false))\s+(?:as\s+)?([A-Za-z_]\w*)\s*(?:,|$)/iy;
  const found: (readonly [string, string])[] = [];
  while (column.lastIndex < list.length) {
    const match = column.exec(list);
    if (match === null) return null;
    const [, text, number, truth, name = ""] = match;
    found.push([name.toLowerCase(), text?.replaceAll("''", "'") ?? number ?? (truth?.toLowerCase() === "true" ? "t" : "f")]);
  }
  return found;
}

function applied(text: string, marks: readonly Mark[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const mark of marks) {
    parts.push(text.slice(position, mark.start), mark.text);
    position = mark.end;
  }
  return parts.join("") + text.slice(position);
}
