import type { Migration, Substitution } from "../model/migration.ts";
import type { Span } from "../model/span.ts";

interface Place {
  readonly span: Span;
  /** Index of its piece. */
  readonly piece: number;
}

/**
 * Whether the statement stands in the migration's own text. It does not where the whole of it came in for something else: another file for
 * psql's `\i`, what `\gexec` built, the SQL that a command printed, the value of a placeholder. Nothing can be put in its place then.
 */
export function isWritten(migration: Migration, statement: Place): boolean {
  const { start, end } = statement.span;
  return !substitutions(migration, statement).some((one) => one.start <= start.offset && end.offset <= one.end);
}

/** What to tell of the placeholders in the statement that a plan replaces; empty where there are none. */
export function placeholderNotes(migration: Migration, statement: Place): readonly string[] {
  const { start, end } = statement.span;
  const inside = substitutions(migration, statement).filter((one) => start.offset <= one.start && one.end <= end.offset);
  const names = [...new Set(inside.map((one) => migration.text.slice(one.start, one.end)))];
  return names.length === 0
    ? []
    : [`The values of ${names.join(", ")} are written out in the plan's SQL: put the placeholders back where they are needed.`];
}

const substitutions = ({ pieces }: Migration, { piece }: Place): readonly Substitution[] => pieces[piece]?.substitutions ?? [];
