import { UserError } from "../errors.ts";
import type { Connector, Transform } from "../model/connector.ts";
import { readConverter, withoutPrefix } from "./converter.ts";
import { unsupportedIn } from "./plan.ts";
import { customParts, placeholders, retiredSettings } from "./retired-settings.ts";
import { withoutSecrets } from "./secrets.ts";
import { adjustmentMode, integer, oneOf, typeSettings, unsupportedByVersion } from "./settings.ts";
import { DEFAULT_VERSION, parseVersion } from "./version.ts";

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";

type Settings = Readonly<Record<string, string>>;

export interface ConnectorOptions {
  /** "3.6", "3.6.1.Final"; default 3.6. */
  readonly debeziumVersion?: string;
  readonly path?: string | null;
  readonly name?: string;
  /** The Connect worker's configuration, whose converters count where the connector names none. */
  readonly workerConverters?: Settings;
}

/**
 * Reads the configuration of a Debezium PostgreSQL connector, defaults filled in as Debezium does.
 * @throws UserError CONNECTOR_INVALID for another connector, or a value with which Debezium refuses to start
 * @example readConnector({ "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "shop", "plugin.name": "pgoutput" })
 */
export function readConnector(config: Settings, options: ConnectorOptions = {}): Connector {
  const settings = withoutSecrets(config);
  const where = options.path ?? options.name ?? settings["name"] ?? "the connector";
  const className = connectorClass(settings, where);
  const version = versionOf(options.debeziumVersion);
  const prefix = topicPrefix(settings, where);
  refuseBothLists(settings, where);
  const types = typeSettings(settings, version, where);
  adjustmentMode(settings, "field.name.adjustment.mode", where);
  adjustmentMode(settings, "schema.name.adjustment.mode", where);
  const worker = withoutSecrets(options.workerConverters ?? {});
  const connector: Connector = {
    name: options.name ?? settings["name"] ?? prefix,
    path: options.path ?? null,
    class: className,
    version,
    settings,
    topicPrefix: prefix,
    publication: {
      name: settings["publication.name"] ?? "dbz_publication",
      autocreateMode: oneOf(
        settings,
        "publication.autocreate.mode",
        ["all_tables", "filtered", "no_tables", "disabled"],
        "all_tables",
        where,
      ),
    },
    slotName: settings["slot.name"] ?? "debezium",
    heartbeat: {
      intervalMs: integer(settings, "heartbeat.interval.ms", 0, where),
      actionQuery: settings["heartbeat.action.query"] ?? null,
    },
    signalTable: settings["signal.data.collection"] ?? null,
    keyConverter: readConverter("key", settings, worker),
    valueConverter: readConverter("value", settings, worker),
    transforms: readTransforms(settings, where),
    unsupported: [],
  };
  const unsupported = [
    ...customParts(settings),
    ...retiredSettings(settings, types.version),
    ...unsupportedByVersion(types),
    ...placeholders(settings),
    ...unsupportedIn(connector),
  ];
  return { ...connector, unsupported };
}

function connectorClass(settings: Settings, where: string): string {
  const name = settings["connector.class"]?.trim();
  if (name === undefined || name === "") {
    throw new UserError(
      "CONNECTOR_INVALID",
      `${where}: connector.class is missing; give the whole configuration of the connector, with "connector.class": "${POSTGRES}".`,
    );
  }
  if (name === POSTGRES || name === "PostgresConnector" || name === "Postgres") return POSTGRES;
  const database = /^io\.debezium\.connector\.(\w+)\./.exec(name)?.[1];
  const what = database === undefined ? "which is no Debezium PostgreSQL connector" : `Debezium's connector for ${database}`;
  throw new UserError(
    "CONNECTOR_INVALID",
    `${where}: connector.class is ${name}, ${what}; only ${POSTGRES} is covered. Leave this connector out.`,
  );
}

function versionOf(given: string | undefined): string {
  const version = parseVersion(given ?? DEFAULT_VERSION);
  if (version === null) throw new UserError("USAGE", `"${given ?? ""}" is no version of Debezium; write for example 3.6.`);
  if (version.major < 2)
    throw new UserError(
      "USAGE",
      `Debezium ${given ?? ""} is not covered: its settings and schemas differ. The oldest covered version is 2.0.`,
    );
  return `${version.major}.${version.minor}`;
}

function topicPrefix(settings: Settings, where: string): string {
  const prefix = settings["topic.prefix"]?.trim();
  if (prefix !== undefined && prefix !== "") return prefix;
  throw new UserError("CONNECTOR_INVALID", `${where}: topic.prefix is missing, and Debezium does not start without it. Add it.`);
}

function refuseBothLists(settings: Settings, where: string): void {
  for (const kind of ["schema", "table", "column"]) {
    const [include, exclude] = [`${kind}.include.list`, `${kind}.exclude.list`];
    if ((settings[include] ?? "").trim() === "" || (settings[exclude] ?? "").trim() === "") continue;
    throw new UserError(
      "CONNECTOR_INVALID",
      `${where}: ${include} and ${exclude} are both set, and Debezium refuses to start with both. Remove one.`,
    );
  }
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
