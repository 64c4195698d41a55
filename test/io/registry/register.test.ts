import { readFileSync } from "node:fs";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { afterEach, describe, expect, test } from "vitest";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import { openWriter } from "../../../src/io/registry/register.ts";
import type { Registration } from "../../../src/io/registry/register.ts";
import type { Handler, Served } from "./server.ts";
import { json, serve } from "./server.ts";

const schema = '{"type":"record","name":"Value","namespace":"shop.public.orders","fields":[{"name":"id","type":"int"}]}';
// avsc takes neither the dash nor the default of the second branch; Confluent's 7.x and Apicurio take both.
const loose =
  '{"type":"record","name":"Value","namespace":"my-shop.public.orders","fields":[{"name":"id","type":["null","int"],"default":0}]}';
const subject = "shop.public.orders-value";
const pem = (name: string): string => readFileSync(`fixtures/tls/${name}`, "utf8");
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

async function start(handler: Handler, tls: Parameters<typeof serve>[1] = null): Promise<Served> {
  const server = await serve(handler, tls);
  undo.push(server.close);
  return server;
}

function register(url: string, registration: Partial<Registration> = {}, options: ClientOptions = {}): Promise<number> {
  const writer = openWriter(url, { timeoutMs: 1000, ...options });
  undo.push(writer.close);
  return writer.register({ subject, schema, configured: null, ...registration });
}

const accepting: Handler = (path, response, request) => {
  if (path.startsWith("/config")) json(response, 404, { error_code: 40408, message: "not found" });
  else if (request.method === "POST") json(response, 200, { id: 7 });
  else json(response, 200, { schema });
};
const writes = ({ requests }: Served): readonly string[] => requests.filter((request) => !request.startsWith("GET"));

test("registers under the subject, and leaves the subject's configuration alone", async () => {
  const server = await start(accepting);
  expect(await register(server.url)).toBe(7);
  expect(writes(server)).toEqual([`POST /subjects/${subject}/versions`]);
  expect(JSON.parse(server.bodies.find((body) => body !== "") ?? "null")).toEqual({ schema });
});

test("a level set for the subject is passed to the library as it is, and never changed", async () => {
  const server = await start((path, response, request) =>
    path.startsWith("/config") ? json(response, 200, { compatibilityLevel: "FULL_TRANSITIVE" }) : accepting(path, response, request),
  );
  expect(await register(server.url, { configured: "FULL_TRANSITIVE" })).toBe(7);
  await expect(register(server.url, { configured: "BACKWARD" })).rejects.toThrow("BACKWARD != FULL_TRANSITIVE");
  expect(writes(server)).toEqual([`POST /subjects/${subject}/versions`]);
});

test("a schema that the library cannot read is sent all the same, as it stands", async () => {
  const server = await start(accepting);
  expect(await register(server.url, { schema: loose })).toBe(7);
  expect(server.requests).toEqual([`POST /subjects/${subject}/versions`]);
  expect(server.bodies).toEqual([JSON.stringify({ schema: loose })]);
});

test("what is written under the id in the wire format reads back", async () => {
  const server = await start(accepting);
  const id = await register(server.url);
  const registry = new SchemaRegistry({ host: server.url });
  const message = await registry.encode(id, { id: 42 });
  expect([...message.subarray(0, 5)]).toEqual([0, 0, 0, 0, 7]);
  expect(await registry.decode(message)).toMatchObject({ id: 42 });
});

describe.each([
  ["the library", schema],
  ["the way around it", loose],
])("%s", (_way, text) => {
  test("credentials, a token, a context, Confluent Cloud's header", async () => {
    const server = await start(accepting);
    await register(server.url.replace("//", "//ann:p%40ss@"), { schema: text });
    await register(server.url, { schema: text }, { token: "t", context: ".lab", headers: { "target-sr-cluster": "lsrc-1" } });
    const sent = server.headers.map(({ authorization }) => authorization);
    expect(new Set(sent)).toEqual(new Set([`Basic ${Buffer.from("ann:p@ss").toString("base64")}`, "Bearer t"]));
    expect(server.headers.at(-1)).toMatchObject({ "target-sr-cluster": "lsrc-1" });
    expect(server.requests.at(-1)).toBe(`POST /subjects/${encodeURIComponent(`:.lab:${subject}`)}/versions`);
  });

  test("a client certificate and an authority of one's own", async () => {
    const wants = { cert: pem("server.pem"), key: pem("server.key"), ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: true };
    const server = await start(accepting, wants);
    const tls = { ca: pem("ca.pem"), cert: pem("client.pem"), key: pem("client-encrypted.key"), passphrase: "hush" };
    expect(await register(server.url, { schema: text }, { tls })).toBe(7);
    await expect(register(server.url, { schema: text })).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  });

  const answers: readonly [string, Handler, string, RegExp][] = [
    [
      "refuses",
      (_path, response) => json(response, 409, { error_code: 409, message: "Schema being registered is incompatible\nat Java" }),
      "REGISTRY_REFUSED",
      /did not take the schema for subject shop\.public\.orders-value \(HTTP 409\): .*Schema being registered is incompatible$/,
    ],
    [
      "is read-only",
      (_path, response) => json(response, 422, { error_code: 42205, message: "Subject is in read-only mode" }),
      "REGISTRY_REFUSED",
      /read-only mode/,
    ],
    ["does not know the credentials", (_path, response) => json(response, 401, { message: "no" }), "REGISTRY_UNAUTHORIZED", /HTTP 401/],
    ["never answers", () => {}, "REGISTRY_UNREACHABLE", /1000 ?ms|within 1 s/],
    ["redirects", (_path, response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(), "REGISTRY_", /redirects|no id/],
  ];
  test.each(answers)("one that %s", async (_what, answer, code, words) => {
    const server = await start((path, response, request) =>
      path.startsWith("/config") ? accepting(path, response, request) : answer(path, response, request),
    );
    const started = performance.now();
    const failure = register(server.url.replace("//", "//ann:hush@"), { schema: text });
    await expect(failure).rejects.toMatchObject({ code: expect.stringContaining(code) });
    await expect(failure).rejects.toThrow(words);
    await expect(failure).rejects.toThrow(server.url);
    await expect(failure).rejects.not.toThrow("hush");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("of several URLs the next one is written to", async () => {
    const server = await start(accepting);
    expect(await register(`http://ann:hush@127.0.0.1:9,${server.url}`, { schema: text })).toBe(7);
    const refusing = await start((path, response, request) =>
      path.startsWith("/config") ? accepting(path, response, request) : json(response, 409, { error_code: 409, message: "no" }),
    );
    await expect(register(`${refusing.url},${server.url}`, { schema: text })).rejects.toMatchObject({ code: "REGISTRY_REFUSED" });
    expect(writes(server)).toHaveLength(1);
  });

  test("a connection that is refused", async () => {
    await expect(register("http://ann:hush@127.0.0.1:9", { schema: text })).rejects.toThrow(/127\.0\.0\.1:9.*refused/i);
  });
});
