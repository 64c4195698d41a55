import type { Dispatcher } from "undici";
import type { RegistryAddress } from "./address.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import { createTokenSource } from "./oauth.ts";
import type { RegistryOptions } from "./options.ts";

export type Headers = Readonly<Record<string, string>>;

/** Who asks. Its headers are for the registry's own addresses alone. */
export interface Authorization {
  readonly headersFor: (address: RegistryAddress) => Promise<Headers | Fault>;
  /** The registry refused the headers: false when there are no others. */
  readonly renew: () => boolean;
  /** HTTP 401 in words. */
  readonly refusal: Fault;
}

export function createAuthorization(options: RegistryOptions, transport: Dispatcher): Authorization {
  if (options.oauth !== undefined) return byOAuth(options, transport, options.oauth.tokenUrl);
  if (options.token !== undefined) {
    const headers = { authorization: `Bearer ${options.token}` };
    return fixed(() => headers, "it answers HTTP 401: the token is wrong or has expired");
  }
  return fixed((address) => basic(address, options), "it answers HTTP 401: the credentials are missing or wrong");
}

function fixed(headersFor: (address: RegistryAddress) => Headers, words: string): Authorization {
  return {
    headersFor: (address) => Promise.resolve(headersFor(address)),
    renew: () => false,
    refusal: fault(words, "REGISTRY_UNAUTHORIZED", { status: 401 }),
  };
}

function byOAuth(options: RegistryOptions, transport: Dispatcher, tokenUrl: string): Authorization {
  const source = createTokenSource(options, transport);
  return {
    headersFor: async () => {
      const token = await source.token();
      return typeof token === "string" ? { authorization: `Bearer ${token}` } : token;
    },
    renew: source.forget,
    refusal: fault(`it answers HTTP 401: it does not take the token of ${hostOf(tokenUrl)}`, "REGISTRY_UNAUTHORIZED", { status: 401 }),
  };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "the token endpoint");

function basic({ username, password }: RegistryAddress, options: RegistryOptions): Headers {
  const user = options.username ?? username;
  if (user === null) return {};
  const secret = options.username === undefined ? password : (options.password ?? "");
  return { authorization: `Basic ${Buffer.from(`${user}:${secret ?? ""}`).toString("base64")}` };
}
