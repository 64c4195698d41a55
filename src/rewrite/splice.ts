import type { Migration } from "../model/migration.ts";
import { toFileOffset } from "../model/position.ts";
import type { RewriteFile } from "../model/report.ts";
import type { Draft, Hazard } from "./draft.ts";
import { changeset, statementsFor } from "./frame.ts";
import { withoutCommands } from "./statement-text.ts";

export interface Planned {
  readonly hazard: Hazard;
  readonly draft: Draft;
  readonly migration: Migration;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The pending file with the statements of all its plans replaced; all else in it stays to the letter. */
export function expandedFile(path: string, plans: readonly Planned[]): RewriteFile {
  const first = plans[0];
  if (first === undefined) return { path, sql: "" };
  const byStatement = new Map<number, Planned[]>();
  for (const plan of plans) {
    const start = plan.hazard.statement.span.start.offset;
    byStatement.set(start, [...(byStatement.get(start) ?? []), plan]);
  }
  const edits = [...byStatement.values()].flatMap((group) => editsOf(group, first.migration.text));
  return { path, sql: edits.sort((a, b) => b.start - a.start).reduce(apply, first.migration.text) };
}

const apply = (text: string, { start, end, text: replacement }: Edit): string => text.slice(0, start) + replacement + text.slice(end);

/** Every plan of one statement together: what stays of it, then what comes in its place. */
function editsOf(group: readonly Planned[], text: string): readonly Edit[] {
  const head = group[0];
  if (head === undefined) return [];
  const { statement } = head.hazard;
  const { tool } = head.migration;
  const cut = group.flatMap(({ hazard, draft }) => [hazard.command?.span ?? statement.span, ...draft.alsoCut]);
  const kept = withoutCommands(text, statement, cut);
  const added = group.flatMap(({ hazard, draft }) => withComment(hazard, draft));
  const { inline, apart } = tool === "liquibase" ? splitAtFunction(added) : { inline: added, apart: [] };
  const body = [...(kept === null ? [] : [`${kept};`]), ...inline.map((part) => render(tool, part))];
  const separator = tool === "drizzle" ? "\n--> statement-breakpoint\n" : "\n\n";
  const [start, end] = [statement.span.start.offset, endWithSemicolon(text, statement.span.end.offset)];
  const edit = { start, end, text: withLineEnds(text, body.join(separator)) };
  if (apart.length === 0) return [edit];
  const at = endOfMigration(head.migration);
  const name = `sync_${head.hazard.before.name}_${statement.span.start.line}`;
  const extra = `\n\n${changeset(head.migration, name, false)}\n${apart.map((part) => render(tool, part)).join("\n\n")}\n`;
  return [edit, { start: at, end: at, text: withLineEnds(text, extra) }];
}

/** A comment, a statement, or both. */
interface Part {
  readonly comment: string | null;
  readonly statement: string | null;
}

function withComment({ column, before, kind }: Hazard, { expand }: Draft): readonly Part[] {
  const name = column.before?.name ?? column.after?.name ?? before.name;
  const comment = `-- ${comments[kind].replaceAll("$1", name.replaceAll(/\s+/g, " "))}`;
  const [first, ...rest] = expand;
  return [{ comment, statement: first ?? null }, ...rest.map((statement) => ({ comment: null, statement }))];
}

const comments: Readonly<Record<Hazard["kind"], string>> = {
  "rename-column": "$1 and its new name live side by side; a trigger keeps them equal. A later migration drops the old name.",
  "drop-column": "$1 stays for now but need not be written; a later migration drops it.",
  "change-type": "$1 gets a second column of the new type; a trigger keeps both in step. A later migration drops the old one.",
  "set-not-null": "$1 becomes NOT NULL in a later migration.",
  "add-required-column": "$1 starts with a value that old records can be read with; a later migration makes it as wanted.",
  "rename-table": "A view carries the new name; a later migration renames $1 itself.",
};

function render(tool: Planned["migration"]["tool"], { comment, statement }: Part): string {
  return [...(comment === null ? [] : [comment]), ...(statement === null ? [] : [statementsFor(tool, [statement])])].join("\n");
}

function splitAtFunction(parts: readonly Part[]): { readonly inline: readonly Part[]; readonly apart: readonly Part[] } {
  const at = parts.findIndex(({ statement }) => statement?.includes(";") ?? false);
  return at === -1 ? { inline: parts, apart: [] } : { inline: parts.slice(0, at), apart: parts.slice(at) };
}

function endWithSemicolon(text: string, end: number): number {
  const match = /^\s*;/.exec(text.slice(end, end + 200));
  return match === null ? end : end + match[0].length;
}

function endOfMigration({ pieces, text }: Migration): number {
  const last = pieces.at(-1);
  return last === undefined ? text.length : text.slice(0, toFileOffset(last, last.sql.length, "end")).trimEnd().length;
}

const withLineEnds = (like: string, text: string): string => (like.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text);
