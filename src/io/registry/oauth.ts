import type { Dispatcher } from "undici";
import { request } from "undici";
import type { Fault } from "./fault.ts";
import { fault, faultOfError } from "./fault.ts";
import type { OAuthOptions, RegistryOptions } from "./options.ts";
import { defaultMaxBytes, defaultTimeoutMs } from "./options.ts";

/** Access tokens by the client credentials grant (RFC 6749, 4.4): one at a time, kept until shortly before it expires. */
export interface TokenSource {
  readonly token: () => Promise<string | Fault>;
  /** Drops a token that was refused; false when there was none, or it has just been fetched. */
  readonly forget: () => boolean;
}

/** A token is not sent any more when it has less than this to live. */
const marginMs = 30_000;
/** Where the answer names no life time, which RFC 6749 only recommends. */
const defaultLifeMs = 5 * 60_000;
/** A token refused at this age is not refused for its age. */
const youngMs = 1000;

interface Token {
  readonly text: string;
  readonly fetchedAt: number;
  readonly goodUntil: number;
}

export function createTokenSource(options: RegistryOptions, transport: Dispatcher): TokenSource {
  let kept: Token | null = null;
  let running: Promise<Token | Fault> | null = null;
  return {
    token: async () => {
      if (kept !== null && performance.now() < kept.goodUntil) return kept.text;
      running ??= fetchToken(options, transport);
      const fetched = await running;
      running = null;
      if (!("text" in fetched)) return fetched;
      kept = fetched;
      return fetched.text;
    },
    forget: () => {
      const isOld = kept !== null && performance.now() - kept.fetchedAt > youngMs;
      kept = null;
      return isOld;
    },
  };
}

async function fetchToken(options: RegistryOptions, transport: Dispatcher): Promise<Token | Fault> {
  const { oauth, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = options;
  if (oauth === undefined || !URL.canParse(oauth.tokenUrl)) return refused("registry.oauth.tokenUrl is no URL");
  const url = new URL(oauth.tokenUrl);
  const place = `the token endpoint ${url.origin}${url.pathname}`;
  try {
    const { statusCode, body } = await request(url, {
      method: "POST",
      dispatcher: transport,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded", authorization: clientOf(oauth) },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        ...(oauth.scope === undefined ? {} : { scope: oauth.scope }),
      }).toString(),
    });
    return tokenIn(statusCode, await body.text(), place);
  } catch (error) {
    const below = faultOfError(error, { timeoutMs, maxBytes, lacksCertificate: false });
    return { ...below, words: `${place}: ${below.words}` };
  }
}

/** As Kafka's own client does: id and secret in the header, not in the body. */
function clientOf({ clientId, clientSecret }: OAuthOptions): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}

function tokenIn(status: number, text: string, place: string): Token | Fault {
  const answer = objectIn(text);
  const { access_token: token, expires_in: seconds, error } = answer;
  if (status !== 200) {
    // `error` is one of RFC 6749's words; a description may hold anything, so it is left out.
    const reason = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
    const passes = status === 429 || status >= 500;
    return fault(`${place} answers HTTP ${status}${reason}`, passes ? "REGISTRY_UNREACHABLE" : "REGISTRY_UNAUTHORIZED", { lasts: !passes });
  }
  if (typeof token !== "string" || token === "") return refused(`${place} gives no access token`);
  const lifeMs = Number.isFinite(Number(seconds)) && Number(seconds) > 0 ? Number(seconds) * 1000 : defaultLifeMs;
  const fetchedAt = performance.now();
  return { text: token, fetchedAt, goodUntil: fetchedAt + Math.max(lifeMs - marginMs, lifeMs / 2) };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    // Own keys of any object can be read; what they hold is checked where it is used.
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

const refused = (words: string): Fault => fault(words, "REGISTRY_UNAUTHORIZED");
