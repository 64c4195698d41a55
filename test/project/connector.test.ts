import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assumedConnector } from "../../src/project/assumed-connector.ts";
import { parseConnectors } from "../../src/project/connector-file.ts";
import { readConnector } from "../../src/project/connector.ts";

const POSTGRES = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
};
const settingsIn = (text: string, path: string): Record<string, string> => ({ ...parseConnectors(text, path)[0]?.settings });
const fixture = (name: string): Record<string, string> => settingsIn(readFileSync(`fixtures/connectors/${name}`, "utf8"), name);

const of = (debeziumVersion: string) => readConnector(POSTGRES, { debeziumVersion });

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
    [{ "connector.class": POSTGRES["connector.class"], "database.server.name": "a" }, "it was called database.server.name"],
    [{ ...POSTGRES, transforms: "unwrap" }, "transforms.unwrap.type is missing"],
  ])("refuses what Debezium refuses: %j", (settings, message) => {
    expect(() => readConnector(settings, { path: "c.json" })).toThrow(message);
  });

  it.each([
    [{ "table.include.list": "public\\.tmp_++.*" }, "table.include.list"],
    [{ "table.include.list": "public\\.[a-z&&[^t]]*" }, "table.include.list"],
    [{ "table.include.list": "${TABLES}" }, "table.include.list"],
    [{ "skipped.operations": "${env:SKIPPED}" }, "skipped.operations"],
    [{ "decimal.handling.mode": "${vault:kv/shop:decimals}" }, "decimal.handling.mode"],
    [{ "table.whitelist": "public.orders" }, "table.whitelist"],
    [{ "plugin.name": "decoderbufs" }, "plugin.name"],
    [{ converters: "isbn" }, "converters"],
    [{ "topic.naming.strategy": "com.example.Naming" }, "topic.naming.strategy"],
    [{ "table.include.list": "${file:/etc/tables:list}" }, "table.include.list"],
  ])("names what it cannot predict: %j", (settings, setting) => {
    expect(readConnector({ ...POSTGRES, ...settings }).unsupported.map((one) => one.setting)).toContain(setting);
  });

  it.each([
    { "database.password": "${secrets:kafka/db:password}" },
    { "database.hostname": "${env:HOST}" },
    {
      transforms: "a",
      "transforms.a.type": "org.apache.kafka.connect.transforms.RegexRouter",
      "transforms.a.regex": "x",
      "transforms.a.replacement": "${name}",
    },
  ])("leaves alone what the worker fills in where no schema hangs on it: %j", (settings) => {
    const { problems, unsupported } = readConnector({ ...POSTGRES, ...settings });
    expect([problems, unsupported]).toEqual([[], []]);
  });

  it("takes the nearest version that it knows, and says so", () => {
    expect(of("3.7.1.Final")).toMatchObject({ version: "3.7", versionGiven: true, unsupported: [] });
    expect(of("3")).toMatchObject({ version: "3.0", unsupported: [] });
    expect(of("4.2").version).toBe("3.7");
    expect(of("2.1").version).toBe("2.3");
    expect(of("2.9").version).toBe("2.7");
    expect(of("4.2").unsupported).toEqual([
      { setting: "version", reason: "Debezium 4.2 is not known here; what is shown is that of 3.7, the nearest that is" },
    ]);
    expect(() => of("1.9")).toThrow("Debezium 1.9 is not covered");
    expect(() => of("latest")).toThrow('"latest" is no version of Debezium');
  });

  it("lets the default stand in for a value that Debezium refuses", () => {
    const connector = readConnector({ ...POSTGRES, "decimal.handling.mode": "strings" });
    expect(connector.problems).toEqual([
      {
        kind: "refused",
        setting: "decimal.handling.mode",
        reason: 'it is "strings", and it takes only precise, double and string',
        remedy: 'did you mean "string"?',
        span: null,
      },
    ]);
    expect(connector.unsupported).toEqual([]);
  });

  it("takes a version that nobody names for the newest that takes all settings", () => {
    const settings = { ...POSTGRES, "snapshot.mode": "never" };
    expect(readConnector(settings, { debeziumVersion: "3.3" }).problems).toMatchObject([{ kind: "refused" }]);
    expect(readConnector(settings, { debeziumVersion: "3.2" }).problems).toMatchObject([{ kind: "deprecated" }]);
    const { version, versionGiven, problems, unsupported } = readConnector(settings);
    expect({ version, versionGiven, unsupported }).toEqual({ version: "3.2", versionGiven: false, unsupported: [] });
    expect(problems).toMatchObject([{ setting: "snapshot.mode", kind: "deprecated" }]);
    expect(readConnector(POSTGRES).version).toBe("3.6");
    // The one is refused from 3.3 on, the other up to 3.6.
    const apart = readConnector({ ...settings, "time.precision.mode": "structured" });
    expect(apart.version).toBe("3.6");
    expect(apart.unsupported).toMatchObject([
      { setting: "snapshot.mode", reason: expect.stringContaining("no version takes all settings of this connector") },
      { setting: "time.precision.mode" },
    ]);
    // A setting that came later, or that went earlier, is none either.
    expect(readConnector({ ...POSTGRES, "notification.http.url": "http://n" }).problems).toEqual([]);
    expect(readConnector({ ...POSTGRES, "tabel.include.list": "a" }).problems).toMatchObject([{ kind: "ignored" }]);
  });
});
