import type { Dispatcher } from "undici";
import { EnvHttpProxyAgent } from "undici";
import { UserError } from "../../errors.ts";
import type { RegistryOptions } from "./options.ts";
import { defaultMaxBytes, defaultTimeoutMs } from "./options.ts";

/** Requests at once to one host. */
export const atOnce = 5;

/** The machine itself is never reached through a proxy. */
const loopback = "localhost,127.0.0.1,[::1]";

/**
 * Connections with the given authority and client certificate, through HTTP_PROXY and HTTPS_PROXY unless NO_PROXY names the host.
 * @throws UserError REGISTRY_INVALID when a proxy's URL or a certificate cannot be read
 */
export function openTransport({ tls, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes }: RegistryOptions): Dispatcher {
  const connect = { timeout: timeoutMs, ...tls };
  const { no_proxy: lower, NO_PROXY: upper } = process.env;
  const noProxy = [lower ?? upper ?? "", loopback].filter((part) => part !== "").join(",");
  try {
    return new EnvHttpProxyAgent({
      connections: atOnce,
      maxResponseSize: maxBytes,
      connect,
      requestTls: connect,
      // A proxy that takes CONNECT for port 443 only is the usual one.
      proxyTunnel: false,
      noProxy: (lower ?? upper) === "*" ? "*" : noProxy,
    });
  } catch (error) {
    const message = "HTTP_PROXY or HTTPS_PROXY holds no URL that can be read. It has the form http://proxy.example:3128.";
    throw new UserError("REGISTRY_INVALID", message, { cause: error });
  }
}
