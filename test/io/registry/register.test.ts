import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { afterEach, expect, test } from "vitest";
import { registerSchema } from "../../../src/io/registry/register.ts";
import type { Handler, Served } from "./server.ts";
import { json, serve } from "./server.ts";

const schema = '{"type":"record","name":"Value","namespace":"shop.public.orders","fields":[{"name":"id","type":"int"}]}';
const subject = "shop.public.orders-value";
const open: Served[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(handler: Handler): Promise<Served> {
  const server = await serve(handler);
  open.push(server);
  return server;
}

const accepting: Handler = (path, response, request) => {
  if (path.startsWith("/config")) json(response, 404, { error_code: 40408, message: "not found" });
  else if (request.method === "POST") json(response, 200, { id: 7 });
  else json(response, 200, { schema });
};

test("registers under the subject, and leaves the subject's configuration alone", async () => {
  const server = await start(accepting);
  expect(await registerSchema(server.url, { subject, schema, level: "BACKWARD" })).toBe(7);
  expect(server.requests.filter((request) => !request.startsWith("GET"))).toEqual([`POST /subjects/${subject}/versions`]);
  expect(JSON.parse(server.bodies.find((body) => body !== "") ?? "null")).toMatchObject({ schema });
});

test("what is written under the id in the wire format reads back", async () => {
  const server = await start(accepting);
  const id = await registerSchema(server.url, { subject, schema, level: "BACKWARD" });
  const registry = new SchemaRegistry({ host: server.url });
  const message = await registry.encode(id, { id: 42 });
  expect([...message.subarray(0, 5)]).toEqual([0, 0, 0, 0, 7]);
  expect(await registry.decode(message)).toMatchObject({ id: 42 });
});

test("a refusal names the subject and the registry, without the credentials", async () => {
  const server = await start((path, response) => {
    if (path.startsWith("/config")) json(response, 404, { error_code: 40408, message: "not found" });
    else json(response, 409, { error_code: 409, message: "Schema being registered is incompatible" });
  });
  const url = server.url.replace("http://", "http://ann:hush@");
  const failure = registerSchema(url, { subject, schema, level: "BACKWARD" });
  await expect(failure).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  await expect(failure).rejects.toThrow(`${server.url} did not take the schema for subject ${subject}: `);
  await expect(failure).rejects.not.toThrow("hush");
});
