import { describe, expect, it } from "vitest";
import type { Projection } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { catalog, column, table } from "./build-catalog.ts";

const orders = table("orders", [
  column("id", 1, { type: "int8", notNull: true }),
  column("qty", 2, { notNull: true, default: "1" }),
  column("at", 3, { type: "timestamp", modifier: 3 }),
  column("note", 4, { type: "text" }),
]);
const KAFKA = "org.apache.kafka.connect.transforms.";

/** Runs the given transforms, one entry each: class and settings. */
function run(
  transforms: readonly (readonly [string, Readonly<Record<string, string>>])[],
  more: Readonly<Record<string, string>> = {},
  captured = orders,
  debeziumVersion: string | null = null,
): Projection {
  const settings = Object.fromEntries(
    transforms.flatMap(([type, own], at) => Object.entries({ type, ...own }).map(([name, value]) => [`transforms.t${at}.${name}`, value])),
  );
  const base = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
  };
  const [first] = project(
    catalog([captured]),
    readConnector(
      { ...base, ...more, transforms: transforms.map((_, at) => `t${at}`).join(","), ...settings },
      debeziumVersion === null ? {} : { debeziumVersion },
    ),
  );
  if (first === undefined) throw new Error("nothing is captured");
  return first;
}

const unwrap = (settings: Readonly<Record<string, string>> = {}) => ["io.debezium.transforms.ExtractNewRecordState", settings] as const;
const kafka = (name: string, settings: Readonly<Record<string, string>>) => [`${KAFKA}${name}`, settings] as const;
const names = (projection: Projection): readonly string[] => projection.streaming?.value.fields?.map((field) => field.field) ?? [];
const fieldOf = (projection: Projection, name: string) => projection.streaming?.value.fields?.find((field) => field.field === name);
const unknown = (projection: Projection) => projection.caveats.filter(({ effect }) => effect === "unknown").map(({ code }) => code);

describe("ExtractNewRecordState", () => {
  it("puts the required row in the envelope's place", () => {
    const projection = run([unwrap()]);
    expect(projection.streaming?.value).toMatchObject({ name: "srv.public.orders.Value", optional: false });
    expect(projection.streaming?.valueAvro).toMatchObject({ name: "Value", namespace: "srv.public.orders" });
    expect(names(projection)).toEqual(["id", "qty", "at", "note"]);
  });

  it("adds __deleted, then the fields asked for, all optional", () => {
    const projection = run([unwrap({ "delete.tombstone.handling.mode": "rewrite", "add.fields": "op,source.ts_ms,table:tbl,id,nothing" })]);
    expect(names(projection)).toEqual(["id", "qty", "at", "note", "__deleted", "__op", "__source_ts_ms", "__tbl", "__id"]);
    expect(fieldOf(projection, "__source_ts_ms")).toEqual({ type: "int64", optional: true, field: "__source_ts_ms" });
  });

  it("reads the settings of before 3.2 there, and only there", () => {
    const old = [unwrap({ "delete.handling.mode": "rewrite" })];
    expect(names(run(old, {}, orders, "3.1"))).toContain("__deleted");
    expect(names(run(old, {}, orders, "3.6"))).not.toContain("__deleted");
    expect(unknown(run(old, {}, orders, "3.6"))).toEqual([]);
    expect(unknown(run(old))).toEqual(["transform-unsupported"]);
  });

  it("that routes by a column has topics that cannot be told, and fails when that is no text", () => {
    const routed = run([unwrap({ "route.by.field": "note" })]);
    expect(unknown(routed)).toEqual(["transform-unsupported"]);
    expect(routed.streaming?.value.name).toBe("srv.public.orders.Value");
    expect(unknown(run([unwrap({ "route.by.field": "qty" })]))).toEqual(["transform-fails"]);
  });
});

describe("routers", () => {
  it("RegexRouter changes topic and subject alone", () => {
    const projection = run([kafka("RegexRouter", { regex: "srv\\.(.*)\\.(.*)", replacement: "$2-$1" })]);
    expect(projection).toMatchObject({ topic: "orders-public", valueSubject: "orders-public-value" });
    expect(projection.streaming?.value.name).toBe("srv.public.orders.Envelope");
  });

  it("ByLogicalTableRouter renames the structs and widens the key", () => {
    const settings = { "topic.regex": "(.*)orders", "topic.replacement": "$1all" };
    const projection = run([["io.debezium.transforms.ByLogicalTableRouter", settings]]);
    expect(projection.topic).toBe("srv.public.all");
    expect(projection.streaming?.value).toMatchObject({ name: "srv.public.all.Envelope", version: 2 });
    expect(projection.streaming?.value.fields?.[0]).toMatchObject({ name: "srv.public.all.Value", optional: true, field: "before" });
    expect(projection.streaming?.key?.fields?.map((field) => field.field)).toEqual(["id", "__dbz__physicalTableIdentifier"]);
  });
});

describe("settings with which the connector does not start", () => {
  it.each([
    [kafka("RegexRouter", { regex: "(" }), "regex"],
    [kafka("ReplaceField", {}), "the class must be"],
    [kafka("Cast$Value", { spec: "qty:decimal" }), 'spec has "qty:decimal"'],
    [kafka("RegexRouter", { regex: "a", replacement: "b", predicate: "gone" }), 'its predicate "gone" is not listed'],
    [kafka("RegexRouter", { regex: "a", replacement: "b", negate: "true" }), "negate is set"],
  ])("are told of %j", (transform, reason) => {
    const [caveat] = run([transform]).caveats.filter(({ code }) => code === "transform-invalid");
    expect(caveat).toMatchObject({ effect: "unknown", message: expect.stringContaining(reason) });
  });
});

describe("Kafka's transforms", () => {
  it("ReplaceField filters and renames", () => {
    expect(names(run([unwrap(), kafka("ReplaceField$Value", { exclude: "at", renames: "qty:quantity" })]))).toEqual([
      "id",
      "quantity",
      "note",
    ]);
  });

  it("Cast makes a plain type and keeps optional and default", () => {
    const projection = run([unwrap(), kafka("Cast$Value", { spec: "qty:int64,at:string" })]);
    expect(fieldOf(projection, "qty")).toEqual({ type: "int64", optional: false, default: 1, field: "qty" });
    expect(fieldOf(projection, "at")).toEqual({ type: "string", optional: true, field: "at" });
  });

  it("InsertField appends", () => {
    const projection = run([
      unwrap(),
      kafka("InsertField$Value", { "static.field": "origin!", "static.value": "x", "timestamp.field": "ts" }),
    ]);
    expect(names(projection)).toEqual(["id", "qty", "at", "note", "ts", "origin"]);
    expect(fieldOf(projection, "origin")?.optional).toBe(false);
  });

  it("ValueToKey and ExtractField make the key", () => {
    const projection = run([unwrap(), kafka("ValueToKey", { fields: "qty" }), kafka("ExtractField$Key", { field: "qty" })]);
    expect(projection.streaming?.key).toEqual({ type: "int32", optional: false, default: 1 });
    expect(projection.keySubject).toBe("srv.public.orders-key");
  });

  it("TimestampConverter, SetSchemaMetadata, HoistField and Flatten", () => {
    const converted = run([unwrap(), kafka("TimestampConverter$Value", { field: "at", "target.type": "Timestamp" })]);
    expect(fieldOf(converted, "at")?.name).toBe("org.apache.kafka.connect.data.Timestamp");
    expect(run([kafka("SetSchemaMetadata$Value", { "schema.name": "com.example.Order" })]).streaming?.valueAvro).toMatchObject({
      name: "Order",
    });
    expect(run([unwrap(), kafka("HoistField$Value", { field: "row" })]).streaming?.valueAvro).toMatchObject({ name: "ConnectDefault" });
    expect(names(run([kafka("Flatten$Value", { delimiter: "_" })])).slice(0, 4)).toEqual([
      "before_id",
      "before_qty",
      "before_at",
      "before_note",
    ]);
  });

  it("that fail on every record are said", () => {
    expect(unknown(run([unwrap(), kafka("ExtractField$Value", { field: "gone" })]))).toEqual(["transform-fails"]);
  });
});

const told = (projection: Projection) => projection.caveats.filter(({ code }) => code.includes("delete")).map(({ message }) => message);

describe("deletes and tombstones", () => {
  it("that a transform cannot take are said, unless there are none", () => {
    const chain = [unwrap({ "delete.tombstone.handling.mode": "rewrite-with-tombstone" }), kafka("ValueToKey", { fields: "id" })] as const;
    expect(told(run(chain))).toEqual([expect.stringContaining("fails on tombstones, which follow each delete, so that the task stops")]);
    expect(told(run(chain, { "tombstones.on.delete": "false" }))).toEqual([]);
    expect(told(run(chain, { "skipped.operations": "t,d" }))).toEqual([]);
  });

  it("that go out with a key of their own are said", () => {
    const predicate = { predicates: "p", "predicates.p.type": `${KAFKA}predicates.RecordIsTombstone` };
    const chain = [
      unwrap({ "delete.tombstone.handling.mode": "rewrite-with-tombstone" }),
      kafka("ValueToKey", { fields: "id", predicate: "p", negate: "true" }),
    ] as const;
    expect(told(run(chain, predicate))).toEqual([
      expect.stringContaining("give the tombstones, which follow each delete another key schema"),
    ]);
  });
});

describe("a table whose rows are all dropped", () => {
  it("has neither snapshot nor stream", () => {
    const type = `${KAFKA}predicates.TopicNameMatches`;
    const filter = kafka("Filter", { predicate: "p" });
    const matching = (pattern: string) => run([filter], { predicates: "p", "predicates.p.type": type, "predicates.p.pattern": pattern });
    expect(matching("srv\\.public\\..*")).toMatchObject({
      snapshot: null,
      streaming: null,
      silent: expect.stringContaining("drops every row"),
    });
    expect(matching("other")).toMatchObject({ silent: null });
  });
});

const text = (name: string, position: number) => column(name, position, { type: "text", notNull: true });

describe("an outbox table", () => {
  const outbox = table("outbox", [
    column("id", 1, { type: "uuid", notNull: true }),
    text("aggregatetype", 2),
    text("aggregateid", 3),
    text("type", 4),
    column("payload", 5, { type: "bytea" }),
  ]);
  const router = (settings: Readonly<Record<string, string>>) => run([["io.debezium.transforms.outbox.EventRouter", settings]], {}, outbox);

  it("gives keys and values the schemas of two columns, and topics by the values of a third", () => {
    const projection = router({});
    expect(projection).toMatchObject({
      topic: "outbox.event.${aggregatetype}",
      streaming: { key: { type: "string", optional: false }, value: { type: "bytes", optional: true } },
    });
    expect(unknown(projection)).toEqual(["transform-unsupported"]);
  });

  it("may name one topic for all", () => {
    const projection = router({ "route.topic.replacement": "events" });
    expect(projection).toMatchObject({ topic: "events", valueSubject: "events-value" });
    expect(unknown(projection)).toEqual([]);
  });

  it("lacks a column that the router reads", () => {
    const projection = router({ "table.field.event.payload": "body" });
    expect(projection.caveats.find(({ code }) => code === "transform-fails")?.message).toContain('the table has no column "body"');
  });
});

describe("a class of a later Debezium", () => {
  const later = [["io.debezium.transforms.ToLogicalTopicRouter", { "topic.regex": ".*", "topic.replacement": "all" }]] as const;

  it("does not start on the version that was told, and tells of a later one where none was", () => {
    expect(run(later, {}, orders, "3.6").caveats.find(({ code }) => code === "transform-invalid")?.message).toContain("since Debezium 3.7");
    expect(run(later).topic).toBe("all");
  });
});

describe("a class by its simple name", () => {
  it("is found where only one has it", () => {
    expect(
      names(
        run([
          ["ExtractNewRecordState", {}],
          ["ReplaceField$Value", { exclude: "at" }],
        ]),
      ),
    ).toEqual(["id", "qty", "note"]);
    expect(unknown(run([["Filter", {}]]))).toEqual(["transform-unsupported"]);
  });
});

describe("what is not known", () => {
  it("stops the prediction and is named", () => {
    const projection = run([["com.example.Encrypt", {}], kafka("RegexRouter", { regex: ".*", replacement: "x" })]);
    expect(projection.topic).toBe("srv.public.orders");
    expect(projection.caveats.find(({ effect }) => effect === "unknown")?.message).toContain("com.example.Encrypt");
  });

  it("is a predicate on the record; one on the topic is evaluated", () => {
    const router = kafka("RegexRouter", { regex: ".*", replacement: "x", predicate: "p" });
    const type = `${KAFKA}predicates.`;
    const topic = (pattern: string) => ({
      predicates: "p",
      "predicates.p.type": `${type}TopicNameMatches`,
      "predicates.p.pattern": pattern,
    });
    expect(run([router], topic("srv\\..*")).topic).toBe("x");
    expect(run([router], topic("other\\..*")).topic).toBe("srv.public.orders");
    const header = (name: string) => ({ predicates: "p", "predicates.p.type": `${type}HasHeaderKey`, "predicates.p.name": name });
    expect(unknown(run([router], header("__debezium.newkey")))).toEqual(["transform-unsupported"]);
    expect(run([router], header("trace")).topic).toBe("srv.public.orders");
  });
});
