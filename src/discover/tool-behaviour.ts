import type { MigrationTool } from "../model/migration.ts";

type ByTool = Readonly<Record<MigrationTool, string>>;

const unnoticed = (tool: string): string =>
  `${tool} does not notice: databases that have it keep the old version, new ones get the new one`;

/** What each tool does about an applied migration whose text changed, from its documentation or source. */
export const whenEdited: ByTool = {
  flyway: "Flyway refuses to migrate (validate: migration checksum mismatch)",
  liquibase: "Liquibase refuses to update (validation failed: checksum)",
  sqlx: "sqlx refuses to run (VersionMismatch)",
  prisma: "Prisma only warns on deploy and wants to reset the database on dev: databases that have it keep the old version",
  sqitch: unnoticed("Sqitch"),
  drizzle: unnoticed("Drizzle"),
  diesel: unnoticed("Diesel"),
  "golang-migrate": unnoticed("golang-migrate"),
  goose: unnoticed("goose"),
  dbmate: unnoticed("dbmate"),
  supabase: unnoticed("the Supabase CLI"),
  plain: "databases that have it keep the old version, new ones get the new one, unless the runner checks",
};

/** What each tool does about an applied migration that is no longer there. */
export const whenDeleted: ByTool = {
  flyway: "it was applied; Flyway refuses to migrate (validate: applied migration not resolved locally)",
  liquibase: "it was applied; Liquibase does not notice, and new databases do not get it",
  sqlx: "it was applied; sqlx refuses to run (VersionMissing)",
  prisma: "it was applied; Prisma says nothing on deploy, and new databases do not get it",
  sqitch: "it was applied; Sqitch cannot find it in the plan any more and refuses to deploy",
  drizzle: "it was applied; Drizzle does not notice, and new databases do not get it",
  diesel: "it was applied; Diesel does not notice, and new databases do not get it",
  "golang-migrate": "it was applied; golang-migrate refuses to run when it is the current version, and new databases do not get it",
  goose: "it was applied; goose does not notice, and new databases do not get it",
  dbmate: "it was applied; dbmate does not notice, and new databases do not get it",
  supabase: "it was applied; the Supabase CLI refuses to push (remote migration versions not found locally)",
  plain: "it was applied; new databases do not get it",
};

const runsAgain = (tool: string): string => `${tool} knows migrations by name and would run it again`;
const versionOnly = (tool: string): string => `${tool} knows migrations by version and does not notice`;

/** What each tool does about an applied migration under another name. */
export const whenRenamed: ByTool = {
  flyway: "Flyway refuses to migrate when the version or the description changed (validate), and runs a new version again",
  liquibase: "Liquibase knows changesets by file path, author and id, and would run it again; logicalFilePath keeps the old path",
  sqlx: "sqlx knows migrations by version: a new version is run again and the old one is missing",
  prisma: runsAgain("Prisma"),
  sqitch: "Sqitch knows changes by name: the old one is missing from the plan",
  drizzle: "Drizzle knows migrations by the time in the journal and does not notice",
  diesel: versionOnly("Diesel"),
  "golang-migrate": versionOnly("golang-migrate"),
  goose: versionOnly("goose"),
  dbmate: versionOnly("dbmate"),
  supabase: versionOnly("the Supabase CLI"),
  plain: "a runner that knows migrations by name would run it again",
};

/** What each tool does about a new migration that sorts before an applied one. */
export const whenOutOfOrder: ByTool = {
  flyway: "Flyway refuses to migrate unless outOfOrder is set",
  liquibase: "Liquibase runs it after what is applied; new databases get the other order",
  sqlx: "sqlx runs it after what is applied; new databases get the other order",
  prisma: "Prisma runs it after what is applied; new databases get the other order",
  sqitch: "Sqitch refuses to deploy: the id of a change covers what comes before it, so the deployed ones are no longer found in the plan",
  drizzle: "Drizzle passes without a word over what is not newer in the journal than the last applied migration",
  diesel: "Diesel runs it after what is applied; new databases get the other order",
  "golang-migrate": "golang-migrate never runs a version below the current one",
  goose: "goose refuses missing migrations unless it is called with -allow-missing",
  dbmate: "dbmate runs it after what is applied; new databases get the other order",
  supabase: "the Supabase CLI refuses to push it without --include-all",
  plain: "it may be skipped, or run in another order than on a new database",
};

const refuses = (tool: string): string => `${tool} refuses to run`;

/** What each tool does about two migrations with the same key. */
export const whenDuplicated: ByTool = {
  flyway: "Flyway refuses to migrate (found more than one migration with version)",
  liquibase: "Liquibase refuses to update (duplicate identifiers)",
  sqlx: "sqlx applies only one of them or fails on its history table",
  prisma: refuses("Prisma"),
  sqitch: refuses("Sqitch"),
  drizzle: refuses("Drizzle"),
  diesel: "Diesel fails on its history table, or passes over one of them without a word",
  "golang-migrate": "golang-migrate refuses to run (duplicate migration file)",
  goose: "goose refuses to run (duplicate version)",
  dbmate: "dbmate fails on its history table, or passes over one of them without a word",
  supabase: "the Supabase CLI fails on its history table",
  plain: "only one of them may be run",
};
