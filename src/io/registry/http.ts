import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { Agent, request } from "undici";
import { UserError } from "../../errors.ts";
import type { JsonValue } from "../../model/json.ts";
import { createLimiter } from "./limiter.ts";
import type { RegistryAddress } from "./address.ts";

export interface RegistryOptions {
  readonly username?: string;
  readonly password?: string;
  /** Sent as `Authorization: Bearer`; wins over user and password. */
  readonly token?: string;
  /** For one answer, from the connection to the last byte; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Tries after the first one, for answers and faults that may pass; 2 by default. */
  readonly retries?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonValue;
}

/** JSON over HTTP with a registry: at most five requests at once, time-outs, few retries, no redirects. */
export interface RegistryHttp {
  /** @param path with its leading slash and query. @throws UserError REGISTRY_UNREACHABLE, REGISTRY_INVALID */
  readonly send: (method: "GET" | "POST", path: string, body?: JsonValue) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const contentType = "application/vnd.schemaregistry.v1+json";
const maxBytes = 64 * 1024 * 1024;
const atOnce = 5;
/** Confluent's client waits one second first and never above twenty. */
const firstWaitMs = 500;
const maxWaitMs = 20_000;

const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** A wrong host or port does not get better by trying again, and who was silent once has used up the patience. */
const lasting: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "TimeoutError"]);

export function createHttp(addresses: readonly RegistryAddress[], options: RegistryOptions): RegistryHttp {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const retries = options.retries ?? 2;
  const agent = new Agent({ connections: atOnce, maxResponseSize: maxBytes, connect: { timeout: timeoutMs } });
  const limit = createLimiter(atOnce);

  const attempt = async (address: RegistryAddress, method: "GET" | "POST", path: string, body?: JsonValue): Promise<Outcome> => {
    try {
      const headers = { accept: `${contentType}, application/json`, ...authorization(address, options) };
      const answer = await request(`${address.base}${path}`, {
        method,
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: body === undefined ? headers : { ...headers, "content-type": contentType },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return toOutcome(answer, await answer.body.text());
    } catch (error) {
      return { fault: faultOf(error, timeoutMs), waitMs: null, lasts: lasting.has(codeOf(error)), code: "REGISTRY_UNREACHABLE" };
    }
  };

  const send: RegistryHttp["send"] = async (method, path, body) => {
    const tries = retries + 1;
    for (let number = 0; ; number += 1) {
      const address = addresses[number % addresses.length];
      if (address === undefined) throw new UserError("REGISTRY_INVALID", "no URL of a schema registry was given");
      const outcome = await attempt(address, method, path, body);
      if ("status" in outcome) return outcome;
      const final = number + 1 >= tries || (outcome.lasts && number + 1 >= addresses.length);
      // Only checks are posted, and we can do without: what the registry says about one need not end the run.
      if (final && method === "POST" && outcome.failed !== undefined) return { status: outcome.failed, body: null };
      if (final) throw new UserError(outcome.code, messageOf(address, outcome.fault, outcome.code));
      if (number + 1 >= addresses.length) await sleep(Math.min(outcome.waitMs ?? firstWaitMs * 2 ** number, maxWaitMs));
    }
  };

  return { send: (method, path, body) => limit(() => send(method, path, body)), close: () => agent.destroy() };
}

interface Fault {
  readonly fault: string;
  readonly waitMs: number | null;
  readonly lasts: boolean;
  readonly code: "REGISTRY_UNREACHABLE" | "REGISTRY_INVALID";
  /** HTTP status, when it is the fault. */
  readonly failed?: number;
}

type Outcome = Answer | Fault;

function toOutcome({ statusCode, headers }: Dispatcher.ResponseData, text: string): Outcome {
  if (statusCode >= 300 && statusCode < 400) {
    const fault = `it redirects elsewhere (HTTP ${statusCode}), which is not followed as the credentials would go along; give the final URL`;
    return { fault, waitMs: null, lasts: true, code: "REGISTRY_INVALID" };
  }
  if (passing.has(statusCode))
    return {
      fault: `it answers HTTP ${statusCode}`,
      waitMs: waitOf(headers),
      lasts: false,
      code: "REGISTRY_UNREACHABLE",
      failed: statusCode,
    };
  if (statusCode === 401) {
    const fault = "it answers HTTP 401: the credentials are missing or wrong";
    return { fault, waitMs: null, lasts: true, code: "REGISTRY_UNREACHABLE" };
  }
  const body = parse(text);
  if (body !== undefined) return { status: statusCode, body };
  // A gateway may refuse or miss a path in a form of its own; only a success has to be JSON.
  if (statusCode >= 400) return { status: statusCode, body: null };
  const what = /^\s*</.test(text) ? "HTML or XML" : "something that is not JSON";
  return {
    fault: `it answers with ${what}, so it is no schema registry, or not at this path`,
    waitMs: null,
    lasts: true,
    code: "REGISTRY_INVALID",
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    // JSON.parse is typed `any`; what it gives is a JsonValue by construction.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds or as a date, else Confluent Cloud's X-RateLimit-Reset in seconds; null without either. */
function waitOf(headers: Dispatcher.ResponseData["headers"]): number | null {
  const text = headers["retry-after"] ?? headers["x-ratelimit-reset"];
  if (typeof text !== "string") return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function authorization({ username, password }: RegistryAddress, options: RegistryOptions): Readonly<Record<string, string>> {
  if (options.token !== undefined) return { authorization: `Bearer ${options.token}` };
  const user = options.username ?? username;
  if (user === null) return {};
  const secret = options.username === undefined ? password : (options.password ?? "");
  return { authorization: `Basic ${Buffer.from(`${user}:${secret ?? ""}`).toString("base64")}` };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.name === "TimeoutError") return error.name;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function faultOf(error: unknown, timeoutMs: number): string {
  switch (codeOf(error)) {
    case "TimeoutError":
    case "UND_ERR_CONNECT_TIMEOUT":
      return `no full answer within ${timeoutMs / 1000} s`;
    case "ECONNREFUSED":
      return "the connection is refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name is not known";
    case "UND_ERR_SOCKET":
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
    case "ECONNRESET":
      return "the connection ended before the answer was complete";
    case "UND_ERR_RES_EXCEEDED_MAX_SIZE":
      return `the answer is larger than ${maxBytes / 1024 / 1024} MiB`;
    default:
      // Errors of TLS and of the HTTP parser name no URL.
      return error instanceof Error ? `${error.message} (${codeOf(error)})` : "unknown fault";
  }
}

function messageOf({ shown }: RegistryAddress, fault: string, code: Fault["code"]): string {
  const remedy = code === "REGISTRY_INVALID" ? "Check the URL" : "Check the URL, the network and the credentials";
  return `The schema registry at ${shown} cannot be used: ${fault}. ${remedy}, or give a folder of subjects.`;
}
