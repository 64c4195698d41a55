import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Projection } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { catalog, column, publication, table, TYPES } from "./build-catalog.ts";
import { cpuMs } from "../support/cpu-time.ts";

const orders = table("orders", [
  column("id", 1, { type: "int8", notNull: true }),
  column("name", 2, { type: "text" }),
  column("total", 3, { generated: { kind: "stored", expression: "(id * 2)" } }),
]);

function run(of: Catalog, settings: Readonly<Record<string, string>> = {}, debeziumVersion = "3.6"): readonly Projection[] {
  const base = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
  };
  return project(of, readConnector({ ...base, ...settings }, { debeziumVersion }));
}

function one(of: Catalog, settings: Readonly<Record<string, string>> = {}): Projection {
  const [first] = run(of, settings);
  if (first === undefined) throw new Error("nothing is captured");
  return first;
}

const rowOf = (schema: Projection["snapshot"]): readonly string[] => schema?.value.fields?.[0]?.fields?.map((field) => field.field) ?? [];
const codes = (projection: Projection): readonly string[] =>
  projection.caveats.filter(({ effect }) => effect === "unknown").map(({ code }) => code);

const topics = (projections: readonly Projection[]): readonly string[] => projections.map(({ topic }) => topic);
const silent = (of: Catalog): readonly boolean[] => run(of).map(({ streaming }) => streaming === null);
const fieldsOf = (version: string, name: string): readonly string[] => {
  const [projection] = run(catalog([orders]), {}, version);
  const fields = projection?.streaming?.value.fields ?? [];
  return (name === "" ? fields : (fields.find(({ field }) => field === name)?.fields ?? [])).map(({ field }) => field);
};

describe("a captured table", () => {
  it("casts no doubt on a default as large as a double can be", () => {
    const { streaming, caveats } = one(
      catalog([table("sizes", [column("size", 1, { type: "float8", default: "'1e20'::double precision" })])]),
    );
    expect(streaming?.value.fields?.[0]?.fields?.[0]?.default).toBe(1e20);
    expect(caveats.filter(({ message }) => message.includes("size"))).toEqual([]);
  });

  it("has topic, subjects and key", () => {
    const projection = one(catalog([orders]));
    expect(projection).toMatchObject({
      connector: "srv",
      topic: "srv.public.orders",
      keySubject: "srv.public.orders-key",
      valueSubject: "srv.public.orders-value",
      key: { columns: ["id"], source: "primary-key" },
      silent: null,
    });
    expect(projection.snapshot?.keyAvro).toEqual({
      type: "record",
      name: "Key",
      namespace: "srv.public.orders",
      fields: [{ name: "id", type: "long" }],
      "connect.name": "srv.public.orders.Key",
    });
  });

  it("shows a generated column in the snapshot alone", () => {
    const projection = one(catalog([orders]));
    expect(rowOf(projection.snapshot)).toEqual(["id", "name", "total"]);
    expect(rowOf(projection.streaming)).toEqual(["id", "name"]);
    expect(projection.columns[2]).toMatchObject({
      column: "total",
      field: null,
      omitted: "generated columns are not sent by pgoutput",
      protectedBy: null,
    });
    const published = publication({ allTables: true, generatedColumns: "stored" });
    expect(rowOf(one(catalog([orders], { publications: [published] })).streaming)).toEqual(["id", "name", "total"]);
  });

  it("loses what the publication's column list leaves out", () => {
    const tables = [{ schema: "public", name: "orders", columns: ["id"], where: null }];
    const projection = one(catalog([orders], { publications: [publication({ tables })] }));
    expect(rowOf(projection.streaming)).toEqual(["id"]);
    expect(projection.columns[1]?.omitted).toBe("the publication's column list does not have it");
  });

  it("takes the subject's name from the record where the strategy says so", () => {
    const strategy = { "value.converter.value.subject.name.strategy": "io.confluent.kafka.serializers.subject.RecordNameStrategy" };
    expect(one(catalog([orders]), strategy).valueSubject).toBe("srv.public.orders.Envelope");
  });

  it("registers nothing under JsonConverter", () => {
    const projection = one(catalog([orders]), { "value.converter": "org.apache.kafka.connect.json.JsonConverter" });
    expect(projection.valueSubject).toBeNull();
    expect(projection.caveats.map(({ code }) => code)).toContain("converter-without-registry");
  });

  it("has no snapshot where the mode takes no data", () => {
    expect(one(catalog([orders]), { "snapshot.mode": "no_data" }).snapshot).toBeNull();
  });
});

describe("column settings", () => {
  it("hide a column but leave the key as it is", () => {
    const projection = one(catalog([orders]), { "column.exclude.list": "PUBLIC\\.orders\\.(id|name)" });
    expect(rowOf(projection.snapshot)).toEqual(["total"]);
    expect(projection.columns[1]).toMatchObject({
      field: null,
      protectedBy: "column.exclude.list",
      omitted: "column.exclude.list matches it",
    });
    expect(projection.snapshot?.key?.fields).toEqual([{ type: "int64", optional: false, field: "id" }]);
    // The decoder of the stream does not get to see the excluded column's metadata.
    expect(projection.streaming?.key?.fields).toEqual([{ type: "int64", optional: true, field: "id" }]);
  });

  it("count what an include list does not name as protected by it", () => {
    expect(one(catalog([orders]), { "column.include.list": "public.orders.id" }).columns[1]).toMatchObject({
      protectedBy: "column.include.list",
      field: null,
    });
  });

  it("mask with a parameter in the value and none in the key", () => {
    const settings = { "column.mask.with.5.chars": "public.orders.(id|name)", "column.truncate.to.3.chars": "public.orders.name" };
    const projection = one(catalog([orders]), settings);
    expect(projection.columns.map(({ protectedBy }) => protectedBy)).toEqual([
      "column.mask.with.5.chars",
      "column.truncate.to.3.chars",
      null,
    ]);
    expect(projection.columns[0]?.schema?.parameters).toEqual({ masked: "true" });
    expect(projection.columns[1]?.schema?.parameters).toEqual({ truncateLength: "3" });
    expect(projection.streaming?.key?.fields?.[0]?.parameters).toBeUndefined();
  });

  it("choose the key, with the columns that are there", () => {
    expect(one(catalog([orders]), { "message.key.columns": "public.orders:name,gone" }).key).toEqual({
      columns: ["name"],
      source: "message.key.columns",
    });
    expect(one(catalog([orders]), { "message.key.columns": "public.orders:gone" }).key).toEqual({ columns: ["id"], source: "primary-key" });
  });
});

describe("the key of a table without primary key", () => {
  const index = { partial: true, expressions: false, immediate: true, valid: true, usableAsIdentity: false };
  it("is the first unique index without expressions", () => {
    const uniqueIndexes = [
      { ...index, name: "a", columns: [""], expressions: true },
      { ...index, name: "b", columns: ["name"] },
    ];
    const projection = one(catalog([{ ...orders, primaryKey: null, uniqueIndexes }]));
    expect(projection.key).toEqual({ columns: ["name"], source: "unique-index" });
    expect(projection.streaming?.key?.fields).toEqual([{ type: "string", optional: true, field: "name" }]);
  });

  it("is missing without one", () => {
    const projection = one(catalog([{ ...orders, primaryKey: null }]));
    expect(projection).toMatchObject({ keySubject: null, key: { columns: [], source: "none" } });
    expect(projection.streaming).toMatchObject({ key: null, keyAvro: null });
  });
});

describe("selection", () => {
  const other = table("other", [column("id", 1, { notNull: true })]);

  it("follows include and exclude lists, without regard to case", () => {
    expect(topics(run(catalog([orders, other]), { "table.include.list": "PUBLIC.ORDERS" }))).toEqual(["srv.public.orders"]);
    expect(topics(run(catalog([orders, other]), { "table.exclude.list": "public\\.o.*s" }))).toEqual(["srv.public.other"]);
    expect(topics(run(catalog([orders, other]), { "schema.exclude.list": "public" }))).toEqual([]);
  });

  it("captures what an unreadable include list may name, and says so", () => {
    const projections = run(catalog([orders, other]), { "table.include.list": "public\\.o++(?:rders|ther)" });
    expect(topics(projections)).toEqual(["srv.public.orders", "srv.public.other"]);
    expect(projections.map(codes)).toEqual([["setting-unsupported"], ["setting-unsupported"]]);
  });

  it("names tables that share a topic", () => {
    const twins = [table("a b", [column("id", 1)]), table("a_b", [column("id", 1)])];
    expect(run(catalog(twins)).flatMap(({ caveats }) => caveats.filter(({ code }) => code === "topic-shared"))).toHaveLength(2);
  });

  it("always has the signal table and never a foreign table", () => {
    const settings = { "table.include.list": "public.orders", "signal.data.collection": "public.other" };
    expect(topics(run(catalog([orders, other]), settings))).toEqual(["srv.public.orders", "srv.public.other"]);
    expect(run(catalog([{ ...orders, kind: "foreign" }]))).toEqual([]);
  });

  it("says why a table is silent", () => {
    expect(one(catalog([{ ...orders, persistence: "unlogged" }]))).toMatchObject({
      streaming: null,
      silent: "an unlogged table writes no WAL",
    });
    const outside = one(catalog([orders], { publications: [publication()] }));
    expect(outside).toMatchObject({ streaming: null, silent: "the table is not in the publication dbz_publication" });
    expect(outside.snapshot).not.toBeNull();
    expect(one(catalog([orders]), { "publication.autocreate.mode": "no_tables" }).streaming).toBeNull();
  });

  it("names a publication that stops the connector", () => {
    const all = catalog([orders], { publications: [publication({ allTables: true })] });
    expect(codes(one(all, { "publication.autocreate.mode": "filtered" }))).toEqual(["publication-refused"]);
  });

  it("streams partitions under their own names, or under the root's", () => {
    const root = table("events", [column("id", 1, { notNull: true })], { kind: "partitioned", partitionKey: "RANGE (id)" });
    const leaf = {
      ...root,
      oid: 99,
      name: "events_1",
      kind: "table" as const,
      partitionOf: { schema: "public", name: "events", bound: "DEFAULT" },
    };
    expect(silent(catalog([root, leaf]))).toEqual([true, false]);
    expect(silent(catalog([root, leaf], { publications: [publication({ allTables: true, viaRoot: true })] }))).toEqual([false, true]);
    const tables = [{ schema: "public", name: "events", columns: null, where: null }];
    expect(silent(catalog([root, leaf], { publications: [publication({ tables })] }))).toEqual([true, false]);
  });
});

describe("names", () => {
  const odd = table("my orders", [column("id", 1, { notNull: true }), column("first-name", 2), column("first_name", 3)]);

  it("are sanitised for topics", () => {
    expect(one(catalog([odd])).topic).toBe("srv.public.my_orders");
  });

  it("that Avro refuses are said", () => {
    expect(codes(one(catalog([odd])))).toEqual(["avro-schema-invalid"]);
  });

  it("that fall together under adjustment are said", () => {
    expect(codes(one(catalog([odd]), { "field.name.adjustment.mode": "avro" }))).toEqual(["field-name-duplicate"]);
    const projection = one(catalog([odd]), { "field.name.adjustment.mode": "avro_unicode" });
    expect(codes(projection)).toEqual([]);
    expect(projection.columns.map(({ field }) => field)).toEqual(["id", "first_u002dname", "first_u005fname"]);
  });

  it("that are twice in a key are said", () => {
    const twice = table("t", [column("id", 1), column("a", 2)]);
    expect(codes(one(catalog([twice]), { "message.key.columns": "public.t:a,a" }))).toContain("field-name-duplicate");
    expect(codes(one(catalog([twice]), { "message.key.columns": "public.t:a" }))).toEqual([]);
  });

  it("are adjusted where the connector itself names an AvroConverter", () => {
    const settings = { "value.converter": "io.confluent.connect.avro.AvroConverter" };
    expect(one(catalog([table("t", [column("a-b", 1)])]), settings).columns[0]?.field).toBe("a_b");
  });

  it("that differ only by case are said", () => {
    expect(codes(one(catalog([table("t", [column("id", 1), column("ID", 2)])])))).toEqual(["columns-differ-by-case"]);
  });
});

describe("types that stop the connector", () => {
  const mood = { oid: 90, schema: "public", name: "mood", kind: "enum" as const, element: null, base: null, notNull: false, default: null };
  const none = { labels: [], attributes: [], checks: [], extension: null };

  it("are said for every table, used or not", () => {
    const domain = {
      ...mood,
      ...none,
      oid: 91,
      name: "mooddom",
      kind: "domain" as const,
      base: { oid: 90, modifier: -1, text: "public.mood" },
    };
    const types = [...TYPES, { ...mood, ...none }, domain];
    expect(codes(one(catalog([orders], { types })))).toEqual(["enum-without-labels", "domain-over-enum"]);
  });
});

describe("extension types", () => {
  const types = ["vector", "sparsevec", "geometry"].map((name, at) => ({
    oid: 5000 + at,
    schema: "ext",
    name,
    kind: "base" as const,
    element: null,
    base: null,
    notNull: false,
    default: null,
    labels: [],
    attributes: [],
    checks: [],
    extension: "some",
  }));
  const places = table("places", [
    column("id", 1, { notNull: true }),
    ...types.map(({ oid, name }, at) => ({
      ...column(name, at + 2, { notNull: true }),
      type: { oid, modifier: 3, text: `ext.${name}(3)` },
    })),
  ]);
  const projection = one(catalog([places], { types: [...TYPES, ...types] }));

  it("are found by their bare name", () => {
    expect(projection.columns.map(({ schema }) => schema?.name)).toEqual([
      undefined,
      "io.debezium.data.DoubleVector",
      "io.debezium.data.SparseDoubleVector",
      "io.debezium.data.geometry.Geometry",
    ]);
  });

  it("keep PostGIS geometry optional and say that a sparsevec stops the connector", () => {
    expect(projection.columns[3]?.schema?.optional).toBe(true);
    expect(codes(projection)).toEqual(["type-stops-connector"]);
  });

  it("write a map with other keys than strings as entries", () => {
    expect(JSON.stringify(projection.streaming?.valueAvro)).toContain(
      '"items":{"type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro","fields":[{"name":"key","type":{"type":"int","connect.type":"int16"}},{"name":"value","type":"double"}]}',
    );
  });
});

describe("a version of Debezium", () => {
  it("has its own envelope and source block", () => {
    expect(fieldsOf("2.5", "")).toEqual(["before", "after", "source", "op", "ts_ms", "transaction"]);
    expect(fieldsOf("3.6", "")).toEqual(["before", "after", "source", "transaction", "op", "ts_ms", "ts_us", "ts_ns"]);
    expect(fieldsOf("3.4", "source")).not.toContain("origin");
    expect(fieldsOf("3.5", "source").slice(-2)).toEqual(["origin", "origin_lsn"]);
  });

  it("knows its own types", () => {
    const shapes = catalog([table("t", [column("id", 1), column("b", 2, { type: "box" }), column("v", 3, { type: "tsvector" })])]);
    const row = (version: string): readonly string[] => rowOf(run(shapes, {}, version)[0]?.streaming ?? null);
    expect(row("3.0")).toEqual(["id"]);
    expect(row("3.6")).toEqual(["id", "v"]);
    expect(row("3.7")).toEqual(["id", "b", "v"]);
  });
});

describe("speed", () => {
  it("projects 1,000 tables of 20 columns without quadratic work, on a busy machine too", () => {
    const columns = Array.from({ length: 20 }, (_, at) =>
      column(`c${at}`, at + 1, { type: at % 2 === 0 ? "text" : "int8", notNull: at === 0 }),
    );
    const many = catalog(Array.from({ length: 1000 }, (_, at) => table(`t${at}`, columns)));
    run(many);
    expect(cpuMs(() => expect(run(many)).toHaveLength(1000))).toBeLessThan(3000);
  });
});
