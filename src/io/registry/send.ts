import type { Dispatcher } from "undici";
import { request } from "undici";
import type { RegistryAddress } from "./address.ts";
import type { Answer, Redirect } from "./answer.ts";
import { toOutcome } from "./answer.ts";
import type { Authorization, Headers } from "./authorization.ts";
import { fault, faultOfError, isFault } from "./fault.ts";
import type { Fault } from "./fault.ts";

export interface Call {
  /** Nothing else can be sent. */
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | undefined;
}

const contentType = "application/vnd.schemaregistry.v1+json";
const maxRedirects = 3;

export interface Sending {
  readonly transport: Dispatcher;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly hasCertificate: boolean;
  readonly authorization: Authorization;
  /** Sent along to the registry, and to nobody else. */
  readonly extra: Headers;
}

/** One request to one address, redirects on the same host followed, a token that has expired renewed once. */
export function createSender({ transport, timeoutMs, maxBytes, hasCertificate, authorization, extra }: Sending) {
  const once = async (url: string, { method, body }: Call, credentials: Headers): Promise<Answer | Redirect | Fault> => {
    try {
      const answer = await request(url, {
        method,
        dispatcher: transport,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: `${contentType}, application/json`,
          ...(body === undefined ? {} : { "content-type": contentType }),
          ...extra,
          ...credentials,
        },
        ...(body === undefined ? {} : { body }),
      });
      return toOutcome(answer, await answer.body.text(), authorization.refusal);
    } catch (error) {
      return faultOfError(error, { timeoutMs, maxBytes, lacksCertificate: !hasCertificate && url.startsWith("https:") });
    }
  };

  const follow = async (start: string, call: Call, credentials: Headers): Promise<Answer | Fault> => {
    let url = start;
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const outcome = await once(url, call, credentials);
      if (!("location" in outcome)) return outcome;
      const next = nextUrl(url, outcome.location, call.method, outcome.status);
      if (typeof next !== "string") return next;
      url = next;
    }
    return fault(`it redirects more than ${maxRedirects} times`, "REGISTRY_INVALID");
  };

  return async (address: RegistryAddress, call: Call): Promise<Answer | Fault> => {
    for (let renewed = false; ; renewed = true) {
      const credentials = await authorization.headersFor(address);
      if (isFault(credentials)) return credentials;
      const outcome = await follow(`${address.base}${call.path}`, call, credentials);
      const isRefused = "words" in outcome && outcome.status === 401;
      if (!isRefused || renewed || !authorization.renew()) return outcome;
    }
  };
}

/** Where a redirect leads, if credentials may go there: the same host, or its HTTPS. */
function nextUrl(from: string, location: string, method: Call["method"], status: number): string | Fault {
  const url = location !== "" && URL.canParse(location, from) ? new URL(location, from) : null;
  const here = new URL(from);
  const keepsMethod = method === "GET" || status === 307 || status === 308;
  const isSecured = url !== null && url.hostname === here.hostname && here.protocol === "http:" && url.protocol === "https:";
  if (url !== null && keepsMethod && (url.host === here.host ? url.protocol === here.protocol || isSecured : isSecured)) {
    return `${url.origin}${url.pathname}${url.search}`;
  }
  const where = url === null || url.host === here.host ? "elsewhere" : `to another host, ${url.host}`;
  const words = `it redirects ${where} (HTTP ${status}), which is not followed as the credentials would go along; give the final URL`;
  return fault(words, "REGISTRY_INVALID", { status });
}
