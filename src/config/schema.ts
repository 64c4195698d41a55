import { z } from "zod";
import { migrationTools } from "../model/migration.ts";

const severity = z.enum(["off", "note", "warning", "error"]);
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === "string" ? [value] : value));

const postgres = z.strictObject({
  version: z.int().min(12).max(18).optional().describe("Major version of the server the migrations are for."),
  baseline: z
    .string()
    .optional()
    .describe(
      "Where the state before the pending migrations comes from: replay (the earlier migrations), a .sql file (a schema dump of pg_dump), or a .json file (of driftgate catalog --format json).",
    ),
  engine: z.string().optional().describe("pglite (default), embedded@15…18, the URL of an empty scratch database, or none."),
  searchPath: z
    .array(z.string())
    .optional()
    .describe("search_path of the role that runs the migrations, where it is not the server's default."),
});

const migrations = z.strictObject({
  path: z.string().optional().describe("The migrations folder, relative to this file."),
  tool: z.enum(migrationTools).optional().describe("The migration tool, where the layout does not tell."),
  pending: oneOrMore.optional().describe("Globs of the files that are not applied yet, relative to this file."),
  placeholders: z.record(z.string(), z.string()).optional().describe("Values of the tool's placeholders, by name."),
  prelude: z.string().optional().describe("SQL file for what the project sets up outside its migrations; run before the first."),
});

const registry = z.strictObject({
  url: z.string().optional().describe("The schema registry. ${ENV_VAR} is expanded."),
  directory: z.string().optional().describe("A folder of subjects: <subject>/<version>.avsc and config.json."),
  username: z.string().optional(),
  password: z.string().optional(),
  token: z.string().optional().describe("A bearer token; wins over user and password."),
  oauth: z
    .strictObject({
      tokenUrl: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      scope: z.string().optional(),
    })
    .optional()
    .describe("OAuth 2.0 client credentials: where the bearer token is fetched from, and as whom."),
  logicalCluster: z.string().optional().describe("Confluent Cloud: the registry's id (lsrc-…), sent as target-sr-cluster."),
  identityPool: z.string().optional().describe("Confluent Cloud: sent as Confluent-Identity-Pool-Id."),
  tls: z
    .strictObject({
      ca: z.string().optional().describe("PEM file of the authorities to trust."),
      cert: z.string().optional().describe("PEM file of the client's certificate."),
      key: z.string().optional().describe("PEM file of its private key."),
      passphrase: z.string().optional(),
    })
    .optional()
    .describe("Files are relative to the working directory."),
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
    username: z.string().optional(),
    password: z.string().optional(),
    token: z.string().optional().describe("A bearer token; wins over user and password."),
    timeout: z.number().positive().optional().describe("Seconds to wait for one answer; 10 by default."),
    tls: z
      .strictObject({
        ca: z.string().optional().describe("PEM file of the authorities to trust."),
        cert: z.string().optional().describe("PEM file of the client's certificate."),
        key: z.string().optional().describe("PEM file of its private key."),
        passphrase: z.string().optional(),
      })
      .optional()
      .describe("Files are relative to the working directory."),
  })
  .describe("How to reach the Kafka Connect URLs among the connectors. ${ENV_VAR} is expanded.");

const ignore = z.strictObject({
  rule: z.string(),
  target: z.string().optional().describe("schema.table or schema.table.column; absent: everything the rule finds."),
  path: z.string().optional().describe("Path of the migration file."),
  reason: z.string().min(1).describe("Why this is acceptable; shown in every report."),
  expires: z.iso.date().optional().describe("Day after which the finding counts again."),
});

/** The written form of driftgate.yml. Data only: a configuration that executes would run a fork's code in CI. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    postgres: postgres.optional(),
    migrations: migrations.optional(),
    connectors: oneOrMore.optional().describe("Debezium connector configurations: files (comments allowed) or Kafka Connect URLs."),
    connect: connect.optional(),
    debezium: z.strictObject({ version: z.union([z.string(), z.number().transform(String)]).optional() }).optional(),
    registry: registry.optional(),
    rules: z.record(z.string(), severity).optional().describe("Severity per rule id."),
    ignore: z.array(ignore).optional(),
    failOn: z.enum(["error", "warning", "never"]).optional(),
  })
  .describe("Configuration of driftgate");

export type WrittenConfig = z.infer<typeof configSchema>;
