import { setTimeout as sleep } from "node:timers/promises";
import { InternalError, UserError } from "../../errors.ts";
import type { JsonValue } from "../../model/json.ts";
import type { RegistryAddress } from "./address.ts";
import { isTrouble } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { createAuthorization } from "./authorization.ts";
import { errorOf, fault } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { createLimiter } from "./limiter.ts";
import type { RegistryOptions } from "./options.ts";
import { defaultMaxBytes, defaultTimeoutMs } from "./options.ts";
import { createSender } from "./send.ts";
import type { Call } from "./send.ts";
import { atOnce, openTransport } from "./transport.ts";

/**
 * JSON over HTTP with a registry: at most five requests at once, time-outs, few retries, the next of several URLs where one fails. It can
 * only read: nothing else than a GET and a POST of a question leaves through it.
 */
export interface RegistryHttp {
  /** @param path with its leading slash and query. @throws UserError REGISTRY_UNREACHABLE, REGISTRY_UNAUTHORIZED, REGISTRY_INVALID */
  readonly get: (path: string) => Promise<Answer>;
  /** As get; null where no usable answer comes, for what can be asked in another way. */
  readonly attempt: (path: string) => Promise<Answer | null>;
  /** As get; a question can be done without, so a registry that fails to answer it gives status and no body. */
  readonly ask: (path: string, body: JsonValue) => Promise<Answer>;
  /** As get at the root of the host, outside the API's own path; null where anything goes wrong. */
  readonly probe: (path: string) => Promise<Answer | null>;
  readonly close: () => Promise<void>;
}

/** The POSTs that write nothing: is this compatible, and is this registered? */
const questions = /^\/(compatibility\/subjects\/[^/?]+\/versions(\/[^/?]+)?|subjects\/[^/?]+)(\?[^#]*)?$/;

/** Confluent's client waits one second first and never above twenty. */
const firstWaitMs = 500;
const maxWaitMs = 20_000;

export function createHttp(addresses: readonly RegistryAddress[], options: RegistryOptions): RegistryHttp {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, retries = 2 } = options;
  const transport = openTransport(options);
  const authorization = createAuthorization(options, transport);
  const limit = createLimiter(atOnce);
  const send = createSender({
    transport,
    timeoutMs,
    maxBytes,
    hasCertificate: options.tls?.cert !== undefined,
    authorization,
    extra: options.headers ?? {},
  });
  /** Who answered last is asked first. */
  let best = 0;
  let hasAnswered = false;

  const first = addresses[0];
  if (first === undefined)
    throw new UserError("REGISTRY_INVALID", "No URL of a schema registry was given. It has the form https://host:8081.");

  const untilAnswered = async (call: Call): Promise<Answer | { readonly fault: Fault; readonly address: RegistryAddress }> => {
    for (let round = 0; ; round += 1) {
      let last = { fault: fault("nothing was sent", "REGISTRY_INVALID"), address: first };
      let waitMs: number | null = null;
      for (let turn = 0; turn < addresses.length; turn += 1) {
        const at = (best + turn) % addresses.length;
        const address = addresses[at] ?? first;
        const outcome = await send(address, call);
        if ("body" in outcome) {
          best = at;
          hasAnswered = true;
          return outcome;
        }
        last = { fault: outcome, address };
        waitMs = outcome.lasts ? waitMs : Math.max(waitMs ?? 0, outcome.waitMs ?? firstWaitMs * 2 ** round);
      }
      if (waitMs === null || round >= retries) return last;
      if (waitMs > maxWaitMs)
        return { ...last, fault: { ...last.fault, words: `${last.fault.words} and asks to wait ${Math.round(waitMs / 1000)} s` } };
      await sleep(waitMs);
    }
  };

  const get: RegistryHttp["get"] = async (path) => {
    const result = await limit(() => untilAnswered({ method: "GET", path, body: undefined }));
    if ("body" in result) return result;
    // A registry that is there and fails at one thing can still tell the rest.
    const { status } = result.fault;
    if (hasAnswered && status !== undefined && isTrouble(status)) return { status, body: null };
    throw errorOf(result.address.shown, result.fault);
  };
  const attempt: RegistryHttp["attempt"] = async (path) => {
    const result = await limit(() => untilAnswered({ method: "GET", path, body: undefined }));
    return "body" in result ? result : null;
  };
  const ask: RegistryHttp["ask"] = async (path, body) => {
    if (!questions.test(path)) throw new InternalError(`${path} is no question, so it is not posted`);
    const result = await limit(() => untilAnswered({ method: "POST", path, body: JSON.stringify(body) }));
    if ("body" in result) return result;
    if (result.fault.status !== undefined && result.fault.status !== 401) return { status: result.fault.status, body: null };
    throw errorOf(result.address.shown, result.fault);
  };
  const probe: RegistryHttp["probe"] = async (path) => {
    const address = addresses[best] ?? first;
    const outcome = await limit(() => send({ ...address, base: new URL(address.base).origin }, { method: "GET", path, body: undefined }));
    return "body" in outcome ? outcome : null;
  };
  return { get, attempt, ask, probe, close: () => transport.destroy() };
}
