import type { Gap } from "../model/migration.ts";
import { lineEnd } from "./layout.ts";

/** One psql meta command, from its backslash up to the end of its arguments. */
export interface MetaCommand {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** It sends the statement before it, as a semicolon would. */
  readonly sends: boolean;
  readonly effect: Gap["effect"];
  readonly reason: string;
}

// From the manual page of psql, "Meta-Commands". What is not listed may do anything.
const harmless = new Set(
  (
    "a C cd conninfo copy copyright crosstabview dconfig du echo encoding errverbose f g gdesc gset gx h H help html l list lo_export lo_import " +
    "lo_list lo_unlink o out p password prompt pset qecho restrict s set setenv sf sv t T timing unrestrict unset w warn write x z ?"
  ).split(" "),
);
const sending = new Set(["g", "gx", "gdesc", "gexec", "gset", "crosstabview", "crosstabview+", "watch"]);
const reasons: Readonly<Record<string, string>> = {
  gexec: "\\gexec runs statements that psql builds from the result of a query",
  gset: "\\gset puts the result of a query into psql variables; a statement that uses one without a value is told of itself",
  if: "\\if makes what follows depend on a psql variable",
  elif: "\\elif makes what follows depend on a psql variable",
  else: "\\else makes what follows depend on a psql variable",
  endif: "\\endif closes a condition on a psql variable",
  c: "\\c connects to another database: where the rest of the file runs is unknown",
  connect: "\\connect connects to another database: where the rest of the file runs is unknown",
  "!": "\\! runs a program of the shell",
  copy: "\\copy moves rows between a file and a table; the rows are not read here",
  r: "\\r discards the statement before it",
  reset: "\\reset discards the statement before it",
};

/**
 * Reads the meta command at the backslash `start`. Its arguments end with the line, or at `\\`, which psql takes as a separator;
 * `\copy` always takes the whole line.
 */
export function metaCommandAt(text: string, start: number, endOfLine: number): MetaCommand {
  const name = /^(?:[!?]|[A-Za-z_]+)/.exec(text.slice(start + 1, start + 33))?.[0] ?? "";
  const end = commandEnd(text, start + 1 + name.length, endOfLine, name);
  const isHarmless = harmless.has(name) || /^d[A-Za-z]*$/.test(name);
  const reason =
    reasonFor(name, text.slice(start + 1 + name.length, end)) ??
    (isHarmless ? `\\${name} is a command of psql, not SQL` : `\\${name} is a psql command whose effect is not known`);
  return { name, start, end, sends: sending.has(name), effect: isHarmless ? "ignorable" : "opaque", reason };
}

function reasonFor(name: string, argument: string): string | undefined {
  const file = argument.trim().split(/\s/, 1)[0] ?? "";
  if (/^(?:i|ir|include|include_relative)$/.test(name)) {
    return `\\${name} runs ${file === "" ? "another file" : file}, which is not among the files that were read, or is a migration of its own`;
  }
  const variable = /:['"]?(?:\{\?)?([A-Za-z_]\w*)/.exec(argument)?.[1];
  if ((name === "if" || name === "elif") && variable !== undefined) {
    return `what follows \\${name} depends on the psql variable ${variable}, which nothing sets: set migrations.placeholders.${variable} in driftgate.yml`;
  }
  return reasons[name];
}

function commandEnd(text: string, from: number, limit: number, name: string): number {
  if (name === "copy" || name === "!") return limit;
  let quote = "";
  for (let i = from; i < limit; i += 1) {
    const character = text[i] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"' || character === "`") quote = character;
    else if (character === "\\") return text[i + 1] === "\\" ? i + 2 : i;
  }
  return limit;
}

/** Whether a statement is a COPY whose rows follow it in the script. */
export const readsRows = (statement: string): boolean => /^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(statement);

/** Whether a `\copy` reads rows that follow it in the script. */
export const copyReadsRows = (command: string): boolean => /^\\copy\b[\s\S]*\bfrom\s+(?:stdin|pstdin)\b/i.test(command);

/**
 * The rows behind a COPY … FROM stdin: from the line after `offset` up to and with the line `\.`. Not `ended` where there is no such line: they
 * then go to the end of the script, whatever was meant by what stands there.
 */
export function rowsAfter(
  text: string,
  offset: number,
  limit: number,
): { readonly start: number; readonly end: number; readonly ended: boolean } {
  const start = Math.min(lineEnd(text, offset) + 1, limit);
  const terminator = /^\\\.[ \t\r]*$/gm;
  terminator.lastIndex = start;
  const match = terminator.exec(text);
  if (match !== null && match.index < limit) return { start, end: match.index + match[0].length, ended: true };
  return { start, end: limit, ended: text.slice(start, limit).trim() === "" };
}

/** Where the branch of an \if ends that psql does not take: at the \elif, \else or \endif of the same condition. */
export function branchEnd(text: string, from: number, limit: number): number {
  const command = /\\(if|elif|else|endif)\b/g;
  command.lastIndex = from;
  let depth = 0;
  for (let match = command.exec(text); match !== null && match.index < limit; match = command.exec(text)) {
    const name = match[1];
    if (name === "if") depth += 1;
    else if (depth === 0) return match.index;
    else if (name === "endif") depth -= 1;
  }
  return limit;
}

/** A condition that is a plain truth value, as psql's ParseVariableBool reads it; null where it is something else. */
export function literalCondition(argument: string): boolean | null {
  const word = argument.trim().toLowerCase();
  if (word === "") return null;
  if (word === "1" || word === "on" || "true".startsWith(word) || "yes".startsWith(word)) return true;
  return word === "0" || (word.length > 1 && "off".startsWith(word)) || "false".startsWith(word) || "no".startsWith(word) ? false : null;
}
