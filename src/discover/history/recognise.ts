import type { Catalog, Relation } from "../../model/catalog.ts";
import type { MigrationTool } from "../../model/migration.ts";

/** How a tool's history table looks. */
interface Signature {
  readonly tool: MigrationTool;
  /** Its name unless the user chose another; null where the columns alone tell. */
  readonly name: string;
  readonly columns: readonly string[];
  /** No other tool's table has these columns, so that it is recognised under any name. */
  readonly distinct: boolean;
  /** Column that keeps the order in which rows were written. */
  readonly order: string;
  readonly lock: string | null;
}

const signatures: readonly Signature[] = [
  {
    tool: "flyway",
    name: "flyway_schema_history",
    columns: ["installed_rank", "version", "script", "checksum", "success"],
    distinct: true,
    order: "installed_rank",
    lock: null,
  },
  {
    tool: "liquibase",
    name: "databasechangelog",
    columns: ["orderexecuted", "md5sum", "exectype", "filename"],
    distinct: true,
    order: "orderexecuted",
    lock: "databasechangeloglock",
  },
  { tool: "golang-migrate", name: "schema_migrations", columns: ["version", "dirty"], distinct: true, order: "version", lock: null },
  { tool: "goose", name: "goose_db_version", columns: ["id", "version_id", "is_applied"], distinct: true, order: "id", lock: null },
  {
    tool: "atlas",
    name: "atlas_schema_revisions",
    columns: ["version", "applied", "total", "hash", "partial_hashes"],
    distinct: true,
    order: "version",
    lock: null,
  },
  {
    tool: "prisma",
    name: "_prisma_migrations",
    columns: ["checksum", "finished_at", "migration_name", "rolled_back_at"],
    distinct: true,
    order: "started_at",
    lock: null,
  },
  {
    tool: "sqlx",
    name: "_sqlx_migrations",
    columns: ["version", "success", "checksum", "execution_time", "installed_on"],
    distinct: true,
    order: "version",
    lock: null,
  },
  {
    tool: "refinery",
    name: "refinery_schema_history",
    columns: ["version", "name", "applied_on", "checksum"],
    distinct: true,
    order: "version",
    lock: null,
  },
  {
    tool: "drizzle",
    name: "__drizzle_migrations",
    columns: ["id", "hash", "created_at"],
    distinct: false,
    order: "created_at",
    lock: null,
  },
  {
    tool: "sqitch",
    name: "changes",
    columns: ["change_id", "script_hash", "change", "project", "committed_at"],
    distinct: true,
    order: "committed_at",
    lock: null,
  },
  {
    tool: "graphile-migrate",
    name: "migrations",
    columns: ["hash", "previous_hash", "filename", "date"],
    distinct: true,
    order: "filename",
    lock: null,
  },
  {
    tool: "postgres-migrations",
    name: "migrations",
    columns: ["id", "name", "hash", "executed_at"],
    distinct: false,
    order: "id",
    lock: null,
  },
  { tool: "typeorm", name: "migrations", columns: ["id", "timestamp", "name"], distinct: false, order: "id", lock: null },
  { tool: "node-pg-migrate", name: "pgmigrations", columns: ["id", "name", "run_on"], distinct: true, order: "id", lock: null },
  { tool: "knex", name: "knex_migrations", columns: ["id", "name", "batch", "migration_time"], distinct: true, order: "id", lock: "_lock" },
  { tool: "sequelize", name: "SequelizeMeta", columns: ["name"], distinct: false, order: "name", lock: null },
  { tool: "kysely", name: "kysely_migration", columns: ["name", "timestamp"], distinct: false, order: "name", lock: "_lock" },
  { tool: "mikro-orm", name: "mikro_orm_migrations", columns: ["id", "name", "executed_at"], distinct: false, order: "id", lock: null },
  { tool: "alembic", name: "alembic_version", columns: ["version_num"], distinct: true, order: "version_num", lock: null },
  { tool: "django", name: "django_migrations", columns: ["id", "app", "name", "applied"], distinct: true, order: "id", lock: null },
  {
    tool: "yoyo",
    name: "_yoyo_migration",
    columns: ["migration_hash", "migration_id", "applied_at_utc"],
    distinct: true,
    order: "applied_at_utc",
    lock: "yoyo_lock",
  },
  { tool: "diesel", name: "__diesel_schema_migrations", columns: ["version", "run_on"], distinct: true, order: "version", lock: null },
  { tool: "sql-migrate", name: "gorp_migrations", columns: ["id", "applied_at"], distinct: false, order: "id", lock: null },
  { tool: "tern", name: "schema_version", columns: ["version"], distinct: false, order: "version", lock: null },
  { tool: "supabase", name: "schema_migrations", columns: ["version", "statements", "name"], distinct: true, order: "version", lock: null },
  { tool: "rails", name: "schema_migrations", columns: ["version"], distinct: false, order: "version", lock: null },
  { tool: "dbmate", name: "schema_migrations", columns: ["version"], distinct: false, order: "version", lock: null },
];

/** A table of a database that a tool keeps its history in. */
export interface FoundTable {
  readonly tool: MigrationTool;
  readonly schema: string;
  readonly name: string;
  /** Column to order its rows by. */
  readonly order: string;
  readonly lock: string | null;
}

/**
 * The history tables of a database. Names alone do not tell the tools apart: `schema_migrations` is that of four, `migrations` of three, so
 * the columns count too.
 * @param chosen the user's own name of the table, `name` or `schema.name`; null for the tool's
 */
export function historyTables(catalog: Catalog, chosen: string | null): readonly FoundTable[] {
  const isRails = catalog.relations.some(({ name }) => name === "ar_internal_metadata");
  return catalog.relations.flatMap((relation) => {
    const isChosen = chosen !== null && (relation.name === chosen || `${relation.schema}.${relation.name}` === chosen);
    if (chosen !== null && !isChosen) return [];
    return signatures
      .filter(
        (signature) =>
          fits(relation, signature, isChosen) && (signature.tool !== "rails" || isRails) && (signature.tool !== "dbmate" || !isRails),
      )
      .map(({ tool, order, lock }) => ({
        tool,
        schema: relation.schema,
        name: relation.name,
        order,
        lock: lockOf(catalog, relation, lock),
      }));
  });
}

function fits(relation: Relation, { tool, name, columns, distinct }: Signature, isChosen: boolean): boolean {
  const own = relation.columns.map((column) => column.name);
  if (!columns.every((column) => own.includes(column))) return false;
  // Flyway's table has all columns of sqlx's, and more.
  if (tool === "sqlx" && own.includes("installed_rank")) return false;
  // Two tools differ by a column that one of them lacks.
  if (columns.length === 1 && own.length !== 1 && columns[0] !== "version_num") return false;
  if (columns.includes("name") && columns.includes("timestamp") && columns.length === 2 && own.includes("id")) return false;
  return isChosen || distinct || relation.name === name;
}

/** A lock table stands beside: under a name of its own, or the history's with an ending (Knex, Kysely). */
function lockOf(catalog: Catalog, { schema, name }: Relation, lock: string | null): string | null {
  const wanted = lock?.startsWith("_") === true ? `${name}${lock}` : lock;
  return catalog.relations.some((other) => other.schema === schema && other.name === wanted) ? wanted : null;
}
