import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadConnectors } from "../../src/commands/connectors.ts";
import type { SourceOptions } from "../../src/commands/options.ts";
import { emptyConfig } from "../../src/config/parse.ts";
import type { Config } from "../../src/config/parse.ts";

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";
const orders = { "connector.class": POSTGRES, "topic.prefix": "shop", "plugin.name": "pgoutput" };
const mysql = { "connector.class": "io.debezium.connector.mysql.MySqlConnector", "topic.prefix": "inventory" };
const worker = "bootstrap.servers=kafka:9092\ngroup.id=connect\nvalue.converter=org.apache.kafka.connect.json.JsonConverter\n";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** The connectors of files in a folder of their own, each as JSON unless it is a text. */
async function load(files: Readonly<Record<string, unknown>>, more: Partial<SourceOptions> = {}, config: Partial<Config> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "driftgate-connectors-"));
  undo.push(() => rmSync(cwd, { recursive: true }));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
  const options: SourceOptions = {
    cwd,
    config: null,
    postgresVersion: null,
    debeziumVersion: null,
    color: false,
    quiet: false,
    verbose: false,
    paths: [],
    pending: [],
    base: null,
    baselines: [],
    databaseUrl: null,
    mayRunCommands: true,
    connectors: Object.keys(files),
    registry: null,
    engine: null,
    ...more,
  };
  return loadConnectors(options, { ...emptyConfig, ...config });
}

test("connectors of other databases are left out, and it is said", async () => {
  const { connectors, assumptions } = await load({
    "a.json": [
      { name: "orders", config: orders },
      { name: "inventory", config: mysql },
    ],
    "b.json": { name: "archive", config: { "connector.class": "org.example.ArchiveSink", topics: "a" } },
  });
  expect(connectors.map(({ name, path }) => [name, path])).toEqual([["orders", "a.json"]]);
  expect(assumptions).toEqual([
    "Only Debezium's connectors for PostgreSQL are covered; left out: inventory (MySqlConnector), archive (ArchiveSink).",
    "Debezium 3.6 is assumed to run orders, as nothing says which version it is (--debezium-version, or debezium.version in driftgate.yml).",
  ]);
});

test("without any of PostgreSQL there is nothing to check", async () => {
  await expect(load({ "a.json": mysql })).rejects.toThrow("a.json: connector.class is io.debezium.connector.mysql.MySqlConnector");
  await expect(load({ "a.json": mysql, "b.json": { name: "s", config: { "connector.class": "x.Sink" } } })).rejects.toThrow(
    "a.json, b.json: it has no Debezium connector for PostgreSQL (but a.json (MySqlConnector), s (Sink))",
  );
  await expect(load({ "w.properties": worker })).rejects.toThrow("w.properties: it has no connector");
});

test("a worker's file gives the converters that the connector does not name, and no field names are adjusted for them", async () => {
  const avro = worker.replace("org.apache.kafka.connect.json.JsonConverter", "io.confluent.connect.avro.AvroConverter");
  const { connectors } = await load({ "worker.properties": avro, "orders.json": orders });
  expect(connectors.map(({ valueConverter, settings }) => [valueConverter.class, settings["value.converter"]])).toEqual([
    ["io.confluent.connect.avro.AvroConverter", undefined],
  ]);
});

const connect = (name: string, format: string): string =>
  `apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnect\nmetadata: {name: ${name}}\nspec:\n  config: {value.converter: ${format}}\n`;

test("of several workers the one that the connector names counts", async () => {
  const connector = `apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata: {name: orders, labels: {strimzi.io/cluster: two}}\nspec:\n  class: ${POSTGRES}\n  config: {topic.prefix: shop, plugin.name: pgoutput}\n`;
  const files = { "all.yaml": [connect("one", "x.One"), connect("two", "x.Two"), connector].join("---\n") };
  expect((await load(files)).connectors[0]?.valueConverter.class).toBe("x.Two");
});

const versionOf = async (...args: Parameters<typeof load>) => {
  const [connector] = (await load(...args)).connectors;
  return [connector?.version, connector?.versionGiven];
};

test("the version comes from the command line, else from driftgate.yml, else from where the connector is", async () => {
  const file = { "a.json": { ...orders, "connector.plugin.version": "3.1.3.Final" } };
  expect(await versionOf(file)).toEqual(["3.1", true]);
  expect(await versionOf(file, {}, { debezium: { version: "3.2" } })).toEqual(["3.2", true]);
  expect(await versionOf(file, { debeziumVersion: "3.3" }, { debezium: { version: "3.2" } })).toEqual(["3.3", true]);
  expect(await versionOf({ "a.json": orders })).toEqual(["3.6", false]);
  expect((await load(file)).assumptions).toEqual([]);
});

test("a live worker is asked with the credentials of driftgate.yml, and its URL is shown without any", async () => {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    const isPlugins = request.url === "/connector-plugins";
    response.end(JSON.stringify(isPlugins ? [{ class: POSTGRES, version: "3.4.3.Final" }] : { orders: { info: { config: orders } } }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  undo.push(() => server.close());
  const address = server.address();
  const host = typeof address === "object" && address !== null ? `127.0.0.1:${address.port}` : "";
  const { connectors } = await load({}, { connectors: [`http://${host}`] }, { connect: { username: "ops", password: "pw" } });
  expect(connectors.map(({ name, version, path, problems }) => ({ name, version, path, problems }))).toEqual([
    { name: "orders", version: "3.4", path: `http://${host}`, problems: [] },
  ]);
  const basic = `Basic ${Buffer.from("ops:pw").toString("base64")}`;
  expect(seen).toEqual([`/connectors?expand=info ${basic}`, `/connector-plugins ${basic}`]);
});
