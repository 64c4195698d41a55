import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalog } from "../../src/model/catalog.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { parseConnectors } from "../../src/project/connector-file.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { readCatalog } from "../support/catalog.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";

const shop = join(import.meta.dirname, "../../fixtures/projects/shop");
const read = (path: string): string => readFileSync(join(shop, path), "utf8");
const released = ["V1__customers.sql", "V2__products.sql", "V3__orders.sql", "V4__change_stream.sql"];

let server: TestServer;
let catalog: Catalog;
beforeAll(async () => {
  server = await startPostgres();
  const client = await server.connect();
  for (const file of released) await client.query(read(`db/migration/${file}`));
  catalog = await readCatalog(client);
  await client.end();
});
afterAll(() => server.stop());

// Run with -u to write the files anew.
test("the shop's registry folder holds what Debezium registers for its released migrations", async () => {
  const path = "ingestion/debezium-postgres-connector.json";
  const connector = readConnector(parseConnectors(read(path), path)[0]?.settings ?? {}, { debeziumVersion: "3.6" });
  const registered: [string, JsonValue][] = project(catalog, connector).flatMap(({ keySubject, valueSubject, streaming }) => [
    ...(keySubject !== null && streaming?.keyAvro ? [[keySubject, streaming.keyAvro] satisfies [string, JsonValue]] : []),
    ...(valueSubject !== null && streaming !== null ? [[valueSubject, streaming.valueAvro] satisfies [string, JsonValue]] : []),
  ]);
  expect(registered.map(([subject]) => subject)).toHaveLength(10);
  for (const [subject, schema] of registered) {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(shop, "registry/subjects", subject, "1.avsc"));
  }
  const folders = readdirSync(join(shop, "registry/subjects"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(registered.map(([subject]) => subject).sort());
});
