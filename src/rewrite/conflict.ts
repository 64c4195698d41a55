import { wholeName } from "../model/pattern.ts";
import type { Step } from "../model/step.ts";
import type { Hazard } from "./draft.ts";
import { commandText } from "./statement-text.ts";

/** Why the change cannot be rewritten by itself: other pending statements build on it. Null when nothing stands in the way. */
export function conflictOf(hazard: Hazard, hazards: readonly Hazard[], steps: readonly Step[]): string | null {
  const same = hazards.filter(({ before }) => before.oid === hazard.before.oid);
  if (hazard.kind !== "rename-table" && same.some(({ kind }) => kind === "rename-table"))
    return `${hazard.before.name} itself is renamed or moved as well: rewrite one after the other, each in a migration of its own`;
  if (hazard.kind === "rename-table" && same.length > 1)
    return `${hazard.before.name} changes in other ways as well: rename it in a migration of its own, after those`;
  const position = hazard.column.before?.position ?? hazard.column.after?.position;
  if (
    hazard.kind !== "rename-table" &&
    same.some((other) => other !== hazard && (other.column.before ?? other.column.after)?.position === position)
  )
    return `the column changes in more than one way: do one change after the other, each in a migration of its own`;
  return nameTaken(hazard) ?? requiredLater(hazard, steps) ?? whoBuildsOnIt(hazard, steps) ?? insideTree(hazard) ?? columnList(hazard);
}

/** The old name stays in the stream with other values: two columns of one name cannot live side by side. */
function nameTaken({ kind, column, after }: Hazard): string | null {
  const name = column.before?.name;
  if (kind !== "rename-column" || !after.columns.some((other) => other.name === name)) return null;
  return `another column takes the name ${name} in the same migrations: leave ${name} as it is, and add the other column under a name of its own`;
}

/** Added without NOT NULL, which a statement of its own sets: that one alone has to wait. */
function requiredLater({ kind, command, column, before }: Hazard, steps: readonly Step[]): string | null {
  if (kind !== "add-required-column" || command?.kind !== "add-column" || command.column.notNull || command.column.primaryKey) return null;
  const name = column.after?.name;
  for (const { statement } of steps) {
    if (statement.kind !== "alter-table" || statement.relation.name !== before.name) continue;
    const found = statement.commands.find((each) => each.kind === "set-not-null" && each.column === name);
    if (found !== undefined)
      return `the migration is right but for the SET NOT NULL at ${found.span.path}:${found.span.start.line}: put that into a migration of its own, for when no event without ${name} has to be read any more`;
  }
  return null;
}

/** A later statement that needs the change done: it would find a second column, or a view, in its place. */
function whoBuildsOnIt({ kind, column, before, after, cause, statement, command, span }: Hazard, steps: readonly Step[]): string | null {
  if (kind === "drop-column" || kind === "set-not-null") return null;
  const name = kind === "rename-table" ? after.name : (column.after?.name ?? "");
  const tables = [before.name, after.name];
  const mentions = (sql: string): boolean => hasWord(sql, name) && tables.some((table) => hasWord(sql, table));
  const later = steps.find((step, index) => index > cause.step && mentions(step.statement.sql));
  if (later !== undefined) {
    const { path, start } = later.statement.span;
    return `the statement at ${path}:${start.line} builds on ${name} as it is after this change: move it to a migration of its own, after this change is through`;
  }
  if (statement.kind !== "alter-table" || command === null) return null;
  const beside = statement.commands.find((other) => {
    if (other.span.start.offset === command.span.start.offset || other.kind === "set-default" || other.kind === "drop-default")
      return false;
    return hasWord(commandText({ command: other, statement }), name);
  });
  return beside === undefined
    ? null
    : `the same statement at ${span.path}:${beside.span.start.line} does more with ${name}: move that to a migration of its own`;
}

const hasWord = (sql: string, name: string): boolean => wholeName(name, "giu").test(sql);

/** A trigger of the parent does not see rows written to an inheritance child. */
function insideTree({ before, baseline, kind }: Hazard): string | null {
  if (kind !== "rename-column" && kind !== "change-type") return null;
  if (before.inherits !== null && before.inherits.length > 0) return `${before.name} inherits its columns from another table`;
  const child = baseline.relations.find(({ inherits }) =>
    inherits?.some(({ schema, name }) => schema === before.schema && name === before.name),
  );
  return child === undefined
    ? null
    : `${child.schema}.${child.name} inherits from ${before.name}: a trigger would not see what is written there`;
}

/** A publication that lists columns does not send a new one, and holds on to the listed. */
function columnList({ before, baseline, kind }: Hazard): string | null {
  if (kind !== "rename-column" && kind !== "change-type") return null;
  const list = baseline.publications.find(({ tables }) =>
    tables.some(({ schema, name, columns }) => columns !== null && schema === before.schema && name === before.name),
  );
  return list === undefined
    ? null
    : `the publication ${list.name} lists the columns of ${before.name}: put the new column on its list first`;
}
