import type { Step } from "../../model/step.ts";
import { bareSql } from "./bare.ts";
import type { VersionDifference } from "./difference.ts";
import { anyOf, commands, hasChildren, loosened, says, writes } from "./meets.ts";
import type { Meets } from "./meets.ts";
import { dropsNotNull } from "./not-null.ts";

/** PostgreSQL's own name of a NOT NULL, where the column has one: the catalog lists no names of constraints. */
const namesNotNull: Meets = anyOf(
  commands((command, table) => command.kind === "validate-constraint" && isOwnName(command.name, table)),
  ({ statement, before }) =>
    statement.kind === "rename" &&
    statement.object === "constraint" &&
    before.relations.some((table) => table.name === statement.relation?.name && isOwnName(statement.from, table)),
);

const isOwnName = (name: string, table: Step["before"]["relations"][number] | null): boolean =>
  table?.columns.some((column) => column.notNull && name === `${table.name}_${column.name}_not_null`) ?? false;

const publishes =
  (isOne: (publication: Step["after"]["publications"][number], after: Step["after"]) => boolean): Meets =>
  ({ before, after }) =>
    after.publications.some((publication) => !before.publications.includes(publication) && isOne(publication, after));

/** What came with PostgreSQL 18, but for functions. */
export const refusedBefore18: readonly VersionDifference[] = [
  {
    id: "virtual-column",
    since: 18,
    what: "virtual generated columns, and GENERATED without STORED, came with 18",
    kind: "refused-before",
    meets: writes(({ column, earlier }) => column.generated?.kind === "virtual" && earlier?.generated?.kind !== "virtual"),
  },
  {
    id: "not-null-constraint-added",
    since: 18,
    what: "NOT NULL as a constraint of the table (ADD NOT NULL, NOT VALID, NO INHERIT) came with 18",
    kind: "refused-before",
    meets: anyOf(
      says(/\bALTER\s+TABLE\b[\s\S]*\bADD\s+(?:CONSTRAINT\s+\S+\s+)?NOT\s+NULL\b/i),
      says(/\bCREATE\b[\s\S]*\bTABLE\b[\s\S]*(?:[(,]\s*(?:CONSTRAINT\s+\S+\s+)?NOT\s+NULL\s+\S|\bNOT\s+NULL\s+NO\s+INHERIT\b)/i),
    ),
  },
  {
    id: "not-null-constraint-dropped",
    since: 18,
    what: "a NOT NULL is a constraint with a name only since 18, and before that there is none of this name to drop, to rename or to validate",
    kind: "refused-before",
    meets: anyOf(dropsNotNull(false), namesNotNull),
  },
  {
    id: "not-enforced",
    since: 18,
    what: "constraints that are NOT ENFORCED came with 18",
    kind: "refused-before",
    meets: says(/\b(?:CREATE|ALTER)\b[\s\S]*\bTABLE\b[\s\S]*\bENFORCED\b/i),
  },
  {
    id: "without-overlaps",
    since: 18,
    what: "keys WITHOUT OVERLAPS, and foreign keys with PERIOD, came with 18",
    kind: "refused-before",
    meets: says(/\bTABLE\b[\s\S]*(?:\bWITHOUT\s+OVERLAPS\b|,\s*PERIOD\s)/i),
  },
  {
    id: "generated-columns-published",
    since: 18,
    what: "publications take generated columns only since 18",
    kind: "refused-before",
    meets: anyOf(
      publishes(({ generatedColumns }) => generatedColumns !== "none"),
      says(/\bPUBLICATION\b[\s\S]*\bpublish_generated_columns\b/i),
      publishes(({ tables }, { relations }) =>
        tables.some(({ schema, name, columns }) =>
          relations.some(
            (table) =>
              table.schema === schema &&
              table.name === name &&
              table.columns.some((one) => one.generated !== null && columns?.includes(one.name)),
          ),
        ),
      ),
    ),
  },
  {
    id: "partitioned-key-not-valid",
    since: 18,
    what: "a foreign key of a partitioned table can be NOT VALID only since 18",
    kind: "refused-before",
    meets: commands((command, table) => command.kind === "add-foreign-key" && command.notValid && table?.kind === "partitioned"),
  },
  {
    id: "partitioned-only-drop-not-null",
    since: 18,
    what: "ALTER TABLE ONLY … DROP NOT NULL needs a table without partitions before 18",
    kind: "refused-before",
    meets: (step) =>
      /\bONLY\b/i.test(bareSql(step.statement.sql)) &&
      step.statement.kind === "alter-table" &&
      step.statement.commands.some(({ kind }) => kind === "drop-not-null") &&
      loosened(step).some(({ table }) => table.kind === "partitioned" && hasChildren(step.before, table)),
  },
  {
    id: "partitioned-not-null-of-new",
    since: 18,
    what: "one ALTER TABLE of a table with partitions cannot add a column and SET NOT NULL on it before 18; two can",
    kind: "refused-before",
    meets: commands(
      (command, table, { statement, before }) =>
        command.kind === "set-not-null" &&
        table?.kind === "partitioned" &&
        hasChildren(before, table) &&
        statement.kind === "alter-table" &&
        statement.commands.some((other) => other.kind === "add-column" && other.column.name === command.column),
    ),
  },
  {
    id: "foreign-table-like",
    since: 18,
    what: "CREATE FOREIGN TABLE takes LIKE only since 18",
    kind: "refused-before",
    meets: says(/\bCREATE\s+FOREIGN\s+TABLE\b[\s\S]*\(\s*(?:[\s\S]*,\s*)?LIKE\b/i),
  },
  {
    id: "returning-old-new",
    since: 18,
    what: "RETURNING gives old and new rows only since 18",
    kind: "refused-before",
    meets: anyOf(
      says(/\bRETURNING\s+WITH\s*\(/i),
      (step) => step.statement.kind === "dml" && says(/\bRETURNING\b[^;]*\b(?:old|new)\s*\./i)(step),
    ),
  },
];
