import { describe, expect, it } from "vitest";
import type { Projection } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { readConverter } from "../../src/project/converter.ts";
import { project } from "../../src/project/project.ts";
import { catalog, column, table } from "./build-catalog.ts";

const orders = table("orders", [column("id", 1, { type: "int8", notNull: true })]);

/** The one table's projection with the given settings beside the least that a connector needs. */
function run(settings: Readonly<Record<string, string>>): Projection {
  const base = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
  };
  const [first] = project(catalog([orders]), readConnector({ ...base, ...settings }));
  if (first === undefined) throw new Error("nothing is captured");
  return first;
}

const AVRO = "io.confluent.connect.avro.AvroConverter";
const APICURIO = "io.apicurio.registry.utils.converter.AvroConverter";
const KAFKA = "org.apache.kafka.connect.";
const SUBJECT = "io.confluent.kafka.serializers.subject.";
const SERDE = "io.apicurio.registry.serde.";
const extractKey = {
  transforms: "key",
  "transforms.key.type": "org.apache.kafka.connect.transforms.ExtractField$Key",
  "transforms.key.field": "id",
};
const codes = (projection: Projection): readonly string[] => projection.caveats.map(({ code }) => code);

describe("a converter", () => {
  it.each([
    [AVRO, "avro", "confluent"],
    ["AvroConverter", "avro", "confluent"],
    ["Avro", "avro", "confluent"],
    [APICURIO, "avro", "apicurio"],
    [`${KAFKA}json.JsonConverter`, "json", "other"],
    ["Json", "json", "other"],
    ["io.confluent.connect.json.JsonSchemaConverter", "json-schema", "confluent"],
    ["io.apicurio.registry.utils.converter.ExtJsonConverter", "json-schema", "apicurio"],
    ["io.confluent.connect.protobuf.ProtobufConverter", "protobuf", "confluent"],
    [`${KAFKA}storage.StringConverter`, "plain", "other"],
    ["com.example.Mine", "unknown", "other"],
  ])("of class %s writes %s", (name, format, vendor) => {
    expect(readConverter("key", { "key.converter": name }, {})).toMatchObject({ format, vendor });
  });

  it("that writes no schema has no subject", () => {
    const projection = run({ "key.converter": `${KAFKA}storage.StringConverter`, "value.converter": AVRO });
    expect(projection).toMatchObject({ keySubject: null, valueSubject: "srv.public.orders-value" });
    expect(codes(projection)).toEqual(["converter-without-registry"]);
  });

  it("of JSON does not mind names that are none of Avro's", () => {
    const strange = {
      "topic.prefix": "my-srv",
      "value.converter": `${KAFKA}json.JsonConverter`,
      "key.converter": `${KAFKA}json.JsonConverter`,
    };
    expect(codes(run(strange))).not.toContain("avro-namespace-invalid");
    expect(codes(run({ ...strange, "value.converter": AVRO }))).toContain("avro-namespace-invalid");
  });

  it("may not take what it is given", () => {
    const long = `${KAFKA}converters.LongConverter`;
    expect(codes(run({ "key.converter": long, "value.converter": AVRO }))).toContain("converter-mismatch");
    expect(codes(run({ "key.converter": long, "value.converter": AVRO, ...extractKey }))).not.toContain("converter-mismatch");
  });
});

describe("subjects", () => {
  it.each([
    [{}, "srv.public.orders-key", "srv.public.orders-value"],
    [{ [`key.converter.key.subject.name.strategy`]: `${SUBJECT}RecordNameStrategy` }, "srv.public.orders.Key", "srv.public.orders-value"],
    [
      { [`value.converter.value.subject.name.strategy`]: `${SUBJECT}TopicRecordNameStrategy` },
      "srv.public.orders-key",
      "srv.public.orders-srv.public.orders.Envelope",
    ],
    // The strategy of the values says nothing of the keys.
    [{ [`key.converter.value.subject.name.strategy`]: `${SUBJECT}RecordNameStrategy` }, "srv.public.orders-key", "srv.public.orders-value"],
  ])("of Confluent with %j", (settings, key, value) => {
    const projection = run({ "key.converter": AVRO, "value.converter": AVRO, ...settings });
    expect([projection.keySubject, projection.valueSubject]).toEqual([key, value]);
  });

  it("by the record follow the transforms", () => {
    const settings = {
      "value.converter": AVRO,
      "value.converter.value.subject.name.strategy": `${SUBJECT}RecordNameStrategy`,
      transforms: "unwrap,name",
      "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.name.type": "org.apache.kafka.connect.transforms.SetSchemaMetadata$Value",
      "transforms.name.schema.name": "com.example.Order",
    };
    expect(run(settings).valueSubject).toBe("com.example.Order");
  });

  it("by the record need one", () => {
    const settings = { "key.converter": AVRO, "key.converter.key.subject.name.strategy": `${SUBJECT}RecordNameStrategy`, ...extractKey };
    const projection = run(settings);
    expect(projection.keySubject).toBeNull();
    expect(projection.caveats.find(({ code }) => code === "converter-mismatch")?.message).toContain("is given the type int64");
  });

  it.each([
    [{ "apicurio.registry.artifact-resolver-strategy": `${SERDE}strategy.TopicIdStrategy` }, "srv.public.orders-value"],
    [{ "apicurio.registry.artifact-resolver-strategy": `${SERDE}strategy.SimpleTopicIdStrategy` }, "srv.public.orders"],
    [{ "apicurio.registry.artifact-resolver-strategy": `${SERDE}avro.strategy.QualifiedRecordIdStrategy` }, "srv.public.orders.Envelope"],
    [{ "apicurio.registry.artifact-resolver-strategy": `${SERDE}avro.strategy.RecordIdStrategy` }, null],
    [{ "apicurio.registry.artifact.artifact-id": "fixed" }, null],
  ])("of Apicurio with %j", (settings, subject) => {
    const own = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`value.converter.${name}`, value]));
    const projection = run({ "value.converter": APICURIO, ...own });
    expect(projection.valueSubject).toBe(subject);
    expect(codes(projection).includes("subject-strategy-unknown")).toBe(subject === null);
  });

  it("in a context of their own are not known", () => {
    const settings = { "value.converter": AVRO, "value.converter.context.name.strategy": "com.example.Tenant" };
    expect(run(settings).caveats.find(({ code }) => code === "subject-strategy-unknown")?.message).toContain("com.example.Tenant");
  });
});
