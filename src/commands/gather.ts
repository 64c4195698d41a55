import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { emptyConfig, parseConfig } from "../config/parse.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { Connector } from "../model/connector.ts";
import { assumedConnector } from "../project/assumed-connector.ts";
import { readConnector } from "../project/connector.ts";
import { parseConnectorFile } from "../project/connector-file.ts";
import type { CommonOptions, SourceOptions } from "./options.ts";

const configNames = ["driftgate.yml", "driftgate.yaml", "driftgate.json"];

/** Reads the configuration that the options name, or the one in the working directory, or the empty one. */
export async function loadConfig({ cwd, config }: CommonOptions): Promise<Config> {
  const path = config ?? configNames.find((name) => existsSync(join(cwd, name))) ?? null;
  if (path === null) return emptyConfig;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(resolve(cwd, path)));
  } catch (error) {
    const detail = error instanceof TypeError ? "it is not UTF-8" : "it cannot be read";
    throw new UserError("FILE_NOT_READABLE", `${path}: ${detail}; name the configuration with --config`, { cause: error });
  }
  return parseConfig(text, path, process.env);
}

/** The connectors, from the options, else from the configuration, else the assumed one. */
export async function loadConnectors(
  options: SourceOptions,
  config: Config,
): Promise<{ connectors: readonly Connector[]; assumptions: readonly string[] }> {
  const given = options.connectors.length > 0 ? options.connectors : (config.connectors ?? []);
  const debeziumVersion = options.debeziumVersion ?? config.debezium?.version;
  const version = debeziumVersion === undefined || debeziumVersion === null ? {} : { debeziumVersion };
  if (given.length === 0) {
    const message =
      "No connector configuration was given (--connector, or connectors: in driftgate.yml): every table counts as captured, with Debezium's default settings.";
    return { connectors: [assumedConnector(version)], assumptions: [message] };
  }
  const connectors: Connector[] = [];
  for (const source of given) {
    if (/^https?:\/\//.test(source)) {
      const { fetchConnectors } = await import("../io/connect.ts");
      for (const { name, config: settings } of await fetchConnectors(source)) {
        if (given.length === 1 && !(settings["connector.class"] ?? "").includes("PostgresConnector")) continue;
        connectors.push(readConnector(settings, { ...version, name, path: null }));
      }
      continue;
    }
    const { readTextFile } = await import("../io/files.ts");
    const text = await readTextFile(source, { cwd: options.cwd });
    connectors.push(readConnector(parseConnectorFile(text, source), { ...version, path: source }));
  }
  if (connectors.length === 0) {
    throw new UserError(
      "CONNECTOR_INVALID",
      "the Kafka Connect worker has no Debezium PostgreSQL connector; name one with --connector URL/connectors/NAME",
    );
  }
  return { connectors, assumptions: [] };
}

/** A path as a report shows it, and as Source.path has it: relative to cwd, absolute when it is not below. */
export function shownPath(cwd: string, path: string): string {
  const top = realpathSync(cwd);
  const absolute = resolve(top, path);
  const short = relative(top, absolute);
  return (short.startsWith("..") ? absolute : short || ".").replaceAll("\\", "/");
}
