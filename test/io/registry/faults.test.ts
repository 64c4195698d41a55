import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import { openRegistry } from "../../../src/io/registry/client.ts";
import { fetchSubjects } from "../../../src/io/registry/fetch-subjects.ts";
import type { Handler, Served } from "./server.ts";
import { json, registryWith, serve } from "./server.ts";

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

async function start(handler: Handler): Promise<Served> {
  const server = await serve(handler);
  undo.push(server.close);
  return server;
}

/** A server below HTTP: what each connection gets. */
async function raw(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  // A server that listens on a port has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Outcome {
  readonly text: string;
  readonly seconds: number;
}

const withSecrets = (url: string): string => url.replace("http://", "http://ann:hush@");

/** `ok` with the number of versions, or code and message; in no case a secret. */
async function outcomeAt(url: string, options: ClientOptions = {}): Promise<Outcome> {
  const started = performance.now();
  const client = openRegistry(withSecrets(url), { timeoutMs: 20_000, retries: 1, ...options });
  const text = await fetchSubjects(client, ["s"], new Map([["s", '"int"']])).then(
    ([subject]) => (subject?.unavailable === null ? `ok ${subject.versions.length}` : `unavailable: ${subject?.unavailable}`),
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toMatch(/hush|ann:/);
      return `${error.code}: ${error.message}`;
    },
  );
  await client.close();
  return { text, seconds: (performance.now() - started) / 1000 };
}

const known = registryWith({
  "/subjects/s/versions": [1],
  "/subjects/s/versions/1": { subject: "s", version: 1, id: 1, schema: '"int"' },
  "/compatibility/subjects/s/versions?verbose=true": { is_compatible: true },
});

/** A registry that behaves so for its first requests. */
const first =
  (count: number, fault: Handler): Handler =>
  (path, response, request) => {
    if (count-- > 0) fault(path, response, request);
    else known(path, response, request);
  };

const html =
  (status: number): Handler =>
  (_path, response) =>
    void response.writeHead(status, { "content-type": "text/html" }).end("<html>Bad gateway, hush</html>");

describe("each fault has its name, its code and an end", () => {
  const chunked = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"com\r\n';
  const faults: readonly [string, () => Promise<string>, RegExp][] = [
    ["refuses the connection", () => Promise.resolve("http://127.0.0.1:9"), /^REGISTRY_UNREACHABLE: .*the connection is refused/],
    [
      "has a host name that nobody knows",
      () => Promise.resolve("http://registry.invalid:8081"),
      /^REGISTRY_UNREACHABLE: .*the host name is not known/,
    ],
    ["takes the connection and is silent", () => raw(() => {}), /^REGISTRY_UNREACHABLE: .*no full answer within 0\.4 s/],
    ["sends its headers and no body", () => raw((socket) => socket.write(chunked.slice(0, -13))), /no full answer within 0\.4 s/],
    ["stops in the middle of the body", () => raw((socket) => socket.write(chunked)), /no full answer within 0\.4 s/],
    [
      "drips one byte at a time",
      () =>
        raw((socket) => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"');
          const timer = setInterval(() => socket.write("x"), 50);
          socket.on("close", () => clearInterval(timer));
        }),
      /no full answer within 0\.4 s/,
    ],
    [
      "resets in the middle of the body",
      () =>
        raw((socket) => {
          socket.once("data", () => socket.write(chunked, () => setTimeout(() => socket.resetAndDestroy(), 20)));
        }),
      /^REGISTRY_UNREACHABLE: .*the connection ended before the answer was complete/,
    ],
    [
      "ends before any answer",
      () => raw((socket) => socket.once("data", () => socket.end())),
      /^REGISTRY_UNREACHABLE: .*the connection ended before the answer was complete/,
    ],
    ["does not speak HTTP", () => raw((socket) => socket.end("220 smtp.example ESMTP\r\n")), /^REGISTRY_UNREACHABLE: /],
  ];
  test.each(faults)("one that %s", async (_what, begin, expected) => {
    const hangs = expected.source.includes("no full answer");
    const { text, seconds } = await outcomeAt(await begin(), hangs ? { timeoutMs: 400 } : {});
    expect(text).toMatch(expected);
    expect(text).toMatch(/cannot be used: .* or give a folder of subjects\.$/);
    expect(seconds).toBeLessThan(15);
  });

  const answers: readonly [string, Handler, RegExp, number][] = [
    ["answers 502 with HTML", html(502), /^REGISTRY_UNREACHABLE: .*it answers HTTP 502/, 2],
    ["answers 200 with HTML", html(200), /^REGISTRY_INVALID: .*HTML or XML/, 1],
    [
      "answers 503 for ever",
      (_path, response) => json(response, 503, {}, { "retry-after": "0" }),
      /^REGISTRY_UNREACHABLE: .*it answers HTTP 503/,
      2,
    ],
    [
      "asks to wait for an hour",
      (_path, response) => json(response, 429, {}, { "retry-after": "3600" }),
      /^REGISTRY_UNREACHABLE: .*it answers HTTP 429: too many requests and asks to wait 3600 s/,
      1,
    ],
    [
      "asks to wait until a time",
      (_path, response) => json(response, 429, {}, { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() }),
      /^REGISTRY_UNREACHABLE: .*and asks to wait 3(600|59\d) s/,
      1,
    ],
    [
      "asks to wait until the limit of its rate is over",
      (_path, response) => json(response, 429, {}, { "x-ratelimit-reset": "3600" }),
      /^REGISTRY_UNREACHABLE: .*and asks to wait 3600 s/,
      1,
    ],
    [
      "refuses a token that has expired",
      (_path, response) => json(response, 401, { error_code: 40101, message: "Expired hush" }),
      /^REGISTRY_UNAUTHORIZED: .*the credentials are missing or wrong/,
      1,
    ],
    [
      "redirects for ever",
      (path, response) => response.writeHead(302, { location: `${path}/again` }).end(),
      /^REGISTRY_INVALID: .*it redirects more than 3 times/,
      4,
    ],
    ["redirects to nowhere", (_path, response) => response.writeHead(302).end(), /^REGISTRY_INVALID: .*it redirects/, 1],
    [
      "sends what is no level",
      (_path, response) => json(response, 200, { compatibilityLevel: "SIDEWAYS" }),
      /^REGISTRY_INVALID: There is no schema registry at/,
      1,
    ],
  ];
  test.each(answers)("one that %s", async (_what, handler, expected, requests) => {
    const server = await start(handler);
    const { text, seconds } = await outcomeAt(server.url);
    expect(text).toMatch(expected);
    expect(server.requests.length).toBe(requests);
    expect(seconds).toBeLessThan(15);
  });

  test("more than the limit is not read", async () => {
    const server = await start((_path, response) => void response.end(`"${"x".repeat(3 * 1024 * 1024)}"`));
    expect((await outcomeAt(server.url, { maxBytes: 1024 * 1024 })).text).toMatch(/^REGISTRY_UNREACHABLE: .*larger than 1 MiB/);
  });

  test("who was silent once is not waited for again", async () => {
    let connections = 0;
    const url = await raw(() => (connections += 1));
    expect((await outcomeAt(url, { timeoutMs: 300 })).text).toMatch(/no full answer within 0\.3 s/);
    expect(connections).toBe(1);
  });

  test("a static token that has expired", async () => {
    const server = await start((_path, response) => json(response, 401, {}));
    expect((await outcomeAt(server.url, { token: "hush" })).text).toMatch(/^REGISTRY_UNAUTHORIZED: .*the token is wrong or has expired/);
  });
});

describe("faults that are none in the end", () => {
  test.each<readonly [string, Handler]>([
    ["500 once", first(1, (_path, response) => json(response, 500, { error_code: 50001, message: "store" }))],
    ["429 with Retry-After as a date", first(1, (_path, response) => json(response, 429, {}, { "retry-after": new Date().toUTCString() }))],
    ["429 with X-RateLimit-Reset", first(1, (_path, response) => json(response, 429, {}, { "x-ratelimit-reset": "0" }))],
    ["a reset once", first(1, (_path, _response, request) => request.socket.resetAndDestroy())],
    [
      "a content type of something else",
      (path, response, request) => {
        const writeHead = response.writeHead.bind(response);
        response.writeHead = ((status: number) => writeHead(status, { "content-type": "text/html" })) as typeof response.writeHead;
        known(path, response, request);
      },
    ],
    [
      "a redirect on the same host",
      (path, response, request) =>
        path.startsWith("/new")
          ? known(path.slice(4), response, request)
          : response.writeHead(request.method === "GET" ? 301 : 308, { location: `/new${path}` }).end(),
    ],
  ])("%s", async (_what, handler) => {
    const server = await start(handler);
    expect((await outcomeAt(server.url)).text).toBe("ok 1");
  });

  test("a schema of 10 MB", async () => {
    const schema = JSON.stringify({ type: "enum", name: "E", symbols: Array.from({ length: 600_000 }, (_, index) => `SYMBOL_${index}`) });
    expect(schema.length).toBeGreaterThan(9e6);
    const server = await start((path, response, request) =>
      path.endsWith("/versions/1") ? json(response, 200, { subject: "s", version: 1, id: 1, schema }) : known(path, response, request),
    );
    expect((await outcomeAt(server.url)).text).toBe("ok 1");
  });
});

/** Who asked, each once. */
const sent = (server: Served): readonly string[] => [
  ...new Set(server.headers.map(({ authorization }) => Buffer.from(authorization?.slice(6) ?? "", "base64").toString())),
];

describe("credentials stay where they belong", () => {
  test("a redirect to another host gets nothing, neither request nor credentials", async () => {
    const other = await start(known);
    const server = await start((path, response) => response.writeHead(307, { location: `${other.url}${path}` }).end());
    const { text } = await outcomeAt(server.url, { headers: { "target-sr-cluster": "lsrc-1" } });
    expect(text).toMatch(/^REGISTRY_INVALID: .*it redirects to another host, 127\.0\.0\.1:\d+ \(HTTP 307\)/);
    expect(other.requests).toEqual([]);
  });

  test("a question is not sent on where a redirect would make another request of it", async () => {
    const server = await start((path, response, request) =>
      request.method === "POST" ? response.writeHead(302, { location: `/new${path}` }).end() : known(path, response, request),
    );
    expect((await outcomeAt(server.url)).text).toBe("ok 1");
    expect(server.requests.filter((request) => request.startsWith("POST")).length).toBeGreaterThan(0);
    expect(server.requests.filter((request) => request.includes("/new"))).toEqual([]);
  });

  test("of several URLs each gets its own", async () => {
    const one = await start((_path, response) => json(response, 503, {}));
    const two = await start(known);
    const urls = `${one.url.replace("//", "//ann:first@")},${two.url.replace("//", "//bob:second@")}`;
    const client = openRegistry(urls, { timeoutMs: 20_000 });
    undo.push(client.close);
    expect((await fetchSubjects(client, ["s"], new Map())).length).toBe(1);
    expect([sent(one), sent(two)]).toEqual([["ann:first"], ["bob:second"]]);
    // Who failed is not asked again for every request.
    expect(one.requests.length).toBe(1);
  });
});

describe("one subject does not take the others along", () => {
  test.each<readonly [string, Handler, RegExp]>([
    [
      "may not be read",
      (_path, response) => json(response, 403, { error_code: 40301, message: "User is denied" }),
      /may not be read with these credentials \(HTTP 403\): User is denied \(error code 40301\)/,
    ],
    [
      "fails the server",
      (_path, response) => json(response, 500, { error_code: 50001 }),
      /the list of versions cannot be read \(HTTP 500\)/,
    ],
    ["is answered with a proxy's page", (_path, response) => void response.writeHead(404).end("<html>"), /cannot be read \(HTTP 404\)/],
    ["is answered with a list of nothing known", (_path, response) => json(response, 200, ["one"]), /the list of versions cannot be read/],
  ])("one that %s", async (_what, handler, reason) => {
    const server = await start((path, response, request) =>
      path.startsWith("/subjects/other") ? handler(path, response, request) : known(path, response, request),
    );
    const client = openRegistry(server.url, { timeoutMs: 20_000, retries: 0 });
    undo.push(client.close);
    const [other, s] = await fetchSubjects(client, ["other", "s"], new Map());
    expect(other?.unavailable).toMatch(reason);
    expect(s).toMatchObject({ unavailable: null, versions: [{ version: 1 }] });
  });
});
