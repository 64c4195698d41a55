import type { Catalog, Column, Relation } from "../../model/catalog.ts";
import { relationNamed } from "../../model/relation-named.ts";
import type { AlterTableCommand } from "../../model/statement.ts";
import type { Step } from "../../model/step.ts";
import { bareSql } from "./bare.ts";

/** Whether a statement that ran meets a difference. */
export type Meets = (step: Step) => boolean;

/** Words of the statement itself; what stands in a DO block or is put together there is not seen. */
export const says =
  (words: RegExp): Meets =>
  ({ statement }) =>
    words.test(bareSql(statement.sql));

/** Any of them. */
export const anyOf =
  (...all: readonly Meets[]): Meets =>
  (step) =>
    all.some((meets) => meets(step));

/** A relation that is new or was changed, and a column of it as it was before. */
interface Written {
  readonly relation: Relation;
  readonly column: Column;
  readonly earlier: Column | null;
  readonly after: Catalog;
}

/** A column that this statement wrote, in whatever way: also from within a block. */
export const writes =
  (isOne: (written: Written) => boolean): Meets =>
  ({ before, after }) => {
    if (before.relations === after.relations) return false;
    const known = new Map(before.relations.map((relation) => [relation.oid, relation]));
    return after.relations.some((relation) => {
      const was = known.get(relation.oid);
      if (was === relation) return false;
      const earlier = new Map(was?.columns.map((column) => [column.position, column]));
      return relation.columns.some((column) => {
        const old = earlier.get(column.position) ?? null;
        return old !== column && isOne({ relation, column, earlier: old, after });
      });
    });
  };

/** Text that PostgreSQL works out for the column, where it is new. */
export function newText({ column, earlier }: Written): string | null {
  const [text, old] = [column, earlier].map((one) => one?.default ?? one?.generated?.expression ?? null);
  return text === old ? null : (text ?? null);
}

export const parentsOf = ({ inherits, partitionOf }: Relation): readonly { readonly schema: string; readonly name: string }[] =>
  inherits ?? (partitionOf === null ? [] : [partitionOf]);

export function parentColumns({ relation, column, after }: Written): readonly Column[] {
  return parentsOf(relation).flatMap(({ schema, name }) => {
    const parent = after.relations.find((other) => other.schema === schema && other.name === name);
    return parent?.columns.filter((other) => other.name === column.name) ?? [];
  });
}

export const hasChildren = ({ relations }: Catalog, { schema, name }: Relation): boolean =>
  relations.some((other) => parentsOf(other).some((parent) => parent.schema === schema && parent.name === name));

/** Commands of an ALTER TABLE, and the table as it was before. */
export const commands =
  (isOne: (command: AlterTableCommand, table: Relation | null, step: Step) => boolean): Meets =>
  (step) => {
    const { statement, before } = step;
    if (statement.kind !== "alter-table") return false;
    const table = relationNamed(before, statement.relation);
    return statement.commands.some((command) => isOne(command, table, step));
  };

/** Columns of the table that the statement made optional, by name before it. */
export function loosened({ statement, before, after }: Step): readonly { readonly table: Relation; readonly column: Column }[] {
  if (statement.kind !== "alter-table") return [];
  const table = relationNamed(before, statement.relation);
  const now = after.relations.find(({ oid }) => oid === table?.oid);
  if (table === null || now === undefined) return [];
  return table.columns.flatMap((column) => {
    const later = now.columns.find(({ position }) => position === column.position);
    return column.notNull && later?.notNull === false ? [{ table, column }] : [];
  });
}
