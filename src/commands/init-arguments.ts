import type { Argv } from "yargs";
import { UserError } from "../errors.ts";
import { migrationTools } from "../model/migration.ts";
import { list, strings, text } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";

const snapshotModes = ["initial", "no_data"] as const;

export function initOptions(cli: Argv): Argv {
  return cli
    .positional("paths", { type: "string", array: true, describe: "the migrations folder" })
    .option("database-url", { type: "string", describe: "look at this database: tables, sizes, settings (read only)" })
    .option("tool", { choices: migrationTools, describe: "migration tool, where the layout does not tell" })
    .option("connector-file", {
      type: "string",
      default: "ingestion/debezium-postgres-connector.json",
      describe: "path of the connector's configuration; .jsonc has the reasons as comments",
    })
    .option("name", { type: "string", describe: "name of the connector" })
    .option("topic-prefix", { type: "string", describe: "first part of every topic" })
    .option("slot", { type: "string", describe: "replication slot" })
    .option("publication", { type: "string", describe: "publication" })
    .option("role", { type: "string", describe: "role that the connector logs in as" })
    .option("schema", { type: "string", describe: "schema of the heartbeat and signal tables (default: public)" })
    .option("table", list("glob over schema.table of the tables to capture; repeatable (default: all)"))
    .option("snapshot-mode", { choices: snapshotModes, describe: "initial, or no_data for a large and busy database" })
    .option("heartbeat", { type: "number", describe: "seconds between two heartbeats (default: 10)" })
    .option("registry", { type: "string", describe: "URL of the schema registry" })
    .option("yes", { alias: "y", type: "boolean", describe: "ask nothing, take the defaults" })
    .option("dry-run", { type: "boolean", describe: "print the files instead of writing them" })
    .option("force", { type: "boolean", describe: "overwrite what is there" })
    .example("$0 init --yes", "from the migrations alone, without a server")
    .example("$0 init --database-url postgres://dba@db/shop --table 'public.*' --snapshot-mode no_data", "from a living database");
}

export function initArguments(argv: Arguments) {
  const seconds = argv.heartbeat;
  if (seconds !== undefined && !(typeof seconds === "number" && Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600))
    throw new UserError("USAGE", "--heartbeat takes whole seconds from 1 to 3600");
  return {
    paths: strings(argv.paths),
    tool: migrationTools.find((tool) => tool === argv.tool) ?? null,
    databaseUrl: text(argv["database-url"]),
    connectorPath: text(argv["connector-file"]) ?? "",
    name: text(argv.name),
    topicPrefix: text(argv["topic-prefix"]),
    slot: text(argv.slot),
    publication: text(argv.publication),
    role: text(argv.role),
    schema: text(argv.schema),
    tables: strings(argv.table),
    snapshotMode: snapshotModes.find((mode) => mode === argv["snapshot-mode"]) ?? null,
    heartbeat: typeof seconds === "number" ? seconds : null,
    registry: text(argv.registry),
    yes: argv.yes === true,
    dryRun: argv["dry-run"] === true,
    force: argv.force === true,
  } as const;
}
