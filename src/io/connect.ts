import { EnvHttpProxyAgent, request } from "undici";
import type { Dispatcher } from "undici";
import { UserError } from "../errors.ts";
import type { ConnectorStatus } from "../model/doctor.ts";

/** One connector as Kafka Connect's REST API gives it. */
export interface ConnectConfig {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  /** Of Debezium's PostgreSQL plugin on the worker; null where the worker does not say, or has several. */
  readonly debeziumVersion: string | null;
}

/** How to reach the worker. Credentials here win over those in the URL. */
export interface ConnectOptions {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly timeoutMs?: number;
  /** PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly passphrase?: string };
}

/**
 * Reads connector configurations over Kafka Connect's REST API, and the version of the plugin. Nothing is written.
 * @param url the worker (`http://connect:8083`), or one connector (`…/connectors/NAME`)
 * @throws UserError CONNECT_UNREACHABLE, with the URL's credentials removed
 */
export async function fetchConnectors(url: string, options: ConnectOptions = {}): Promise<readonly ConnectConfig[]> {
  const worker = open(url, options);
  try {
    const { path, name } = pathsOf(worker.base);
    const found = name === undefined ? await every(worker, path) : [await one(worker, path, name)];
    const debeziumVersion = await pluginVersion(worker, path);
    return found.map((connector) => ({ ...connector, debeziumVersion }));
  } finally {
    await worker.transport.destroy();
  }
}

/**
 * The state of every connector below the URL, with the traces of failed tasks. Source: Kafka Connect's REST API, GET /connectors/NAME/status.
 * @throws UserError CONNECT_UNREACHABLE
 */
export async function fetchStatuses(url: string, options: ConnectOptions = {}): Promise<ReadonlyMap<string, ConnectorStatus>> {
  const worker = open(url, options);
  try {
    const root = pathsOf(worker.base);
    const names = root.name === undefined ? (await every(worker, root.path)).map(({ name }) => name) : [root.name];
    const statuses = new Map<string, ConnectorStatus>();
    for (const name of names) {
      statuses.set(name, statusOf(await getJson(worker, `${root.path}/connectors/${encodeURIComponent(name)}/status`), worker));
    }
    return statuses;
  } finally {
    await worker.transport.destroy();
  }
}

function statusOf(answer: unknown, { base }: Worker): ConnectorStatus {
  const connector = isRecord(answer) && isRecord(answer.connector) ? answer.connector : null;
  if (!isRecord(answer) || connector === null) throw unreachable(base, "the answer has no state of a connector");
  const tasks = (Array.isArray(answer.tasks) ? answer.tasks : []).flatMap((task: unknown) => (isRecord(task) ? [task] : []));
  return {
    state: String(connector.state),
    tasks: tasks.map(({ id, state, trace }) => ({ id: Number(id), state: String(state), trace: typeof trace === "string" ? trace : null })),
  };
}

/** The URL as a report may show it. */
export function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = parse(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

/** Path of the worker's root, and the connector that the URL names. */
function pathsOf({ pathname }: URL): { readonly path: string; readonly name: string | undefined } {
  const root = /^(.*)\/connectors(?:\/([^/]+)(?:\/(?:config|status|tasks))?)?\/?$/.exec(pathname);
  const name = root?.[2];
  return { path: (root?.[1] ?? pathname).replace(/\/$/, ""), name: name === undefined ? undefined : decodeURIComponent(name) };
}

interface Worker {
  readonly base: URL;
  readonly transport: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

function open(url: string, { timeoutMs = 10_000, tls = {}, ...credentials }: ConnectOptions): Worker {
  const base = parse(url);
  const authorization = authorizationOf(base, credentials);
  base.username = "";
  base.password = "";
  const connect = { timeout: timeoutMs, ...tls };
  const noProxy = [process.env.no_proxy ?? process.env.NO_PROXY ?? "", "localhost,127.0.0.1,[::1]"].filter((part) => part !== "").join(",");
  return {
    base,
    transport: new EnvHttpProxyAgent({ connect, requestTls: connect, maxResponseSize: MAX_BYTES, noProxy }),
    headers: { accept: "application/json", ...(authorization === null ? {} : { authorization }) },
    timeoutMs,
  };
}

/** A thousand connectors make a few megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

function authorizationOf(base: URL, { username, password, token }: ConnectOptions): string | null {
  if (token !== undefined) return `Bearer ${token}`;
  const user = username ?? decodeURIComponent(base.username);
  const secret = username === undefined ? decodeURIComponent(base.password) : (password ?? "");
  return user === "" ? null : `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new UserError("CONNECT_UNREACHABLE", "the Kafka Connect URL cannot be read; it has the form http://host:8083/connectors/NAME");
  }
}

type Unversioned = Omit<ConnectConfig, "debeziumVersion">;

async function one(worker: Worker, path: string, name: string): Promise<Unversioned> {
  const config = await getJson(worker, `${path}/connectors/${encodeURIComponent(name)}/config`);
  return { name, config: settings(config, worker) };
}

async function every(worker: Worker, path: string): Promise<readonly Unversioned[]> {
  const all = await getJson(worker, `${path}/connectors`, "?expand=info");
  // Before Kafka 2.3 the answer was a list of names whatever was asked for.
  if (Array.isArray(all)) {
    const found: Unversioned[] = [];
    for (const name of all.toSorted()) found.push(await one(worker, path, String(name)));
    return found;
  }
  if (!isRecord(all)) throw unreachable(worker.base, "the answer is no object of connectors");
  const entries = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, entry]) => {
    const info = isRecord(entry) && isRecord(entry.info) ? entry.info : {};
    return { name, config: settings(info.config, worker) };
  });
}

/** GET /connector-plugins. What it does not tell is not worth an error: the version can be given. */
async function pluginVersion(worker: Worker, path: string): Promise<string | null> {
  const plugins: unknown = await getJson(worker, `${path}/connector-plugins`).catch(() => []);
  const versions = (Array.isArray(plugins) ? plugins : []).flatMap((plugin: unknown) =>
    isRecord(plugin) && String(plugin.class).endsWith(".PostgresConnector") && typeof plugin.version === "string" ? [plugin.version] : [],
  );
  return new Set(versions).size === 1 ? (versions[0] ?? null) : null;
}

async function getJson({ base, transport, headers, timeoutMs }: Worker, pathname: string, search = ""): Promise<unknown> {
  const target = new URL(base);
  target.pathname = pathname;
  target.search = search;
  try {
    const answer = await request(target, { dispatcher: transport, headers, signal: AbortSignal.timeout(timeoutMs) });
    const body = await answer.body.text();
    if (answer.statusCode !== 200) throw unreachable(target, statusWords(answer.statusCode));
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreachable(target, reasonOf(error, timeoutMs), error);
  }
}

function statusWords(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return `it answered ${status}, so the credentials are missing or wrong`;
    case 404:
      return "it answered 404, so it has no such connector, or the URL has a path too much";
    case 409:
      return "it answered 409, so its cluster is rebalancing; try again in a minute";
    default:
      return `it answered ${status}`;
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof SyntaxError) return "the answer is not JSON";
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code))
    return `its certificate is not trusted here (${code}); give connect.tls.ca in driftgate.yml`;
  return error instanceof Error ? error.message : String(error);
}

function unreachable(url: URL, reason: string, cause?: unknown): UserError {
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  return new UserError(
    "CONNECT_UNREACHABLE",
    `Kafka Connect at ${shown}: ${reason}. Check the URL, or give the connector's configuration as a file.`,
    { cause },
  );
}

function settings(value: unknown, { base }: Worker): Readonly<Record<string, string>> {
  if (!isRecord(value)) throw unreachable(base, "the answer has no connector configuration");
  return Object.fromEntries(Object.entries(value).map(([key, setting]) => [key, String(setting)]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
