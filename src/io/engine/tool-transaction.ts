import type { Statement } from "../../model/statement.ts";
import type { Run } from "./run.ts";
import type { MigrationTool } from "../../model/migration.ts";

/**
 * What comes behind a COMMIT or ROLLBACK in the file of a tool that wraps:
 * - "message": the tool sends a piece as one simple query; the rest of the piece is a block of its own, that of a later piece another
 *   (protocol manual, "Multiple Statements in a Simple Query"). As with sqlx, Prisma, golang-migrate, dbmate, Diesel, tern, node-pg.
 * - "begins": the driver sends BEGIN before a statement whenever none is open: JDBC and psycopg without autocommit.
 * - "alone": the tool cuts the file and sends each statement by itself on a connection whose transaction it believes open
 *   (goose: migration_sql.go; sql-migrate: applyMigrations in migrate.go; Atlas: Executor in sql/migrate).
 */
type Behind = "message" | "begins" | "alone";

const behind: Readonly<Partial<Record<MigrationTool, Behind>>> = {
  alembic: "begins",
  atlas: "alone",
  django: "begins",
  flyway: "begins",
  goose: "alone",
  liquibase: "begins",
  "sql-migrate": "alone",
  yoyo: "begins",
};

export const behindCommit = (tool: MigrationTool): Behind => behind[tool] ?? "message";

/** Whether this statement is the first of a transaction that its text does not begin. */
export function mustBegin({ wrapped, open, endedIn, migration, statements }: Run, statement: Statement): boolean {
  if (!wrapped || open || (statement.kind === "transaction" && statement.action === "begin")) return false;
  if (endedIn === null) return true;
  const rest = behindCommit(migration.tool);
  // A query of one statement is no block: what refuses to run in one does run.
  return rest === "begins" || (rest === "message" && statements.some((other) => other !== statement && other.piece === statement.piece));
}

/** Each piece behind the one that ended the tool's transaction is a block of its own. */
export function endsBlock({ statements, open, endedIn, migration }: Run, at: number): boolean {
  const piece = statements[at]?.piece;
  if (!open || endedIn === null || piece === undefined || piece === statements[at - 1]?.piece) return false;
  return behindCommit(migration.tool) === "message";
}
