import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { assumedConnector } from "../../src/project/assumed-connector.ts";
import { parseConnectorFile } from "../../src/project/connector-file.ts";
import { readConnector } from "../../src/project/connector.ts";

const POSTGRES = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
};
const fixture = (name: string): Record<string, string> => parseConnectorFile(readFileSync(`fixtures/connectors/${name}`, "utf8"), name);

describe("a connector file", () => {
  it("may be JSON with comments, trailing commas and numbers", () => {
    const settings = fixture("orders.json");
    expect(settings).toMatchObject({ name: "orders-connector", "database.port": "5432", "topic.prefix": "shop" });
  });

  it("may be a flat object", () => {
    expect(parseConnectorFile('{"topic.prefix": "a", "tombstones.on.delete": false}', "c.json")).toEqual({
      "topic.prefix": "a",
      "tombstones.on.delete": "false",
    });
  });

  it("may be .properties of Kafka Connect", () => {
    expect(fixture("worker.properties")).toMatchObject({
      "topic.prefix": "shop",
      "table.include.list": "public\\.orders,public\\.customers",
    });
  });

  it("may be .properties of Debezium Server", () => {
    expect(fixture("server.properties")).toMatchObject({
      "topic.prefix": "shop",
      "value.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter.schema.registry.url": "http://registry.example.org:8081",
      transforms: "route",
      "transforms.route.regex": "shop\\.public\\.(.*)",
    });
  });

  it("may be YAML of a KafkaConnector", () => {
    expect(fixture("strimzi.yaml")).toEqual({
      name: "orders-connector",
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "plugin.name": "pgoutput",
      "topic.prefix": "shop",
      "database.port": "5432",
      "tombstones.on.delete": "false",
    });
    expect(() => parseConnectorFile("spec:\n  config:\n    transforms: [a]\n", "c.yaml")).toThrow('c.yaml:3:17: "transforms" is no scalar');
  });

  it.each([
    ['{\n  "topic.prefix" "a"\n}', "c.json:2:18: the JSON cannot be read (colon expected)"],
    ['{\n  "config": {\n    "transforms": ["a"]\n  }\n}', 'c.json:3:19: "transforms" is an array'],
    ['{"a": null}', 'c.json:1:7: "a" is null'],
    ["", "c.json:1:1: "],
  ])("says where it cannot be read: %j", (text, message) => {
    expect(() => parseConnectorFile(text, "c.json")).toThrow(message);
    expect(() => parseConnectorFile(text, "c.json")).toThrow(UserError);
  });
});

describe("readConnector", () => {
  it("fills in Debezium's defaults", () => {
    const connector = assumedConnector();
    expect(connector).toMatchObject({
      name: "server",
      path: null,
      version: "3.6",
      topicPrefix: "server",
      publication: { name: "dbz_publication", autocreateMode: "all_tables" },
      slotName: "debezium",
      heartbeat: { intervalMs: 0, actionQuery: null },
      signalTable: null,
      transforms: [],
      unsupported: [],
    });
    expect(connector.valueConverter).toEqual({
      class: null,
      format: "avro",
      vendor: "confluent",
      settings: {},
      subjectNameStrategy: "topic",
    });
  });

  it("reads converters and transforms", () => {
    const connector = readConnector(fixture("orders.json"), { path: "orders.json" });
    expect(connector.keyConverter).toMatchObject({ class: "io.confluent.connect.avro.AvroConverter", format: "avro", vendor: "confluent" });
    expect(connector.transforms).toEqual([
      {
        name: "unwrap",
        class: "io.debezium.transforms.ExtractNewRecordState",
        settings: { "add.fields": "op,source.ts_ms" },
        predicate: null,
        negate: false,
      },
    ]);
  });

  it("keeps no secret", () => {
    const text = JSON.stringify(readConnector(fixture("orders.json")));
    expect(text).not.toContain("not-a-real-password");
    expect(text).not.toContain("pepper");
    expect(text).toContain("column.mask.hash.SHA-256.with.salt.(hidden)");
  });

  it("takes the worker's converter only where the connector has none", () => {
    const workerConverters = { "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "true" };
    expect(readConnector(POSTGRES, { workerConverters }).valueConverter).toMatchObject({
      format: "json",
      settings: { "schemas.enable": "true" },
    });
    const own = { ...POSTGRES, "value.converter": "io.apicurio.registry.utils.converter.AvroConverter" };
    expect(readConnector(own, { workerConverters }).valueConverter).toMatchObject({ format: "avro", vendor: "apicurio", settings: {} });
  });

  it.each([
    [fixture("mysql.json"), "Debezium's connector for mysql"],
    [{ "topic.prefix": "a" }, "connector.class is missing"],
    [{ ...POSTGRES, "topic.prefix": " " }, "topic.prefix is missing"],
    [{ ...POSTGRES, "decimal.handling.mode": "exact" }, 'decimal.handling.mode is "exact"; Debezium takes only precise, double, string'],
    [{ ...POSTGRES, "table.include.list": "a", "table.exclude.list": "b" }, "table.include.list and table.exclude.list are both set"],
    [{ ...POSTGRES, "heartbeat.interval.ms": "10s" }, 'heartbeat.interval.ms is "10s"'],
    [{ ...POSTGRES, transforms: "unwrap" }, "transforms.unwrap.type is missing"],
  ])("refuses what Debezium refuses: %j", (settings, message) => {
    expect(() => readConnector(settings, { path: "c.json" })).toThrow(message);
  });

  it.each([
    [{ "table.include.list": "public\\.(?!tmp_).*" }, "table.include.list"],
    [{ "table.whitelist": "public.orders" }, "table.whitelist"],
    [{ "plugin.name": "decoderbufs" }, "plugin.name"],
    [{ converters: "isbn" }, "converters"],
    [{ "topic.naming.strategy": "com.example.Naming" }, "topic.naming.strategy"],
    [{ "table.include.list": "${file:/etc/tables:list}" }, "table.include.list"],
    [{ "snapshot.mode": "never" }, "snapshot.mode"],
  ])("names what it cannot predict: %j", (settings, setting) => {
    expect(readConnector({ ...POSTGRES, ...settings }).unsupported.map((one) => one.setting)).toContain(setting);
  });

  it("knows which time modes a version has", () => {
    const settings = { ...POSTGRES, "time.precision.mode": "isostring" };
    expect(readConnector(settings, { debeziumVersion: "3.0.8.Final" }).unsupported).toHaveLength(1);
    expect(readConnector(settings, { debeziumVersion: "3.6.1.Final" }).unsupported).toEqual([]);
  });
});
