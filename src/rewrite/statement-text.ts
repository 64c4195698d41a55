import type { Span } from "../model/span.ts";
import type { Statement } from "../model/statement.ts";
import type { Hazard } from "./draft.ts";

/** The sub-command as the user wrote it, or the statement where it has none. */
export function commandText({ command, statement }: Pick<Hazard, "command" | "statement">): string {
  if (command === null) return statement.sql;
  const start = command.span.start.offset - statement.span.start.offset;
  return statement.sql.slice(start, start + command.span.end.offset - command.span.start.offset);
}

/** The user's statement as a statement of its own: whole, or the one sub-command of several. */
export function userStatement(hazard: Hazard): string {
  const { statement, command, table } = hazard;
  if (statement.kind !== "alter-table" || command === null || statement.commands.length === 1) return statement.sql;
  return `ALTER TABLE ${table} ${commandText(hazard)}`;
}

/**
 * What stays of ALTER TABLE when sub-commands are cut: the user's own text with holes; null when nothing stays.
 * @param text the file
 * @param cut spans of sub-commands of the statement
 */
export function withoutCommands(text: string, statement: Statement, cut: readonly Span[]): string | null {
  if (statement.kind !== "alter-table") return null;
  const gone = new Set(cut.map(({ start }) => start.offset));
  const kept = statement.commands.filter(({ span }) => !gone.has(span.start.offset));
  const first = statement.commands[0];
  if (kept.length === 0 || first === undefined) return null;
  const head = text.slice(statement.span.start.offset, first.span.start.offset);
  return head + kept.map(({ span }) => text.slice(span.start.offset, span.end.offset)).join(", ");
}
