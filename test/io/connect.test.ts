import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { fetchConnectors, withoutCredentials } from "../../src/io/connect.ts";

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
  const error: unknown = await fetchConnectors(url, { timeoutMs }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error instanceof UserError ? `${error.code}: ${error.message}` : "";
}

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";
const plugins = [
  { class: "org.apache.kafka.connect.mirror.MirrorSourceConnector", type: "source", version: "4.3.0" },
  { class: POSTGRES, type: "source", version: "3.4.3.Final" },
];

/** A worker with two connectors; every path and its authorization is noted. */
async function worker(seen: string[], prefix = ""): Promise<string> {
  return serve((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""}`.trim());
    const orders = { "connector.class": POSTGRES, "tasks.max": 1 };
    const answers: Record<string, unknown> = {
      "/connectors?expand=info": { orders: { info: { config: orders } }, sink: { info: { config: { "connector.class": "Sink" } } } },
      "/connectors/orders/config": orders,
      "/connector-plugins": plugins,
    };
    const answer = answers[(request.url ?? "").slice(prefix.length)];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { error_code: 404 }));
  });
}

test("one connector by its URL, with basic authentication taken from it", async () => {
  const seen: string[] = [];
  const connectors = await fetchConnectors(`http://user:p%40ss@${await worker(seen)}/connectors/orders`);
  expect(connectors).toEqual([
    { name: "orders", config: { "connector.class": POSTGRES, "tasks.max": "1" }, debeziumVersion: "3.4.3.Final" },
  ]);
  const basic = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  expect(seen).toEqual([`GET /connectors/orders/config ${basic}`, `GET /connector-plugins ${basic}`]);
});

test("all connectors of a worker, also behind a path, with a token", async () => {
  const seen: string[] = [];
  const host = await worker(seen, "/connect");
  const connectors = await fetchConnectors(`http://${host}/connect/`, { token: "abc" });
  expect(connectors.map(({ name, config }) => [name, config["connector.class"]])).toEqual([
    ["orders", POSTGRES],
    ["sink", "Sink"],
  ]);
  expect(seen).toEqual(["GET /connect/connectors?expand=info Bearer abc", "GET /connect/connector-plugins Bearer abc"]);
  expect(await fetchConnectors(`http://${host}/connect/connectors`)).toHaveLength(2);
  expect(withoutCredentials(`http://a:b@${host}/connect/?x=1`)).toBe(`http://${host}/connect/`);
});

test("a worker that hides its plugins, or has the plugin twice, tells no version", async () => {
  const answers = async (list: unknown): Promise<string | null | undefined> => {
    const host = await serve((request, response) => {
      const isPlugins = request.url === "/connector-plugins";
      response.statusCode = isPlugins && list === null ? 403 : 200;
      response.end(JSON.stringify(isPlugins ? list : { "connector.class": POSTGRES }));
    });
    const [found] = await fetchConnectors(`http://${host}/connectors/a`);
    server?.close();
    return found?.debeziumVersion;
  };
  expect(await answers(null)).toBeNull();
  expect(await answers([...plugins, { class: POSTGRES, version: "3.6.1.Final" }])).toBeNull();
  expect(await answers(plugins)).toBe("3.4.3.Final");
});

test("names are asked one by one where the worker knows no expand", async () => {
  const host = await serve((request, response) => {
    response.end(JSON.stringify(request.url?.startsWith("/connectors?") === true ? ["a b"] : { url: request.url }));
  });
  expect(await fetchConnectors(`http://${host}`)).toEqual([
    { name: "a b", config: { url: "/connectors/a%20b/config" }, debeziumVersion: null },
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

test.each([
  [401, "the credentials are missing or wrong"],
  [404, "it has no such connector"],
  [409, "its cluster is rebalancing"],
])("status %i is told in words", async (status, words) => {
  const host = await serve((_, response) => {
    response.statusCode = status;
    response.end("{}");
  });
  expect(await failureOf(`http://${host}/connectors/a`)).toContain(words);
});
