import type { Config } from "../config/parse.ts";
import type { Discovery } from "../discover/discover.ts";
import { isCode } from "../discover/layout.ts";
import { readRevision } from "../discover/layouts/alembic.ts";
import { UserError } from "../errors.ts";
import { runCommand } from "../io/command.ts";
import type { Migration } from "../model/migration.ts";
import type { SourceOptions } from "./options.ts";

/**
 * The SQL of migrations that are program code, by a command that the configuration names and that prints it: `manage.py sqlmigrate`,
 * `alembic upgrade --sql`. One run for each migration that is to be executed; its own BEGIN and COMMIT count.
 * @throws UserError COMMAND_FAILED, and USAGE where commands must not run
 */
export async function runSourceCommand(
  discovery: Discovery,
  config: Config,
  { cwd, mayRunCommands }: SourceOptions,
  isExecuted: (migration: Migration) => boolean,
): Promise<Discovery> {
  const command = config.migrations?.command;
  const wanted = discovery.migrations.filter(
    (migration) => isExecuted(migration) && migration.pieces.length === 0 && isCode(migration.path),
  );
  if (command === undefined || wanted.length === 0) return discovery;
  if (!mayRunCommands) {
    throw new UserError(
      "USAGE",
      `${config.path ?? "driftgate.yml"} has migrations.command, and a pull request from a fork may not run commands here; set the Action's input allow-command if you trust it`,
    );
  }
  const filled = new Map<Migration, Migration>();
  for (const migration of wanted) {
    const sql = await runCommand(
      command.map((argument) => fill(argument, valuesOf(migration))),
      { cwd },
    );
    filled.set(migration, withSql(migration, sql));
  }
  return { ...discovery, migrations: discovery.migrations.map((migration) => filled.get(migration) ?? migration) };
}

function withSql(migration: Migration, sql: string): Migration {
  const whole = { start: 0, end: migration.text.length, text: sql };
  const gaps = migration.gaps.filter(({ reason }) => !reason.startsWith("this migration is written in"));
  return { ...migration, pieces: [{ sql, start: 0, substitutions: [whole] }], gaps, transactional: false };
}

type Values = Readonly<Record<string, string>>;

function valuesOf({ path, id, text }: Migration): Values {
  const parts = path.split("/");
  const name = (parts.at(-1) ?? "").replace(/\.[^.]+$/, "");
  const revision = readRevision(text);
  return {
    path,
    id,
    name,
    app: parts.at(-3) ?? "",
    version: /^\d+/.exec(name)?.[0] ?? name,
    revision: revision?.id ?? name,
    parent: revision?.parents[0] ?? "base",
  };
}

/** @throws UserError CONFIG_INVALID for a name that there is none of */
function fill(argument: string, values: Values): string {
  return argument.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    throw new UserError(
      "CONFIG_INVALID",
      `migrations.command: there is no {${name}}; there are ${Object.keys(values)
        .map((key) => `{${key}}`)
        .join(", ")}`,
    );
  });
}
