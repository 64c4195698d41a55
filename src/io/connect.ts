import { request } from "undici";
import { UserError } from "../errors.ts";

/** One connector as Kafka Connect's REST API gives it. */
export interface ConnectConfig {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads connector configurations over Kafka Connect's REST API.
 * @param url the worker (`http://connect:8083`), or one connector (`…/connectors/NAME`)
 * @throws UserError CONNECT_UNREACHABLE, with the URL's credentials removed
 */
export async function fetchConnectors(url: string, timeoutMs = 10_000): Promise<readonly ConnectConfig[]> {
  const base = parse(url);
  const one = /\/connectors\/([^/]+)(\/config)?\/?$/.exec(base.pathname);
  if (one !== null) {
    const config = await getJson(withPath(base, base.pathname.replace(/(\/config)?\/?$/, "/config")), timeoutMs);
    return [{ name: decodeURIComponent(one[1] ?? ""), config: settings(config, base) }];
  }
  const all = await getJson(withPath(base, `${base.pathname.replace(/\/$/, "")}/connectors`, "?expand=info"), timeoutMs);
  if (!isRecord(all)) throw unreachable(base, "the answer is no object of connectors");
  return Object.entries(all).map(([name, entry]) => {
    const info = isRecord(entry) && isRecord(entry.info) ? entry.info : {};
    return { name, config: settings(info.config, base) };
  });
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new UserError("CONNECT_UNREACHABLE", "the Kafka Connect URL cannot be read; it has the form http://host:8083/connectors/NAME");
  }
}

function withPath(base: URL, pathname: string, search = ""): URL {
  const url = new URL(base);
  url.pathname = pathname;
  url.search = search;
  return url;
}

async function getJson(url: URL, timeoutMs: number): Promise<unknown> {
  const target = new URL(url);
  const headers: Record<string, string> = { accept: "application/json" };
  if (url.username !== "") {
    headers.authorization = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
    target.username = "";
    target.password = "";
  }
  try {
    const answer = await request(target, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const body = await answer.body.text();
    if (answer.statusCode !== 200) throw unreachable(url, `it answered ${answer.statusCode}`);
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreachable(url, reasonOf(error, timeoutMs), error);
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof SyntaxError) return "the answer is not JSON";
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
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

function settings(value: unknown, url: URL): Readonly<Record<string, string>> {
  if (!isRecord(value)) throw unreachable(url, "the answer has no connector configuration");
  return Object.fromEntries(Object.entries(value).map(([key, setting]) => [key, String(setting)]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
