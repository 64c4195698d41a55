import { z } from "zod";
import { migrationTools } from "../model/migration.ts";

const severity = z.enum(["off", "note", "warning", "error"]);
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === "string" ? [value] : value));

const postgres = z.strictObject({
  version: z.int().min(12).max(18).optional().describe("Major version of the server the migrations are for."),
  baseline: oneOrMore
    .optional()
    .describe(
      "Where the state before the pending migrations comes from: replay (the earlier migrations), a .sql file (a schema dump of pg_dump), a .json file (of driftgate catalog --format json, or pull), the folder that driftgate pull wrote, or the URL of a database. Several are compared; migrations run on the first. ${ENV_VAR} is expanded.",
    ),
  databaseUrl: z
    .string()
    .optional()
    .describe("The live database, read only: the state before, and what its migration tool has run. ${ENV_VAR} is expanded."),
  timeout: z.number().positive().optional().describe("Seconds to wait for one answer of the database; 30 by default."),
  engine: z.string().optional().describe("pglite (default), embedded@15…18, the URL of an empty scratch database, or none."),
  searchPath: z
    .array(z.string())
    .optional()
    .describe("search_path of the role that runs the migrations, where it is not the server's default."),
});

const history = z.strictObject({
  table: z.string().optional().describe("The migration tool's history table, where it is not the tool's usual one: name or schema.name."),
  outOfOrder: z
    .boolean()
    .optional()
    .describe(
      "Late files are run: Flyway's outOfOrder, goose's -allow-missing, Atlas's non-linear, node-pg-migrate's --no-check-order, Kysely's allowUnorderedMigrations, Alembic's heads.",
    ),
  skipLate: z
    .boolean()
    .optional()
    .describe("Late files are passed over without an error: Atlas's linear-skip, Flyway's ignoreMigrationPatterns *:ignored."),
  ignoreMissing: z
    .boolean()
    .optional()
    .describe(
      "Applied migrations without a file are no error: sqlx's --ignore-missing, sql-migrate's ignoreUnknown, refinery's, Flyway's ignoreMigrationPatterns *:missing.",
    ),
  strict: z.boolean().optional().describe("refinery's abort_divergent and abort_missing, dbmate's --strict."),
  contexts: z.array(z.string()).optional().describe("Liquibase's --contexts; without them every change set runs."),
  labels: z.array(z.string()).optional().describe("Liquibase's --labels."),
  target: z.string().optional().describe("Version above which nothing is run: Flyway's target."),
  baseline: z
    .string()
    .optional()
    .describe(
      "Version that a database without a history table has already: Flyway's baselineVersion with baselineOnMigrate, Atlas's --baseline.",
    ),
});

const migrations = z.strictObject({
  path: z.string().optional().describe("The migrations folder, relative to this file."),
  tool: z.enum(migrationTools).optional().describe("The migration tool, where the layout does not tell."),
  pending: oneOrMore.optional().describe("Globs of the files that are not applied yet, relative to this file."),
  placeholders: z.record(z.string(), z.string()).optional().describe("Values of the tool's placeholders, by name."),
  after: z
    .record(z.string(), z.string())
    .optional()
    .describe("SQL files that stand in for migrations that are program code, by the migration's id, path or file name."),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      'Program and arguments that print the SQL of one migration that is program code, as [python, manage.py, sqlmigrate, "{app}", "{name}"]; run for each, without a shell. {path}, {id}, {name}, {app}, {version}, {revision} and {parent} are filled in.',
    ),
  history: history.optional().describe("How the migration tool is called; for --database-url."),
  prelude: z.string().optional().describe("SQL file for what the project sets up outside its migrations; run before the first."),
});

const tls = z.strictObject({
  ca: z.string().optional().describe("PEM file of the authorities to trust."),
  cert: z.string().optional().describe("PEM file of the client's certificate."),
  key: z.string().optional().describe("PEM file of its private key."),
  passphrase: z.string().optional().describe("Of the private key, where it has one. ${ENV_VAR} is expanded."),
});

const registry = z.strictObject({
  url: z.string().optional().describe("The schema registry. ${ENV_VAR} is expanded."),
  directory: z.string().optional().describe("A folder of subjects: <subject>/<version>.avsc and config.json."),
  username: z.string().optional().describe("User of basic authentication. ${ENV_VAR} is expanded."),
  password: z.string().optional().describe("Password of basic authentication. ${ENV_VAR} is expanded."),
  token: z.string().optional().describe("A bearer token; wins over user and password. ${ENV_VAR} is expanded."),
  oauth: z
    .strictObject({
      tokenUrl: z.string().describe("URL of the token endpoint. ${ENV_VAR} is expanded."),
      clientId: z.string().describe("Id of the client. ${ENV_VAR} is expanded."),
      clientSecret: z.string().describe("Secret of the client. ${ENV_VAR} is expanded."),
      scope: z.string().optional().describe("Scope to ask for, where the server wants one."),
    })
    .optional()
    .describe("OAuth 2.0 client credentials: where the bearer token is fetched from, and as whom."),
  logicalCluster: z.string().optional().describe("Confluent Cloud: the registry's id (lsrc-…), sent as target-sr-cluster."),
  identityPool: z.string().optional().describe("Confluent Cloud: sent as Confluent-Identity-Pool-Id."),
  tls: tls.optional().describe("Files are relative to the working directory."),
  vendor: z
    .enum(["confluent", "karapace", "apicurio", "redpanda", "glue", "azure"])
    .optional()
    .describe("Which registry it is, where asking it does not tell."),
  context: z
    .string()
    .regex(/^\.[^:/]*$/, "a context begins with a dot, as .lab")
    .optional()
    .describe("Context of the subjects, as .lab; the default context otherwise."),
  timeout: z.number().positive().optional().describe("Seconds to wait for one answer; 10 by default."),
});

const connect = z
  .strictObject({
    username: z.string().optional().describe("User of basic authentication. ${ENV_VAR} is expanded."),
    password: z.string().optional().describe("Password of basic authentication. ${ENV_VAR} is expanded."),
    token: z.string().optional().describe("A bearer token; wins over user and password. ${ENV_VAR} is expanded."),
    timeout: z.number().positive().optional().describe("Seconds to wait for one answer; 10 by default."),
    tls: tls.optional().describe("Files are relative to the working directory."),
  })
  .describe("How to reach the Kafka Connect URLs among the connectors. ${ENV_VAR} is expanded.");

const size = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(kB|MB|GB|TB)?$/, "a size has the form 20GB (kB, MB, GB, TB, or bytes without a unit)")
  .describe("A size such as 20GB, in powers of 1,024.");

const doctor = z
  .strictObject({
    slotWarning: size.optional().describe("Write-ahead log a slot may keep before it is a warning; 1GB by default."),
    slotError: size.optional().describe("And before it is an error; 10GB by default."),
    hoursUntilFull: z
      .number()
      .positive()
      .optional()
      .describe("A slot that stands still is an error with less time left than this; 24 by default."),
    diskFree: size.optional().describe("Free space on the disk of pg_wal, which no query tells."),
    xminAge: z.int().positive().optional().describe("Transactions that a slot may hold vacuum back by; 10,000,000 by default."),
    transactionMinutes: z.number().positive().optional().describe("Age at which an open transaction is told of; 5 by default."),
    deadShare: z.number().gt(0).lt(1).optional().describe("Share of dead rows at which a table is told of; 0.3 by default."),
  })
  .describe("Thresholds of driftgate doctor.");

const consumer = z.strictObject({
  name: z.string().min(1).describe("As findings are to call it."),
  subjects: oneOrMore.describe("Subjects it reads; * stands for any part of a name."),
  schemas: oneOrMore.describe("Its reader schemas: .avsc files or globs of them, of the whole event or of the row alone."),
});

const ignore = z.strictObject({
  rule: z.string().describe("Id of the rule, as driftgate rules lists them."),
  target: z.string().optional().describe("schema.table or schema.table.column; absent: everything the rule finds."),
  path: z.string().optional().describe("Path of the migration file."),
  reason: z.string().min(1).describe("Why this is acceptable; shown in every report."),
  expires: z.iso.date().optional().describe("Day after which the finding counts again."),
});

/** The written form of driftgate.yml. Data only: a configuration that executes would run a fork's code in CI. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe("This schema, for editors that take it from a JSON file."),
    postgres: postgres.optional().describe("The server the migrations are for, and the state before them."),
    migrations: migrations.optional().describe("Where the migrations are, which of them are pending, and how their tool runs them."),
    connectors: oneOrMore
      .optional()
      .describe(
        "Debezium connector configurations: files (comments allowed), Kafka Connect URLs, or the folder that driftgate pull wrote.",
      ),
    connect: connect.optional(),
    doctor: doctor.optional(),
    debezium: z
      .strictObject({
        version: z
          .union([z.string(), z.number().transform(String)])
          .optional()
          .describe('Version of Debezium that runs the connectors, as "3.6"; without it one is assumed, and the report says which.'),
      })
      .optional()
      .describe("What runs the connectors."),
    registry: registry.optional().describe("The schema registry, or a folder that stands for it."),
    consumers: z.array(consumer).optional().describe("Who reads the events; each change is checked against their schemas."),
    rules: z.record(z.string(), severity).optional().describe("Severity per rule id."),
    ignore: z.array(ignore).optional().describe("Findings that are accepted, each with its reason."),
    failOn: z
      .enum(["error", "warning", "never"])
      .optional()
      .describe("Lowest severity that fails the check; error by default. With never the exit code is 0 whatever is found."),
  })
  .describe("Configuration of driftgate");

export type WrittenConfig = z.infer<typeof configSchema>;
