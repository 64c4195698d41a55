import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import { openRegistry } from "../../../src/io/registry/client.ts";
import type { Handler, Served } from "./server.ts";
import { json, registryWith, serve } from "./server.ts";

const pem = (name: string): string => readFileSync(join("fixtures/tls", name), "utf8");
const ca = pem("ca.pem");
const good = { cert: pem("server.pem"), key: pem("server.key") };
const client = { ca, cert: pem("client.pem"), key: pem("client-encrypted.key"), passphrase: "hush" };
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of undo.splice(0)) await one();
});

async function start(handler: Handler, tls: Parameters<typeof serve>[1] = null): Promise<Served> {
  const server = await serve(handler, tls);
  undo.push(server.close);
  return server;
}

/** The global level, or the message and code of the failure. */
async function levelAt(url: string, options: ClientOptions): Promise<string> {
  const registry = openRegistry(url, { timeoutMs: 2000, retries: 0, ...options });
  try {
    return (await registry.globalLevel())?.level ?? "none";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message + String(error.stack)).not.toContain("hush");
    return `${error.code}: ${error.message}`;
  } finally {
    await registry.close();
  }
}

describe("TLS", () => {
  test.each<readonly [string, Parameters<typeof serve>[1], ClientOptions, RegExp]>([
    ["an authority of one's own", good, { tls: { ca } }, /^BACKWARD$/],
    ["an authority that is not known", good, {}, /^REGISTRY_UNREACHABLE: .*UNABLE_TO_VERIFY_LEAF_SIGNATURE.*registry\.tls\.ca/],
    [
      "a certificate that signed itself",
      { cert: pem("self-signed.pem"), key: pem("self-signed.key") },
      { tls: { ca } },
      /^REGISTRY_UNREACHABLE: .*DEPTH_ZERO_SELF_SIGNED_CERT/,
    ],
    [
      "a certificate that has expired",
      { cert: pem("expired.pem"), key: good.key },
      { tls: { ca } },
      /^REGISTRY_UNREACHABLE: .*its certificate has expired/,
    ],
    ["a client certificate", { ...good, ca, requestCert: true, rejectUnauthorized: true }, { tls: client }, /^BACKWARD$/],
    [
      "no client certificate where one is wanted",
      { ...good, ca, requestCert: true, rejectUnauthorized: true },
      { tls: { ca } },
      /^REGISTRY_UNREACHABLE: .*registry\.tls\.cert/,
    ],
  ])("%s", async (_what, tls, options, answer) => {
    const server = await start(registryWith({}), tls);
    expect(await levelAt(server.url, options)).toMatch(answer);
  });

  test("a server without TLS", async () => {
    const server = await start(registryWith({}));
    expect(await levelAt(server.url.replace("http:", "https:"), {})).toMatch(/^REGISTRY_UNREACHABLE: .*does not speak TLS/);
  });

  test("a client's key that cannot be read", async () => {
    const server = await start(registryWith({}), good);
    expect(await levelAt(server.url, { tls: { ...client, passphrase: "wrong" } })).toMatch(/^REGISTRY_(INVALID|UNREACHABLE): /);
  });
});

/** Forwards plain requests and tunnels, both to the port that stands for `registry.test`. */
async function proxy(port: string): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server: Server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url} ${incoming.headers["proxy-authorization"] ?? ""}`.trim());
    const path = new URL(incoming.url ?? "").pathname;
    const onward = request({ port, path, method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    const onward = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  // A server that listens on a port has an address of this form.
  return { url: `http://ann:hush@127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe("a proxy", () => {
  test("HTTP_PROXY for http, credentials sent along", async () => {
    const server = await start(registryWith({}));
    const { url, seen } = await proxy(new URL(server.url).port);
    vi.stubEnv("HTTP_PROXY", url);
    expect(await levelAt("http://registry.test:8081", {})).toBe("BACKWARD");
    expect(seen).toEqual([`GET http://registry.test:8081/config Basic ${Buffer.from("ann:hush").toString("base64")}`]);
  });

  test("HTTPS_PROXY for https, through a tunnel in which the certificate is checked", async () => {
    const server = await start(registryWith({}), good);
    const { url, seen } = await proxy(new URL(server.url).port);
    vi.stubEnv("HTTPS_PROXY", url);
    expect(await levelAt("https://registry.test:8081", { tls: { ca } })).toBe("BACKWARD");
    expect(seen).toEqual(["CONNECT registry.test:8081"]);
    expect(await levelAt("https://registry.test:8081", {})).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });

  test("NO_PROXY, and the machine itself, go without", async () => {
    const server = await start(registryWith({}));
    const { url, seen } = await proxy(new URL(server.url).port);
    vi.stubEnv("HTTP_PROXY", url);
    expect(await levelAt(server.url, {})).toBe("BACKWARD");
    vi.stubEnv("NO_PROXY", ".test");
    expect(await levelAt("http://registry.test:8081", {})).toMatch(/^REGISTRY_UNREACHABLE: .*the host name is not known/);
    expect(seen).toEqual([]);
  });

  test("a proxy that is not there, or no URL", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://ann:hush@127.0.0.1:9");
    expect(await levelAt("https://registry.test:8081", {})).toMatch(/^REGISTRY_UNREACHABLE: .*the connection is refused/);
    vi.stubEnv("HTTPS_PROXY", "http://ann:hush@");
    expect(() => openRegistry("https://registry.test:8081")).toThrow("HTTP_PROXY or HTTPS_PROXY holds no URL");
  });
});

const refusesFirst =
  (token: string): Handler =>
  (path, response, incoming) =>
    incoming.headers.authorization === `Bearer ${token}`
      ? registryWith({})(path, response, incoming)
      : json(response, 401, { error_code: 40101, message: "expired" });
const oauth = (tokenUrl: string) => ({ oauth: { tokenUrl, clientId: "reader", clientSecret: "hush", scope: "sr" } });

describe("OAuth client credentials", () => {
  test("one token for all requests, fetched with the client's own credentials", async () => {
    const idp = await start((_path, response) => json(response, 200, { access_token: "t1", expires_in: 3600 }));
    const server = await start(refusesFirst("t1"));
    const registry = openRegistry(server.url, oauth(`${idp.url}/token?tenant=a`));
    undo.push(registry.close);
    const levels = await Promise.all([registry.globalLevel(), registry.globalLevel(), registry.globalMode()]);
    expect(levels).toMatchObject([{ level: "BACKWARD" }, { level: "BACKWARD" }, "READWRITE"]);
    expect(idp.requests).toEqual(["POST /token?tenant=a"]);
    expect(idp.bodies).toEqual(["grant_type=client_credentials&scope=sr"]);
    expect(idp.headers[0]?.authorization).toBe(`Basic ${Buffer.from("reader:hush").toString("base64")}`);
  });

  test("a token that has expired is renewed, before and after the registry says so", async () => {
    let number = 0;
    const idp = await start((_path, response) => json(response, 200, { access_token: `t${(number += 1)}`, expires_in: 0.4 }));
    const server = await start((path, response, incoming) => refusesFirst(`t${number}`)(path, response, incoming));
    const registry = openRegistry(server.url, oauth(idp.url));
    undo.push(registry.close);
    expect(await registry.globalLevel()).toMatchObject({ level: "BACKWARD" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await registry.globalLevel()).toMatchObject({ level: "BACKWARD" });
    expect(idp.requests.length).toBe(2);

    let accepted = "u1";
    let issued = 0;
    const longLived = await start((_path, response) => json(response, 200, { access_token: `u${(issued += 1)}`, expires_in: 3600 }));
    const revoking = await start((path, response, incoming) => refusesFirst(accepted)(path, response, incoming));
    const second = openRegistry(revoking.url, oauth(longLived.url));
    undo.push(second.close);
    await second.globalLevel();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    accepted = "u2";
    expect(await second.globalLevel()).toMatchObject({ level: "BACKWARD" });
    expect(longLived.requests.length).toBe(2);
  });

  test.each<readonly [string, Handler, RegExp]>([
    [
      "refuses the client",
      (_path, response) => json(response, 401, { error: "invalid_client", error_description: "hush is wrong" }),
      /^REGISTRY_UNAUTHORIZED: .*the token endpoint http:\/\/127\.0\.0\.1:\d+\/ answers HTTP 401 \(invalid_client\)/,
    ],
    ["gives no token", (_path, response) => json(response, 200, {}), /^REGISTRY_UNAUTHORIZED: .*gives no access token/],
    ["fails", (_path, response) => json(response, 503, {}), /^REGISTRY_UNREACHABLE: .*answers HTTP 503/],
    ["never answers", () => {}, /^REGISTRY_UNREACHABLE: .*the token endpoint .*: no full answer within 0\.4 s/],
  ])("an endpoint that %s", async (_what, handler, answer) => {
    const [idp, server] = [await start(handler), await start(registryWith({}))];
    expect(
      await levelAt(server.url, { ...oauth(idp.url), ...(answer.source.includes("no full answer") ? { timeoutMs: 400 } : {}) }),
    ).toMatch(answer);
    expect(server.requests).toEqual([]);
  });

  test("a token that the registry does not take", async () => {
    const idp = await start((_path, response) => json(response, 200, { access_token: "hush" }));
    const server = await start((_path, response) => json(response, 401, {}));
    expect(await levelAt(server.url, oauth(idp.url))).toMatch(/^REGISTRY_UNAUTHORIZED: .*does not take the token of 127\.0\.0\.1/);
    expect(idp.requests.length).toBe(1);
  });
});

test("what Confluent Cloud wants to be told", async () => {
  const server = await start(registryWith({}));
  await levelAt(server.url, { token: "t", headers: { "target-sr-cluster": "lsrc-1" } });
  expect(server.headers[0]).toMatchObject({ authorization: "Bearer t", "target-sr-cluster": "lsrc-1" });
});
