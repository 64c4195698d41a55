import { UserError } from "../errors.ts";
import type { Connector, Transform, Unsupported } from "../model/connector.ts";
import type { Span } from "../model/span.ts";
import { readConverter, withoutPrefix } from "./converter.ts";
import { unsupportedIn } from "./plan.ts";
import { customParts, placeholders, retiredSettings } from "./retired-settings.ts";
import { withoutSalt, withoutSecrets } from "./secrets.ts";
import { problemsOfAnyVersion, settingProblems } from "./setting-problems.ts";
import { integer, oneOf } from "./settings.ts";
import { DEFAULT_VERSION, nearestKnown, parseVersion } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";

type Settings = Readonly<Record<string, string>>;

export interface ConnectorOptions {
  /** "3.6", "3.6.1.Final"; default 3.6. */
  readonly debeziumVersion?: string;
  readonly path?: string | null;
  readonly name?: string;
  /** The Connect worker's configuration, whose converters count where the connector names none. */
  readonly workerConverters?: Settings;
  /** Where each setting stands in its file. */
  readonly places?: Readonly<Record<string, Span>>;
}

/**
 * Reads the configuration of a Debezium PostgreSQL connector, defaults filled in as Debezium does. A value with which Debezium refuses to start is a problem
 * of the result, and the default stands in for it.
 * @throws UserError CONNECTOR_INVALID for another connector, one without topic.prefix, and a transform without a type
 * @example readConnector({ "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "shop", "plugin.name": "pgoutput" })
 */
export function readConnector(config: Settings, options: ConnectorOptions = {}): Connector {
  const settings = withoutSecrets(config);
  const where = options.path ?? options.name ?? settings["name"] ?? "the connector";
  const className = connectorClass(settings, where);
  const { version: named, doubt } = versionOf(options.debeziumVersion);
  const places = Object.fromEntries(Object.entries(options.places ?? {}).map(([setting, span]) => [withoutSalt(setting), span]));
  const versionGiven = options.debeziumVersion !== undefined;
  const judged = versionGiven
    ? { version: named, problems: settingProblems(settings, named), unsure: [] }
    : problemsOfAnyVersion(settings, named);
  const { version } = judged;
  const prefix = topicPrefix(settings, where);
  const worker = withoutSecrets(options.workerConverters ?? {});
  const connector: Connector = {
    name: options.name ?? settings["name"] ?? prefix,
    path: options.path ?? null,
    class: className,
    version: `${version.major}.${version.minor}`,
    versionGiven,
    settings,
    topicPrefix: prefix,
    publication: {
      name: settings["publication.name"] ?? "dbz_publication",
      autocreateMode: oneOf(settings, "publication.autocreate.mode", ["all_tables", "filtered", "no_tables", "disabled"], "all_tables"),
    },
    slotName: settings["slot.name"] ?? "debezium",
    heartbeat: {
      intervalMs: integer(settings, "heartbeat.interval.ms", 0),
      actionQuery: settings["heartbeat.action.query"] ?? null,
    },
    signalTable: settings["signal.data.collection"] ?? null,
    keyConverter: readConverter("key", settings, worker),
    valueConverter: readConverter("value", settings, worker),
    transforms: readTransforms(settings, where),
    unsupported: [],
    problems: judged.problems.map((problem) => ({ ...problem, span: places[problem.setting] ?? null })),
    places,
  };
  const unsupported = [
    ...doubt,
    ...judged.unsure,
    ...customParts(settings),
    ...(connector.versionGiven ? [] : retiredSettings(settings)),
    ...placeholders(settings),
    ...unsupportedIn(connector),
  ];
  return { ...connector, unsupported };
}

/** Kafka Connect takes a class by its last name too, with or without "Connector". */
export function isPostgresConnector(settings: Settings): boolean {
  return [POSTGRES, "PostgresConnector", "Postgres"].includes(settings["connector.class"]?.trim() ?? "");
}

function connectorClass(settings: Settings, where: string): string {
  const name = settings["connector.class"]?.trim();
  if (name === undefined || name === "") {
    throw new UserError(
      "CONNECTOR_INVALID",
      `${where}: connector.class is missing; give the whole configuration of the connector, with "connector.class": "${POSTGRES}".`,
    );
  }
  if (isPostgresConnector(settings)) return POSTGRES;
  const database = /^io\.debezium\.connector\.(\w+)\./.exec(name)?.[1];
  const what = database === undefined ? "which is no Debezium PostgreSQL connector" : `Debezium's connector for ${database}`;
  throw new UserError(
    "CONNECTOR_INVALID",
    `${where}: connector.class is ${name}, ${what}; only ${POSTGRES} is covered. Leave this connector out.`,
  );
}

interface Version {
  readonly version: DebeziumVersion;
  readonly doubt: readonly Unsupported[];
}

/** The version as given where its classes were looked at, else the nearest of those, and the doubt. */
function versionOf(given: string | undefined): Version {
  const version = parseVersion(given ?? DEFAULT_VERSION);
  if (version === null) throw new UserError("USAGE", `"${given ?? ""}" is no version of Debezium; write for example 3.6.`);
  if (version.major < 2)
    throw new UserError(
      "USAGE",
      `Debezium ${given ?? ""} is not covered: its settings and schemas differ. The oldest covered version is 2.0.`,
    );
  const nearest = nearestKnown(version);
  if (nearest.major === version.major && nearest.minor === version.minor) return { version, doubt: [] };
  const shown = `${nearest.major}.${nearest.minor}`;
  const reason = `Debezium ${version.major}.${version.minor} is not known here; what is shown is that of ${shown}, the nearest that is`;
  return { version: nearest, doubt: [{ setting: "version", reason }] };
}

function topicPrefix(settings: Settings, where: string): string {
  const prefix = settings["topic.prefix"]?.trim();
  if (prefix !== undefined && prefix !== "") return prefix;
  const old = settings["database.server.name"] === undefined ? "" : " (up to 1.9 it was called database.server.name)";
  throw new UserError("CONNECTOR_INVALID", `${where}: topic.prefix is missing, and Debezium does not start without it. Add it${old}.`);
}

function readTransforms(settings: Settings, where: string): readonly Transform[] {
  const names = (settings["transforms"] ?? "").split(",").map((name) => name.trim());
  return names
    .filter((name) => name !== "")
    .map((name) => {
      const own = withoutPrefix(settings, `transforms.${name}.`);
      const type = own["type"];
      if (type === undefined)
        throw new UserError("CONNECTOR_INVALID", `${where}: transforms names "${name}", but transforms.${name}.type is missing. Add it.`);
      const { type: _, predicate, negate, ...rest } = own;
      return { name, class: type.trim(), settings: rest, predicate: predicate ?? null, negate: negate?.trim().toLowerCase() === "true" };
    });
}
