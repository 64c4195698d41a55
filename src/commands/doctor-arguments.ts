import type { Argv } from "yargs";
import { UserError } from "../errors.ts";
import { list, strings, text } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";

export function doctorOptions(cli: Argv): Argv {
  return cli
    .option("database-url", { type: "string", describe: "the living database, read only; a role with pg_monitor sees all that is needed" })
    .option("connector", list("connector configuration: a file, or a Kafka Connect URL, which also tells whether it runs; repeatable"))
    .option("registry", { type: "string", describe: "URL of the schema registry, or a folder of subjects" })
    .option("format", list("text, json, sarif, github, gitlab, markdown, html or prometheus, with =FILE to write a file; repeatable"))
    .option("fail-on", { choices: ["error", "warning", "never"] as const, describe: "lowest severity that fails" })
    .option("disk-free", { type: "string", describe: "free space on the disk of pg_wal, such as 20GB, which no query tells" })
    .option("sample", { type: "number", default: 3, describe: "seconds that write-ahead log is watched, for its rate" })
    .option("watch", { type: "number", describe: "look again after so many seconds, until Ctrl-C" })
    .example(
      "$0 doctor --database-url postgres://dba@db/shop --connector http://connect:8083 --registry https://registry.example",
      "a whole stack",
    )
    .example("$0 doctor --database-url postgres://dba@db/shop --format prometheus=driftgate.prom", "for a textfile collector");
}

export function doctorArguments(argv: Arguments) {
  const failOn = argv["fail-on"];
  return {
    databaseUrl: text(argv["database-url"]),
    connectors: strings(argv.connector),
    registry: text(argv.registry),
    formats: strings(argv.format),
    failOn: failOn === "error" || failOn === "warning" || failOn === "never" ? failOn : null,
    diskFree: text(argv["disk-free"]),
    sample: seconds("--sample", argv.sample, 0) ?? 3,
    watch: seconds("--watch", argv.watch, 1),
  } as const;
}

function seconds(name: string, value: unknown, least: number): number | null {
  if (value === undefined) return null;
  if (typeof value === "number" && value >= least && value <= 3600) return value;
  throw new UserError("USAGE", `${name} takes seconds from ${least} to 3600`);
}
