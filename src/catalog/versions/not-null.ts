import { loosened, parentsOf, writes } from "./meets.ts";
import type { Meets } from "./meets.ts";

/** DROP CONSTRAINT took NOT NULL from a column: no command says so itself. */
export const dropsNotNull =
  (ifExists: boolean): Meets =>
  (step) => {
    const { statement } = step;
    if (statement.kind !== "alter-table" || loosened(step).length === 0) return false;
    if (statement.commands.some(({ kind }) => kind === "drop-not-null")) return false;
    return statement.commands.some((command) => command.kind === "drop-constraint" && command.ifExists === ifExists);
  };

/** A child keeps the NOT NULL of its own when the parent's goes, also from within a block. */
export const childKeepsNotNull: Meets = (step) => !dropsNotNull(true)(step) && outlivesParent(step);

const outlivesParent: Meets = writes(
  ({ relation, column, earlier, after }) =>
    earlier?.notNull === true &&
    !column.notNull &&
    after.relations.some(
      (child) =>
        parentsOf(child).some(({ schema, name }) => schema === relation.schema && name === relation.name) &&
        child.columns.some(({ name, notNull }) => name === column.name && notNull),
    ),
);
