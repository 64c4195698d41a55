import { statSync } from "node:fs";
import { resolve } from "node:path";
import yargs from "yargs";
import type { Argv } from "yargs";
import { UserError } from "../errors.ts";
import { nearestName } from "../model/near-name.ts";
import { list, strings, text } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { doctorArguments, doctorOptions } from "./doctor-arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { initArguments, initOptions } from "./init-arguments.ts";
import type { CommonOptions } from "./options.ts";
import { toolVersion } from "./version.ts";

/**
 * Runs the command line.
 * @param args the arguments after the script's name
 * @returns the exit code; everything the user should read has been written to stdout and stderr
 */
export async function runCli(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
    process.stdout.write(`${toolVersion()}\n`);
    return exitCodes.pass;
  }
  let exitCode: number = exitCodes.pass;
  const done = (code: number): void => {
    exitCode = code;
  };
  try {
    await define(yargs([...args]), done).parseAsync();
    return exitCode;
  } catch (error) {
    return explain(await withNearOption(error, args), args);
  }
}

/** An option that no command has, with the one of this command that is most likely meant. */
async function withNearOption(error: unknown, args: readonly string[]): Promise<unknown> {
  // yargs names an option with a dash twice, the second time in camel case.
  const unknown = error instanceof UserError ? (/^Unknown arguments?: ([\w, -]+?)(?: \(|$)/.exec(error.message)?.[1] ?? "") : "";
  const typed = args.map((arg) => arg.split("=")[0]);
  const written = unknown
    .split(", ")
    .flatMap((one) => [`--${one}`, `--no-${one}`, `-${one}`].find((option) => typed.includes(option)) ?? []);
  const name = written[0]?.replace(/^--?(?:no-)?/, "");
  if (name === undefined) return error;
  const help = await define(yargs(args.slice(0, 1)), () => {}).getHelp();
  const near = nearestName(
    name,
    [...help.matchAll(/(?<=\s--)[a-z][\w-]*/g)].map(([option]) => option),
  );
  const remedy = near === null ? `driftgate ${args[0] ?? ""} --help lists what there is` : `did you mean --${near}?`;
  return new UserError("USAGE", `there is no option ${written[0] ?? ""}; ${remedy}`);
}

function explain(error: unknown, args: readonly string[]): number {
  const verbose = args.includes("--verbose");
  if (error instanceof UserError) {
    process.stderr.write(`driftgate: ${error.message}${fromWhere(error, args)} [${error.code}]\n`);
  } else {
    const detail = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `driftgate: internal error: ${detail}\nThis is a fault of driftgate itself. Please report it, with the file that --save-inputs writes.\n`,
    );
    if (verbose && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  }
  return exitCodes.cannotRun;
}

/** Where the paths of a message count from, when that is not where the command was typed. */
function fromWhere({ code, message }: UserError, args: readonly string[]): string {
  if (code !== "FILE_NOT_FOUND" && code !== "MIGRATIONS_NOT_FOUND") return "";
  const at = args.findIndex((arg) => arg === "--cwd" || arg.startsWith("--cwd="));
  const folder = at === -1 ? undefined : args[at] === "--cwd" ? args[at + 1] : args[at]?.slice("--cwd=".length);
  return folder === undefined
    ? ""
    : `${/[.!?]$/.test(message) ? "" : ";"} ${message.endsWith(".") ? "The" : "the"} working directory is that of --cwd: ${folder}`;
}

function define(cli: Argv, done: (code: number) => void): Argv {
  return cli
    .scriptName("driftgate")
    .usage(
      "$0 <command> [options]\n\nTells what a PostgreSQL migration does to the Debezium stream and its Avro subjects, before it is merged.",
    )
    .command("check [paths..]", "verdict on the pending migrations", checkOptions, async (argv) => {
      const { checkCommand } = await import("./check.ts");
      done(await checkCommand({ ...common(argv), ...checkArguments(argv) }));
    })
    .command("rewrite [paths..]", "the same changes as additive expand, migrate and contract steps", rewriteOptions, async (argv) => {
      const { rewriteCommand } = await import("./rewrite.ts");
      done(await rewriteCommand({ ...common(argv), ...checkArguments(argv), write: argv.write === true, phase: phaseOf(argv.phase) }));
    })
    .command("schema [tables..]", "the schemas that Debezium registers", schemaOptions, async (argv) => {
      const { schemaCommand } = await import("./schema.ts");
      const own = { paths: strings(argv.path), tables: strings(argv.tables), against: text(argv.against) };
      done(await schemaCommand({ ...common(argv), ...checkArguments(argv), ...own }));
    })
    .command("catalog [paths..]", "the catalog after the migrations", catalogOptions, async (argv) => {
      const { catalogCommand } = await import("./catalog.ts");
      done(await catalogCommand({ ...common(argv), ...checkArguments(argv), at: text(argv.at), history: argv.history === true }));
    })
    .command("compat [schemas..]", "can schemas read each other's data?", compatOptions, async (argv) => {
      const { compatCommand } = await import("./compat.ts");
      done(
        await compatCommand({
          ...common(argv),
          schemas: strings(argv.schemas),
          subject: text(argv.subject),
          registry: text(argv.registry),
          level: text(argv.level),
          format: text(argv.format) ?? "text",
        }),
      );
    })
    .command(
      "init [paths..]",
      "a connector with its safety valves: configuration, migration, driftgate.yml, workflow",
      initOptions,
      async (argv) => {
        const { initCommand } = await import("./init.ts");
        done(await initCommand({ ...common(argv), ...initArguments(argv) }));
      },
    )
    .command("register [paths..]", "pre-registers the schemas that the pending migrations lead to", registerOptions, async (argv) => {
      const { registerCommand } = await import("./register.ts");
      done(
        await registerCommand({ ...common(argv), ...checkArguments(argv), yes: argv.yes === true, format: text(argv.format) ?? "text" }),
      );
    })
    .command("pull <dir>", "saves subjects, connectors and catalog for checks without network", pullOptions, async (argv) => {
      const { pullCommand } = await import("./pull.ts");
      done(
        await pullCommand({
          ...common(argv),
          dir: text(argv.dir) ?? ".",
          registry: text(argv.registry),
          connectors: strings(argv.connector),
          databaseUrl: text(argv["database-url"]),
          fresh: argv.fresh === true,
          subjects: strings(argv.subject),
        }),
      );
    })
    .command(
      "doctor",
      "the safety valves of a living stack: slots, snapshots, tables, heartbeat, connector, server",
      doctorOptions,
      async (argv) => {
        const { doctorCommand } = await import("./doctor.ts");
        done(await doctorCommand({ ...common(argv), ...doctorArguments(argv) }));
      },
    )
    .command("rules [id]", "the rules, or one of them explained", rulesOptions, async (argv) => {
      const { rulesCommand } = await import("./rules.ts");
      done(await rulesCommand({ ...common(argv), id: text(argv.id), format: text(argv.format) ?? "text" }));
    })
    .option("config", { type: "string", describe: "configuration file (default: driftgate.yml, .yaml or .json in the working directory)" })
    .option("cwd", { type: "string", describe: "run as if started in this folder" })
    .option("postgres-version", { type: "number", requiresArg: true, describe: "major version of the server the migrations are for" })
    .option("debezium-version", { type: "string", describe: "version of Debezium, as 3.6" })
    .option("color", { type: "boolean", describe: "colour (default: on a terminal, unless NO_COLOR is set)" })
    .option("quiet", { type: "boolean", describe: "only what is wrong" })
    .option("verbose", { type: "boolean", describe: "more detail" })
    .version(toolVersion())
    .alias("help", "h")
    .strict()
    .recommendCommands()
    .demandCommand(1, "Say what to do, for example: driftgate check")
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      if (error instanceof Error && error.name !== "YError") throw error;
      throw new UserError("USAGE", `${usageWords(message ?? error.message)} (driftgate --help lists what there is)`);
    });
}

/** What yargs says of wrong arguments, in one sentence. */
function usageWords(message: string): string {
  const choice = /^Invalid values:\n\s*Argument: (.+?), Given: (.+?), Choices: (.+)$/s.exec(message);
  if (choice !== null) {
    const values = (choice[3] ?? "")
      .replaceAll('"', "")
      .trim()
      .replace(/, ([^,]+)$/, " or $1");
    return `--${choice[1]} takes ${values}${choice[2] === "true" ? "" : `, not ${choice[2]}`}`;
  }
  const lacking = /^Not enough arguments following: (.+)$/.exec(message);
  if (lacking !== null) return `--${lacking[1]} needs a value`;
  const command = /^Did you mean (\S+)\?$/.exec(message);
  if (command !== null) return `there is no such command; did you mean ${command[1]}?`;
  // Only `pull` has an argument that must be there.
  if (message.startsWith("Not enough non-option arguments")) return "pull needs the folder to write to, for example: driftgate pull drift";
  return message;
}

function pendingOptions(cli: Argv): Argv {
  return sourceOptions(cli)
    .option("pending", list("glob of the files that are not applied yet; repeatable"))
    .option("base", { type: "string", describe: "git ref: pending is what was added since the merge base" });
}

function sourceOptions(cli: Argv): Argv {
  return cli
    .option(
      "baseline",
      list(
        "the state before: replay (default: the migrations before), a .sql or .json file, the folder of a pull, or a database's URL; repeatable: they are compared",
      ),
    )
    .option("database-url", {
      type: "string",
      describe: "the live database (read only): the state before, and what its migration tool has run",
    })
    .option("connector", list("Debezium connector configuration: a file, the folder of a pull, or a Kafka Connect URL; repeatable"))
    .option("engine", { type: "string", describe: "pglite (default), embedded@15…18, the URL of an empty scratch database, or none" });
}

function checkOptions(cli: Argv): Argv {
  return pendingOptions(cli)
    .positional("paths", { type: "string", array: true, describe: "migration folders or files" })
    .option("registry", { type: "string", describe: "URL of the schema registry, or a folder of subjects" })
    .option("format", list("text, json, sarif, github, gitlab, markdown or html, with =FILE to write a file; repeatable"))
    .option("fail-on", { choices: ["error", "warning", "never"] as const, describe: "lowest severity that fails" })
    .option("save-inputs", { type: "string", describe: "write everything the verdict stands on to this file" })
    .option("inputs", { type: "string", describe: "replay a file written by --save-inputs" })
    .example(
      "$0 check db/migration --base origin/main --connector ingestion/connector.json --registry https://registry.example",
      "a pull request",
    )
    .example("$0 check --pending 'db/migration/V1[0-9]__*' --format text --format sarif=driftgate.sarif", "files by name, two reports");
}

function rewriteOptions(cli: Argv): Argv {
  return pendingOptions(cli)
    .positional("paths", { type: "string", array: true, describe: "migration folders or files" })
    .option("registry", { type: "string", describe: "URL of the schema registry, or a folder of subjects" })
    .option("write", { type: "boolean", describe: "write the files instead of printing them" })
    .option("phase", { choices: phases, describe: "only this phase; a tool that finds all files applies them all at once" })
    .example("$0 rewrite --base origin/main --write --phase expand", "writes the first phase in the migration tool's own naming");
}

function schemaOptions(cli: Argv): Argv {
  return sourceOptions(cli)
    .positional("tables", { type: "string", array: true, describe: "only these tables: schema.table" })
    .option("path", list("migration folder or file; repeatable"))
    .option("registry", { type: "string", describe: "URL of the schema registry, or a folder of subjects" })
    .option("against", {
      type: "string",
      describe: "show only what differs: from a git ref, a subject or all in the registry (registry), a file; to a version of Debezium",
    })
    .option("format", { choices: ["text", "json"] as const, default: "text" })
    .example("$0 schema public.orders", "a table's columns as Debezium sends them; --format json gives the exact schemas")
    .example("$0 schema --against origin/main", "what the branch's migrations change")
    .example("$0 schema --against registry --registry https://registry.example", "the latest versions against what will be sent")
    .example("$0 schema --debezium-version 3.4 --against 3.6", "what each subject gets after an upgrade");
}

function catalogOptions(cli: Argv): Argv {
  return sourceOptions(cli)
    .positional("paths", { type: "string", array: true, describe: "migration folders or files" })
    .option("at", { type: "string", describe: "stop after this migration" })
    .option("history", { type: "boolean", describe: "one JSON line per migration: what it changed" })
    .option("format", { choices: ["text", "json"] as const, default: "text" })
    .example("$0 catalog db/migration --format json", "every table after the last migration");
}

function compatOptions(cli: Argv): Argv {
  return cli
    .positional("schemas", { type: "string", array: true, describe: "READER WRITER, or one SCHEMA with --subject" })
    .option("subject", { type: "string", describe: "compare with the versions of this subject" })
    .option("registry", { type: "string", describe: "URL of the schema registry, or a folder of subjects" })
    .option("level", { type: "string", describe: "compatibility level to judge by, instead of the subject's own" })
    .option("format", { choices: ["text", "json"] as const, default: "text" })
    .example("$0 compat new.avsc old.avsc", "can new.avsc read what old.avsc wrote?");
}

function registerOptions(cli: Argv): Argv {
  return pendingOptions(cli)
    .positional("paths", { type: "string", array: true, describe: "migration folders or files" })
    .option("registry", { type: "string", describe: "URL of the schema registry" })
    .option("yes", { type: "boolean", describe: "register; a dry run without it" })
    .option("format", { choices: ["text", "json"] as const, default: "text" })
    .example("$0 register --base origin/main --registry https://registry.example", "what would be registered");
}

function pullOptions(cli: Argv): Argv {
  return cli
    .positional("dir", { type: "string", describe: "folder to write to" })
    .option("registry", { type: "string", describe: "URL of the schema registry" })
    .option("connector", list("Kafka Connect URL; repeatable"))
    .option("database-url", { type: "string", describe: "save the catalog of this database (read only)" })
    .option("subject", list("only subjects of this name, * for any part of it; repeatable"))
    .option("fresh", { type: "boolean", describe: "fetch versions again that are there already" })
    .example(
      "$0 pull drift --registry https://registry.example",
      "later: driftgate check --registry drift (with --connector and --database-url too: --connector drift --baseline drift)",
    );
}

function rulesOptions(cli: Argv): Argv {
  return cli
    .positional("id", { type: "string", describe: "id of one rule" })
    .option("format", { choices: ["text", "json"] as const, default: "text" })
    .example("$0 rules column-renamed", "explains a rule");
}

const phases = ["expand", "migrate", "contract"] as const;
const phaseOf = (value: unknown) => phases.find((phase) => phase === value) ?? null;

function workingDirectory(given: string | null): string {
  if (given === null) return process.cwd();
  if (statSync(given, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError("USAGE", `--cwd ${given}: there is no such folder`);
  return resolve(given);
}

function common(argv: Arguments): CommonOptions {
  refuseEmpty(argv);
  return {
    cwd: workingDirectory(text(argv.cwd)),
    config: text(argv.config),
    postgresVersion: postgresVersionOf(argv["postgres-version"]),
    debeziumVersion: text(argv["debezium-version"]),
    color: typeof argv.color === "boolean" ? argv.color : process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "",
    quiet: argv.quiet === true,
    verbose: argv.verbose === true,
  };
}

/** A variable of a script that is not set must not pass for an option that was left out: `--registry "$REGISTRY"` would check against nothing. */
function refuseEmpty(argv: Arguments): void {
  const empty = Object.entries(argv).find(([, value]) => value === "" || (Array.isArray(value) && value.includes("")));
  if (empty === undefined) return;
  const name = positionals.has(empty[0]) ? "a path or name on the command line" : `--${empty[0]}`;
  throw new UserError("USAGE", `${name} is empty: give it a value, or leave it out`);
}

const positionals: ReadonlySet<string> = new Set(["paths", "tables", "schemas", "dir", "id"]);

function postgresVersionOf(value: unknown): number | null {
  if (value === undefined) return null;
  // The bounds of postgres.version in driftgate.yml.
  if (typeof value === "number" && Number.isInteger(value) && value >= 12 && value <= 18) return value;
  throw new UserError("USAGE", "--postgres-version takes a major version from 12 to 18, for example 16");
}

function checkArguments(argv: Arguments) {
  const failOn = argv["fail-on"];
  return {
    paths: strings(argv.paths),
    pending: strings(argv.pending),
    base: text(argv.base),
    baselines: strings(argv.baseline),
    databaseUrl: text(argv["database-url"]),
    mayRunCommands: true,
    connectors: strings(argv.connector),
    registry: text(argv.registry),
    engine: text(argv.engine),
    formats: typeof argv.format === "string" ? [argv.format] : strings(argv.format),
    failOn: failOn === "error" || failOn === "warning" || failOn === "never" ? failOn : null,
    saveInputs: text(argv["save-inputs"]),
    inputs: text(argv.inputs),
  } as const;
}
