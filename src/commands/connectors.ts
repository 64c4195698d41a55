import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { ConnectOptions } from "../io/connect.ts";
import { readTextFile } from "../io/files.ts";
import type { Connector } from "../model/connector.ts";
import { assumedConnector } from "../project/assumed-connector.ts";
import { DEFAULT_VERSION } from "../project/version.ts";
import { isPostgresConnector, readConnector } from "../project/connector.ts";
import { parseConnectors } from "../project/connector-file.ts";
import type { ConnectorSource } from "../project/connector-source.ts";
import { shownPath } from "./gather.ts";
import { pulledConnectors } from "./pulled.ts";
import type { CommonOptions, SourceOptions } from "./options.ts";

/** Which connectors, and how to reach them. */
type ConnectorOptions = CommonOptions & Pick<SourceOptions, "connectors">;

/** The connectors, from the options, else from the configuration, else the assumed one; and what is to be said about them. */
export async function loadConnectors(
  options: ConnectorOptions,
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
  const found: Found[] = [];
  for (const source of given) found.push(...(await sourcesAt(source, options, config)));
  const workers = found.filter(({ kind }) => kind === "worker");
  const all = found.filter(({ kind }) => kind === "connector");
  const covered = all.filter(({ settings }) => isPostgresConnector(settings) || settings["connector.class"] === undefined);
  refuseNone(given, all, covered);
  const connectors = covered.map((one) => read(one, workerOf(one, workers), version));
  return { connectors, assumptions: [...leftOut(all, covered), ...assumedVersions(connectors)] };
}

interface Found extends ConnectorSource {
  /** Path as shown, or a URL without credentials. */
  readonly origin: string;
}

async function sourcesAt(source: string, options: ConnectorOptions, config: Config): Promise<readonly Found[]> {
  if (/^https?:\/\//i.test(source)) {
    const { fetchConnectors, withoutCredentials } = await import("../io/connect.ts");
    const origin = withoutCredentials(source);
    const live = await fetchConnectors(source, await connectOptions(options.cwd, config));
    return live.map(({ name, config: settings, debeziumVersion }) => {
      const own = { kind: "connector" as const, name, settings, places: {}, converters: {}, debeziumVersion, cluster: null };
      return { ...own, origin };
    });
  }
  const pulled = pulledConnectors(options.cwd, source);
  if (pulled !== null) {
    const found: Found[] = [];
    for (const path of pulled) found.push(...(await fromFile(options.cwd, path)));
    return found;
  }
  return fromFile(options.cwd, source);
}

async function fromFile(cwd: string, source: string): Promise<readonly Found[]> {
  const text = await readTextFile(source, { cwd });
  const path = shownPath(cwd, source);
  return parseConnectors(text, path).map((one) => ({ ...one, origin: path }));
}

/** How to reach a Kafka Connect worker. */
export async function connectOptions(cwd: string, { connect = {} }: Config): Promise<ConnectOptions> {
  const { username, password, token, timeout, tls } = connect;
  const file = (path: string | undefined): Promise<string> | undefined => (path === undefined ? undefined : readTextFile(path, { cwd }));
  const [ca, cert, key] = [await file(tls?.ca), await file(tls?.cert), await file(tls?.key)];
  return {
    ...(username === undefined ? {} : { username, password: password ?? "" }),
    ...(token === undefined ? {} : { token }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    },
  };
}

/** The KafkaConnect resource that the connector names, else the only worker there is. */
function workerOf({ cluster }: Found, workers: readonly Found[]): Found | null {
  const fitting = workers.filter((worker) => cluster === null || worker.cluster === null || worker.cluster === cluster);
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

function read(source: Found, worker: Found | null, version: { readonly debeziumVersion?: string }): Connector {
  const found = source.debeziumVersion ?? worker?.debeziumVersion ?? null;
  return readConnector(source.settings, {
    ...(found === null ? {} : { debeziumVersion: found }),
    ...version,
    ...(source.name === null ? {} : { name: source.name }),
    path: source.origin,
    places: source.places,
    workerConverters: { ...worker?.settings, ...source.converters },
  });
}

function refuseNone(given: readonly string[], all: readonly Found[], covered: readonly Found[]): void {
  if (covered.length > 0) return;
  const [only] = all;
  // One connector alone says itself why it is not covered.
  if (only !== undefined && all.length === 1) readConnector(only.settings, { path: only.origin });
  const what = all.length === 0 ? "no connector" : `no Debezium connector for PostgreSQL (but ${all.map(describe).join(", ")})`;
  throw new UserError("CONNECTOR_INVALID", `${given.map(shown).join(", ")}: it has ${what}. Give the connector's own configuration.`);
}

function leftOut(all: readonly Found[], covered: readonly Found[]): readonly string[] {
  const others = all.filter((one) => !covered.includes(one));
  if (others.length === 0) return [];
  return [`Only Debezium's connectors for PostgreSQL are covered; left out: ${others.map(describe).join(", ")}.`];
}

/** A connector that the usual version would refuse is assumed to run an older one that takes its settings. */
function assumedVersions(connectors: readonly Connector[]): readonly string[] {
  const versions = new Map<string, string[]>();
  for (const { version, name } of connectors.filter(({ versionGiven }) => !versionGiven)) {
    versions.set(version, [...(versions.get(version) ?? []), name]);
  }
  return [...versions].map(([version, names]) => {
    const why =
      version === DEFAULT_VERSION
        ? ""
        : `, and ${version} is the newest that starts with the settings of ${names.length === 1 ? "this connector" : "these connectors"}`;
    return `Debezium ${version} is assumed to run ${names.join(", ")}, as nothing says which version it is${why} (--debezium-version, or debezium.version in driftgate.yml).`;
  });
}

function describe({ name, settings, origin }: Found): string {
  const className = settings["connector.class"] ?? "";
  return `${name ?? origin} (${className.slice(className.lastIndexOf(".") + 1)})`;
}

const shown = (source: string): string => source.replace(/\/\/[^/@\s]+@/, "//");
