import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { fetchConnectors } from "../../src/io/connect.ts";

let server: Server | null = null;

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const started = createServer(handler);
  server = started;
  await new Promise<void>((done) => started.listen(0, "127.0.0.1", done));
  const address = started.address();
  return typeof address === "object" && address !== null ? `127.0.0.1:${address.port}` : "";
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function failureOf(url: string, timeoutMs = 2000): Promise<string> {
  const error: unknown = await fetchConnectors(url, timeoutMs).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error instanceof UserError ? `${error.code}: ${error.message}` : "";
}

test("one connector by its URL, with basic authentication taken from it", async () => {
  const seen: string[] = [];
  const host = await serve((request, response) => {
    seen.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    response.end(JSON.stringify({ "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "tasks.max": 1 }));
  });
  const connectors = await fetchConnectors(`http://user:pass@${host}/connectors/shop`);
  expect(connectors).toEqual([
    { name: "shop", config: { "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "tasks.max": "1" } },
  ]);
  expect(seen).toEqual([`/connectors/shop/config Basic ${Buffer.from("user:pass").toString("base64")}`]);
});

test("all connectors of a worker", async () => {
  const host = await serve((request, response) => {
    expect(request.url).toBe("/connectors?expand=info");
    response.end(JSON.stringify({ a: { info: { config: { "topic.prefix": "a" } } }, b: { info: { config: { "topic.prefix": "b" } } } }));
  });
  expect(await fetchConnectors(`http://${host}`)).toEqual([
    { name: "a", config: { "topic.prefix": "a" } },
    { name: "b", config: { "topic.prefix": "b" } },
  ]);
});

test("an answer that is no JSON, an error status and silence are each one message without the password", async () => {
  const html = await serve((_, response) => response.end("<html>sign in</html>"));
  const message = await failureOf(`http://user:secret@${html}/connectors/shop`);
  expect(message).toContain(`CONNECT_UNREACHABLE: Kafka Connect at http://${html}/connectors/shop/config: the answer is not JSON`);
  expect(message).not.toContain("secret");
  server?.close();
  const broken = await serve((_, response) => {
    response.statusCode = 500;
    response.end("{}");
  });
  expect(await failureOf(`http://${broken}`)).toContain("it answered 500");
  server?.close();
  const silent = await serve(() => undefined);
  expect(await failureOf(`http://${silent}`, 150)).toContain("no answer within 0.15 s");
});

test("a refused connection is told", async () => {
  expect(await failureOf("http://127.0.0.1:1/connectors/a")).toContain("Kafka Connect at http://127.0.0.1:1/connectors/a/config");
});
