import type { Migration, MigrationTool } from "../model/migration.ts";
import type { SetupChoices } from "../model/setup.ts";
import { framed } from "../rewrite/frame.ts";
import { namingAfter } from "../rewrite/naming.ts";
import { driftgateYaml, workflow } from "../setup/project-files.ts";
import { connectorFile, connectorPage } from "../setup/setup.ts";
import type { SetupPlan } from "../setup/setup.ts";

/** A file to come. */
export interface InitFile {
  readonly path: string;
  readonly text: string;
  /** In a few words. */
  readonly what: string;
}

export interface InitTarget {
  /** What the project has, in order; empty: a new project. */
  readonly migrations: readonly Migration[];
  /** The migrations folder. */
  readonly root: string;
  readonly tool: MigrationTool;
  readonly connectorPath: string;
  /** `20261127101500`, for the first migration of a tool that numbers by time. */
  readonly timestamp: string;
}

const migrationName = "change_data_capture";

/** Every file of a new set-up, in the order in which a reader wants them. */
export function initFiles(plan: SetupPlan, choices: SetupChoices, target: InitTarget): readonly InitFile[] {
  const { connectorPath, root, tool } = target;
  const project = { migrations: root, tool, connector: connectorPath };
  const format = connectorPath.endsWith(".jsonc") ? "jsonc" : "json";
  return [
    { path: connectorPath, text: connectorFile(plan, choices, format), what: "the connector's configuration" },
    {
      path: connectorPath.replace(/\.jsonc?$/, "").concat(".md"),
      text: connectorPage(plan, choices),
      what: "why each setting is as it is, and what to do by hand",
    },
    ...migrationFiles(plan, target),
    { path: "driftgate.yml", text: driftgateYaml(project, choices), what: "what driftgate check compares" },
    { path: ".github/workflows/driftgate.yml", text: workflow(project, choices), what: "the check on pull requests" },
  ];
}

function migrationFiles(plan: SetupPlan, target: InitTarget): readonly InitFile[] {
  const last = target.migrations.at(-1);
  const like = last ?? firstOf(target);
  const path = last === undefined ? like.path : namingAfter(target.migrations, last)(migrationName, 0);
  const files = framed(like, path, { name: migrationName, statements: plan.statements, autocommit: false });
  return files.map((file) => ({
    path: file.path,
    text: file.sql,
    what:
      file.path === path
        ? "heartbeat, signals, publication, role and replica identities, for the database"
        : "beside it, as the migration tool wants",
  }));
}

/** Where the tool looks for its first migration. */
function firstOf({ root, tool, timestamp }: InitTarget): Migration {
  const dated = `${timestamp}_${migrationName}.sql`;
  const paths: Readonly<Record<MigrationTool, string>> = {
    alembic: dated,
    atlas: dated,
    django: dated,
    "graphile-migrate": "current.sql",
    knex: dated,
    kysely: dated,
    "mikro-orm": dated,
    "node-pg-migrate": dated,
    "postgres-migrations": `1_${migrationName}.sql`,
    rails: dated,
    refinery: `V1__${migrationName}.sql`,
    sequelize: dated,
    "sql-migrate": dated,
    tern: `001_${migrationName}.sql`,
    typeorm: dated,
    yoyo: dated,
    flyway: `V1__${migrationName}.sql`,
    "golang-migrate": `000001_${migrationName}.up.sql`,
    goose: `${timestamp}_${migrationName}.sql`,
    dbmate: `${timestamp}_${migrationName}.sql`,
    prisma: `${timestamp}_${migrationName}/migration.sql`,
    drizzle: `0000_${migrationName}.sql`,
    diesel: `${timestamp}_${migrationName}/up.sql`,
    sqlx: `${timestamp}_${migrationName}.sql`,
    sqitch: `deploy/${migrationName}.sql`,
    liquibase: `${migrationName}.sql`,
    supabase: `${timestamp}_${migrationName}.sql`,
    plain: `0001_${migrationName}.sql`,
  };
  const path = `${root}/${paths[tool]}`;
  return {
    id: path,
    tool,
    path,
    text: "",
    pieces: [],
    order: 0,
    transactional: tool !== "plain",
    state: "pending",
    gaps: [],
    repeatable: false,
  };
}

/** Where a new project keeps the migrations of a tool. */
export const usualRoot: Readonly<Record<MigrationTool, string>> = {
  alembic: "migrations/versions",
  atlas: "migrations",
  django: "migrations",
  "graphile-migrate": "migrations",
  knex: "migrations",
  kysely: "migrations",
  "mikro-orm": "migrations",
  "node-pg-migrate": "migrations",
  "postgres-migrations": "migrations",
  rails: "db/migrate",
  refinery: "migrations",
  sequelize: "migrations",
  "sql-migrate": "migrations",
  tern: "migrations",
  typeorm: "migrations",
  yoyo: "migrations",
  flyway: "db/migration",
  "golang-migrate": "migrations",
  goose: "migrations",
  dbmate: "db/migrations",
  prisma: "prisma/migrations",
  drizzle: "drizzle",
  diesel: "migrations",
  sqlx: "migrations",
  sqitch: ".",
  liquibase: "changelog",
  supabase: "supabase/migrations",
  plain: "migrations",
};
