import type { Dispatcher } from "undici";
import type { JsonValue } from "../../model/json.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";

export interface Answer {
  readonly status: number;
  /** null also for an error page that is no JSON. */
  readonly body: JsonValue;
}

/** An answer that sends to another place. */
export interface Redirect {
  readonly status: number;
  readonly location: string;
}

/** Statuses that may pass when the request is sent again. */
export const isTrouble = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status);

/** Reads an answer whatever its content type says: registries send plain text, HTML and nothing as JSON. */
export function toOutcome({ statusCode, headers }: Dispatcher.ResponseData, text: string, unauthorized: Fault): Answer | Redirect | Fault {
  if (statusCode >= 300 && statusCode < 400) {
    const { location } = headers;
    return { status: statusCode, location: typeof location === "string" ? location : "" };
  }
  if (isTrouble(statusCode)) {
    const words = statusCode === 429 ? "it answers HTTP 429: too many requests" : `it answers HTTP ${statusCode}`;
    return fault(words, "REGISTRY_UNREACHABLE", { lasts: false, waitMs: waitOf(headers), status: statusCode });
  }
  if (statusCode === 401) return unauthorized;
  const body = text.trim() === "" ? null : parse(text);
  if (body !== undefined) return { status: statusCode, body };
  // A gateway may refuse or miss a path in a form of its own; only a success has to be JSON.
  if (statusCode >= 400) return { status: statusCode, body: null };
  const what = /^\s*</.test(text) ? "HTML or XML" : "something that is not JSON";
  return fault(`it answers with ${what}, so it is no schema registry, or not at this path`, "REGISTRY_INVALID");
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

export function objectIn({ body }: Answer): Readonly<Record<string, JsonValue>> {
  return asObject(body);
}

export function asObject(value: JsonValue): Readonly<Record<string, JsonValue>> {
  // Array.isArray does not narrow readonly arrays away.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, JsonValue>>) : {};
}

/** A registry's own errors carry a code; a gateway's or a web server's do not. */
export function hasErrorCode(answer: Answer): boolean {
  return typeof objectIn(answer)["error_code"] === "number";
}
