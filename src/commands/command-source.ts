import type { Config } from "../config/parse.ts";
import type { Discovery } from "../discover/discover.ts";
import { isCode } from "../discover/layout.ts";
import { readRevision } from "../discover/layouts/alembic.ts";
import { UserError } from "../errors.ts";
import { runCommand } from "../io/command.ts";
import { readTextFile } from "../io/files.ts";
import type { Migration } from "../model/migration.ts";
import type { SourceOptions } from "./options.ts";

const isOpaqueCode = ({ pieces, path }: Migration): boolean => pieces.length === 0 && isCode(path);

/**
 * The SQL that the configuration gives in place of migrations that are program code (migrations.after), from files.
 * @throws UserError CONFIG_INVALID for a name that no such migration has, FILE_NOT_FOUND
 */
export async function standIn(discovery: Discovery, config: Config, { cwd }: SourceOptions): Promise<Discovery> {
  const given = Object.entries(config.migrations?.after ?? {});
  const filled = new Map<Migration, Migration>();
  for (const [name, path] of given) {
    const migration = discovery.migrations.find((one) => [one.id, one.path, one.path.split("/").at(-1)].includes(name));
    if (migration === undefined || !isOpaqueCode(migration)) {
      const why = migration === undefined ? "there is no such migration" : "its SQL is known, and nothing has to stand in for it";
      throw new UserError("CONFIG_INVALID", `${config.path ?? "driftgate.yml"}: migrations.after names "${name}": ${why}`);
    }
    filled.set(migration, { ...withSql(migration, await readTextFile(path, { cwd })), transactional: migration.transactional });
  }
  return filled.size === 0 ? discovery : { ...discovery, migrations: discovery.migrations.map((one) => filled.get(one) ?? one) };
}

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
  const wanted = discovery.migrations.filter((migration) => isExecuted(migration) && isOpaqueCode(migration));
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
