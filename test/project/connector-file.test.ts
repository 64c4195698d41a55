import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseConnectors } from "../../src/project/connector-file.ts";
import type { ConnectorSource } from "../../src/project/connector-source.ts";

const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";
const fixture = (name: string): readonly ConnectorSource[] => parseConnectors(readFileSync(`fixtures/connectors/${name}`, "utf8"), name);
const only = (sources: readonly ConnectorSource[]): ConnectorSource => {
  const [first, second] = sources;
  if (first === undefined || second !== undefined) throw new Error(`${sources.length} connectors`);
  return first;
};

const names = (text: string): readonly (string | null)[] => parseConnectors(text, "c.json").map(({ name }) => name);
const at = (source: ConnectorSource, setting: string): string => {
  const place = source.places[setting];
  return place === undefined ? "" : `${place.path}:${place.start.line}:${place.start.column}-${place.end.line}:${place.end.column}`;
};

describe("a connector file", () => {
  it("may be JSON with comments, trailing commas and numbers", () => {
    const { name, settings } = only(fixture("orders.json"));
    expect(name).toBe("orders-connector");
    expect(settings).toMatchObject({ name: "orders-connector", "database.port": "5432", "topic.prefix": "shop" });
  });

  it("may be a flat object", () => {
    expect(only(parseConnectors('{"topic.prefix": "a", "tombstones.on.delete": false}', "c.json")).settings).toEqual({
      "topic.prefix": "a",
      "tombstones.on.delete": "false",
    });
  });

  it("may be what GET /connectors?expand=info&expand=status answers", () => {
    const sources = fixture("expand.json");
    expect(sources.map(({ name, kind, settings }) => [name, kind, settings["connector.class"]])).toEqual([
      ["orders", "connector", POSTGRES],
      ["elastic", "connector", "io.confluent.connect.elasticsearch.ElasticsearchSinkConnector"],
    ]);
  });

  it("may be a list, or connectors by name", () => {
    expect(names('[{"name": "a", "config": {"x": "1"}}, {"name": "b", "connector.class": "C"}]')).toEqual(["a", "b"]);
    expect(names('{"a": {"connector.class": "C"}, "b": {"config": {"x": 1}}}')).toEqual(["a", "b"]);
    expect(names('{"connectors": [{"name": "a", "config": {}}]}')).toEqual(["a"]);
  });

  it("may be .properties of Kafka Connect", () => {
    expect(only(fixture("worker.properties")).settings).toMatchObject({
      "topic.prefix": "shop",
      "table.include.list": "public\\.orders,public\\.customers",
    });
  });

  it("may be .properties of Debezium Server, whose converters are its engine's and not the connector's", () => {
    const { settings, converters } = only(fixture("server.properties"));
    expect(settings).toMatchObject({
      "topic.prefix": "shop",
      transforms: "route",
      "transforms.route.regex": "shop\\.public\\.(.*)",
    });
    expect(Object.keys(settings).filter((name) => name.includes("converter"))).toEqual([]);
    expect(converters).toMatchObject({
      "value.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter.schema.registry.url": "http://registry.example.org:8081",
    });
  });

  it("takes what Debezium Server says for both formats, Apicurio's classes with its registry, JSON by default, and Quarkus' production profile", () => {
    const text = `debezium.source.topic.prefix=a
%dev.debezium.source.topic.prefix=dev
%prod.debezium.source.topic.prefix=live
debezium.format.value=avro
debezium.format.apicurio.registry.url=http://r/apis/registry/v2
debezium.format.value.apicurio.registry.auto-register=true
quarkus.log.level=INFO
`;
    const { settings, converters } = only(parseConnectors(text, "application.properties"));
    expect(settings).toEqual({ "topic.prefix": "live" });
    expect(converters).toEqual({
      "key.converter": "io.apicurio.registry.utils.converter.ExtJsonConverter",
      "key.converter.apicurio.registry.url": "http://r/apis/registry/v2",
      "value.converter": "io.apicurio.registry.utils.converter.AvroConverter",
      "value.converter.apicurio.registry.url": "http://r/apis/registry/v2",
      "value.converter.apicurio.registry.auto-register": "true",
    });
    expect(only(parseConnectors("debezium.source.topic.prefix=a", "a.properties")).converters).toEqual({
      "key.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    });
  });

  it("may be Debezium Server's application.yaml", () => {
    const text = `debezium:
  source:
    connector.class: ${POSTGRES}
    topic: {prefix: dev}
    table.include.list: [public.a, public.b]
  transforms:
    ~: route
    route.type: org.apache.kafka.connect.transforms.RegexRouter
  format:
    value: {~: avro, schema.registry.url: "http://r"}
"%prod":
  debezium.source.topic.prefix: live
`;
    const { settings, converters, places } = only(parseConnectors(text, "application.yaml"));
    expect(settings).toEqual({
      "connector.class": POSTGRES,
      "topic.prefix": "live",
      "table.include.list": "public.a,public.b",
      transforms: "route",
      "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
    });
    expect(converters).toMatchObject({
      "value.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter.schema.registry.url": "http://r",
    });
    expect(places["table.include.list"]?.start).toMatchObject({ line: 5, column: 5 });
  });

  it("may be YAML of a KafkaConnector", () => {
    expect(only(fixture("strimzi.yaml")).settings).toEqual({
      "connector.class": POSTGRES,
      "plugin.name": "pgoutput",
      "tasks.max": "1",
      "topic.prefix": "shop",
      "database.port": "5432",
      "tombstones.on.delete": "false",
    });
    expect(() => parseConnectors("spec:\n  config:\n    transforms: [a]\n", "c.yaml")).toThrow('c.yaml:3:17: "transforms" is a list');
  });

  it("may hold a worker, several connectors and other resources", () => {
    const sources = fixture("cluster.yaml");
    expect(sources.map(({ kind, name, cluster, debeziumVersion }) => ({ kind, name, cluster, debeziumVersion }))).toEqual([
      { kind: "worker", name: "connect", cluster: "connect", debeziumVersion: "3.0.8.Final" },
      { kind: "connector", name: "orders", cluster: "connect", debeziumVersion: null },
      { kind: "connector", name: "archive", cluster: "connect", debeziumVersion: null },
    ]);
    expect(sources[0]?.settings).toMatchObject({ "value.converter": "io.confluent.connect.avro.AvroConverter" });
  });

  it("may be a DebeziumServer resource", () => {
    const { settings, converters, debeziumVersion } = only(fixture("debezium-server.yaml"));
    expect(debeziumVersion).toBe("3.1.0.Final");
    expect(settings).toEqual({
      "connector.class": POSTGRES,
      "topic.prefix": "shop",
      "database.port": "5432",
      transforms: "t0",
      "transforms.t0.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.t0.predicate": "orders",
      "transforms.t0.add.fields": "op",
      predicates: "orders",
      "predicates.orders.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
      "predicates.orders.pattern": "shop.public.orders",
    });
    expect(converters).toMatchObject({
      "key.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter.schema.registry.url": "http://registry:8081",
    });
  });

  it("says where each setting stands", () => {
    expect(at(only(fixture("orders.json")), "table.include.list")).toBe("orders.json:13:5-13:56");
    expect(at(only(fixture("worker.properties")), "table.include.list")).toBe("worker.properties:6:1-7:23");
    const cluster = fixture("cluster.yaml");
    expect(cluster[1] && at(cluster[1], "topic.prefix")).toBe("cluster.yaml:29:5-29:23");
    expect(at(only(fixture("server.properties")), "topic.prefix")).toBe("server.properties:5:1-5:34");
  });

  it.each([
    ["c.json", '{\n  "topic.prefix" "a"\n}', "c.json:2:18: the JSON cannot be read (colon expected)"],
    ["c.json", '{\n  "config": {\n    "transforms": ["a"]\n  }\n}', 'c.json:3:19: "transforms" is a list'],
    ["c.json", '{"a": null}', 'c.json:1:7: "a" is null'],
    ["c.json", "", "c.json:1:1: "],
    ["c.json", "[]", "c.json:1:1: it holds no connector's configuration"],
    ["c.json", '["orders"]', "c.json:1:2: a connector's configuration is an object of settings"],
    ["c.json", '{"name": "a", "connector": {"state": "RUNNING"}, "tasks": []}', "c.json:1:1: it is a connector's status"],
    ["c.yaml", "a: [", "c.yaml:1:5: "],
    ["c.yaml", "a: *b\n", "c.yaml:1:4: "],
    ["c.yaml", "apiVersion: v1\nkind: Service\n", "c.yaml:1:1: it holds no connector's configuration"],
    ["c.yaml", "", "c.yaml:1:1: it holds no connector's configuration"],
  ])("%s says where it cannot be read: %j", (path, text, message) => {
    expect(() => parseConnectors(text, path)).toThrow(message);
    expect(() => parseConnectors(text, path)).toThrow(UserError);
  });

  test("aliases of aliases do not fill the memory", () => {
    const lines = Array.from(
      { length: 30 },
      (_, index) => `k${index + 1}: &a${index + 1} [*a${index}, *a${index}, *a${index}, *a${index}]`,
    );
    expect(() => parseConnectors(`k0: &a0 x\n${lines.join("\n")}\n`, "c.yaml")).toThrow("cannot be resolved");
  });
});
