import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { Cause, RelationImpact } from "../model/impact.ts";
import type { AlterTableCommand, QualifiedName, Statement } from "../model/statement.ts";
import type { Step } from "../model/step.ts";
import { demandsOf } from "./demands.ts";
import type { Hazard } from "./draft.ts";
import { keepsDefault } from "./field.ts";
import { ident, relationName } from "../model/sql-name.ts";
import { subjectWords, topicWords } from "./words.ts";

/** A change no recipe can start from, with the reason; it still stands for the findings it made. */
export interface Unplaced {
  readonly cause: Cause;
  readonly relation: Relation;
  readonly column: { readonly before: Column | null; readonly after: Column | null };
  readonly reason: string;
}

export interface Hazards {
  readonly hazards: readonly Hazard[];
  readonly unplaced: readonly Unplaced[];
}

/** The net changes of captured relations that a recipe is for, one each however many connectors capture the relation. */
export function hazardsOf(impacts: readonly RelationImpact[], steps: readonly Step[]): Hazards {
  const baseline = steps[0]?.before;
  const final = steps.at(-1)?.after;
  if (baseline === undefined || final === undefined) return { hazards: [], unplaced: [] };
  const found = [...groupByRelation(impacts).values()].flatMap((group) => {
    const causes = group.find(({ causes: list }) => list.length > 0)?.causes ?? [];
    return causes.flatMap((cause) => hazardOf(cause, group, steps, { baseline, final }));
  });
  return {
    hazards: found.filter((entry): entry is Hazard => !("reason" in entry)),
    unplaced: found.filter((entry): entry is Unplaced => "reason" in entry),
  };
}

function groupByRelation(impacts: readonly RelationImpact[]): ReadonlyMap<number, readonly RelationImpact[]> {
  const groups = new Map<number, RelationImpact[]>();
  for (const impact of impacts) {
    const oid = impact.before?.oid ?? impact.after?.oid;
    if (oid === undefined || impact.after === null) continue;
    groups.set(oid, [...(groups.get(oid) ?? []), impact]);
  }
  return groups;
}

interface Ends {
  readonly baseline: Catalog;
  readonly final: Catalog;
}

function hazardOf(cause: Cause, impacts: readonly RelationImpact[], steps: readonly Step[], ends: Ends): readonly (Hazard | Unplaced)[] {
  const kind = kindOf(cause, ends.final);
  const { before, after } = impacts[0] ?? { before: null, after: null };
  if (kind === null || before === null || after === null) return [];
  const step = steps[cause.step];
  const column = columnsOf(cause, before, after);
  // With a default in the stream old records can be read: whatever is found of such a column, another way to add it does not settle it.
  if (kind === "add-required-column" && keepsDefault({ impacts, column }, "after")) return [];
  if (step === undefined) return [{ cause, relation: before, column, reason: "no statement could be told to make the change" }];
  const { statement } = step;
  const command = commandOf(kind, statement, column);
  const written = writtenRelation(statement);
  if (written === null || (statement.kind === "alter-table" && command === null))
    return [{ cause, relation: before, column, reason: "the change is not made by a plain ALTER TABLE but inside another statement" }];
  if (step.error !== null || step.certainty === "unknown")
    return [{ cause, relation: before, column, reason: step.reason ?? "what the statement does is not known" }];
  const withSchema = written.schema !== null || ends.baseline.searchPath[0] !== before.schema;
  return [
    {
      kind,
      cause,
      step,
      statement,
      command,
      span: command !== null && statement.kind === "alter-table" && statement.commands.length > 1 ? command.span : statement.span,
      before,
      after,
      column,
      impacts,
      ...ends,
      demands: demandsOf(impacts),
      table: relationName(before, withSchema),
      withSchema,
      prefix: withSchema ? `${ident(before.schema)}.` : "",
      topics: topicWords(impacts),
      subjects: subjectWords(impacts),
    },
  ];
}

function kindOf({ change }: Cause, final: Catalog): Hazard["kind"] | null {
  switch (change.kind) {
    case "column-renamed":
      return "rename-column";
    case "column-dropped":
      return "drop-column";
    case "column-type-changed":
      return "change-type";
    case "column-nullability-changed":
      return change.notNull ? "set-not-null" : null;
    case "column-added": {
      const relation = final.relations.find(({ oid }) => oid === change.relation);
      return relation?.columns.find(({ position }) => position === change.position)?.notNull === true ? "add-required-column" : null;
    }
    case "relation-renamed":
    case "relation-moved":
      return "rename-table";
    default:
      return null;
  }
}

function columnsOf({ change }: Cause, before: Relation, after: Relation): Hazard["column"] {
  const at = (relation: Relation): Column | null =>
    "position" in change ? (relation.columns.find(({ position }) => position === change.position) ?? null) : null;
  return { before: at(before), after: at(after) };
}

function commandOf(kind: Hazard["kind"], statement: Statement, { before, after }: Hazard["column"]): AlterTableCommand | null {
  if (statement.kind !== "alter-table") return null;
  const names = [before?.name, after?.name];
  const fits = (command: AlterTableCommand): boolean => {
    if (kind === "add-required-column") return command.kind === "add-column" && names.includes(command.column.name);
    const wanted = { "drop-column": "drop-column", "change-type": "alter-type", "set-not-null": "set-not-null" }[String(kind)];
    return command.kind === wanted && "column" in command && typeof command.column === "string" && names.includes(command.column);
  };
  return statement.commands.find(fits) ?? null;
}

function writtenRelation(statement: Statement): QualifiedName | null {
  if (statement.kind === "alter-table" || statement.kind === "set-schema") return statement.relation;
  return statement.kind === "rename" && (statement.object === "column" || statement.object === "table")
    ? (statement.relation ?? { schema: null, name: statement.from })
    : null;
}
