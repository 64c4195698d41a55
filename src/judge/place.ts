import type { Catalog } from "../model/catalog.ts";
import type { Cause } from "../model/impact.ts";
import type { AlterTableCommand } from "../model/statement.ts";
import type { CatalogChange, Step } from "../model/step.ts";
import type { Place } from "./rule.ts";

type CommandKind = AlterTableCommand["kind"];

/** Sub-commands of ALTER TABLE that make each change, most telling first. */
const commandsOf: Readonly<Record<CatalogChange["kind"], readonly CommandKind[]>> = {
  "relation-created": [],
  "relation-dropped": [],
  "relation-renamed": [],
  "relation-moved": [],
  "relation-recreated": [],
  "persistence-changed": ["set-logged", "set-unlogged"],
  "partition-changed": ["attach-partition", "detach-partition", "inherit", "no-inherit"],
  "column-added": ["add-column"],
  "column-dropped": ["drop-column"],
  "column-renamed": [],
  "column-recreated": ["add-column", "drop-column"],
  "column-type-changed": ["alter-type"],
  "column-nullability-changed": ["set-not-null", "drop-not-null", "add-primary-key", "add-identity"],
  "column-default-changed": ["set-default", "drop-default", "alter-type"],
  "column-generation-changed": ["drop-expression", "add-identity", "drop-identity"],
  "primary-key-changed": ["add-primary-key", "drop-constraint", "drop-column"],
  "unique-indexes-changed": ["add-unique", "drop-constraint", "drop-column"],
  "replica-identity-changed": ["replica-identity", "drop-constraint"],
};

/** The statement of a step; null for a number that is none. */
export function placeOfStep(steps: readonly Step[], index: number): Place | null {
  const step = steps[index];
  return step === undefined ? null : { span: step.statement.span, step: index };
}

/** The sub-command that made the change when its statement is an ALTER TABLE with several, else the statement. */
export function placeOfCause(steps: readonly Step[], { step: index, change }: Cause): Place | null {
  const step = steps[index];
  if (step === undefined) return null;
  const { statement } = step;
  if (statement.kind !== "alter-table" || statement.commands.length < 2) return { span: statement.span, step: index };
  const names = columnNames(step, change);
  const fitting = commandsOf[change.kind].flatMap((kind) =>
    statement.commands.filter((command) => command.kind === kind && touches(command, names) && isOfKey(command, step, change)),
  );
  return { span: (fitting[0] ?? statement).span, step: index };
}

/** Of several constraints dropped by one statement only those of the key or the unique indexes that the change is about. */
function isOfKey(command: AlterTableCommand, { before }: Step, change: CatalogChange): boolean {
  if (command.kind !== "drop-constraint") return true;
  const relation = before.relations.find(({ oid }) => oid === change.relation);
  if (change.kind === "primary-key-changed") return relation?.primaryKey?.name === command.name;
  if (change.kind === "unique-indexes-changed") return relation?.uniqueIndexes.some(({ name }) => name === command.name) === true;
  return true;
}

/** Names that the changed column has around the step; empty when the change is not of a column. */
function columnNames({ before, after }: Step, change: CatalogChange): ReadonlySet<string> {
  if (!("position" in change)) return new Set();
  const name = (catalog: Catalog, position: number): string | undefined =>
    catalog.relations.find(({ oid }) => oid === change.relation)?.columns.find((column) => column.position === position)?.name;
  const positions = "previous" in change ? [change.position, change.previous] : [change.position];
  return new Set(positions.flatMap((position) => [name(before, position), name(after, position)]).filter((found) => found !== undefined));
}

function touches(command: AlterTableCommand, names: ReadonlySet<string>): boolean {
  if (names.size === 0 || !("column" in command)) return true;
  return names.has(typeof command.column === "string" ? command.column : command.column.name);
}

/** The last statement across which `describe` gives another text. */
export function placeWhere(steps: readonly Step[], describe: (catalog: Catalog) => string): Place | null {
  const index = steps.findLastIndex(({ before, after }) => before !== after && describe(before) !== describe(after));
  return placeOfStep(steps, index);
}
