import { describe, expect, it, test } from "vitest";
import type { Catalog, Relation, UniqueIndex } from "../../src/model/catalog.ts";
import type { Projection } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { keyColumns, keyExpressions, strayKeyEntry } from "../../src/project/key.ts";
import { columnRules, ruleFor, ruleParameters } from "../../src/project/parameters.ts";
import { project } from "../../src/project/project.ts";
import { columnSelection, tableSelection } from "../../src/project/selection.ts";
import { passes } from "../../src/project/filters.ts";
import type { ColumnShape } from "../../src/project/column-shape.ts";
import { catalog, column, publication, table } from "./build-catalog.ts";

const base = { "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "srv", "plugin.name": "pgoutput" };
const connector = (settings: Record<string, string>, debeziumVersion = "3.6") =>
  readConnector({ ...base, ...settings }, { debeziumVersion });
const V36 = { major: 3, minor: 6 };

/** Recorded from PostgresConnectorConfig.getTableFilters() of Debezium 3.6.1. */
type TableCase = readonly [settings: Record<string, string>, table: readonly [schema: string, name: string], captured: boolean];
const TABLES: readonly TableCase[] = [
  [{}, ["public", "orders"], true],
  [{}, ["pg_catalog", "pg_class"], false],
  [{}, ["pg_temp_3", "t"], false],
  [{}, ["public", "spatial_ref_sys"], false],
  [{ "table.ignore.builtin": "false" }, ["public", "spatial_ref_sys"], true],
  [{ "table.include.list": "public.orders" }, ["public", "orders"], true],
  [{ "table.include.list": "PUBLIC\\.ORDERS" }, ["public", "orders"], true],
  [{ "table.include.list": "public.orders" }, ["publicXorders", "a"], false],
  [{ "table.include.list": "orders" }, ["public", "orders"], false],
  [{ "table.include.list": " public.a , public.orders ," }, ["public", "orders"], true],
  [{ "table.include.list": "public.a\\,b" }, ["public", "a,b"], true],
  [{ "table.include.list": "," }, ["public", "orders"], false],
  [{ "table.include.list": " " }, ["public", "orders"], true],
  [{ "table.exclude.list": "public\\.(?!orders).*" }, ["public", "orders"], true],
  [{ "table.exclude.list": "public\\.(?!orders).*" }, ["public", "items"], false],
  [{ "schema.include.list": "audit" }, ["public", "orders"], false],
  [{ "schema.include.list": "pub" }, ["public", "orders"], false],
  [{ "schema.exclude.list": "audit", "table.include.list": "audit\\..*" }, ["audit", "log"], false],
  [{ "table.include.list": "public.a", "signal.data.collection": "public.signals" }, ["public", "signals"], true],
];

/** Recorded from PostgresConnectorConfig.getColumnFilter(), of public.orders. */
const COLUMNS: readonly (readonly [settings: Record<string, string>, column: string, included: boolean])[] = [
  [{ "column.include.list": "public.orders.(id|email)" }, "email", true],
  [{ "column.include.list": "public.orders.(id|email)" }, "name", false],
  [{ "column.include.list": "" }, "id", false],
  [{ "column.exclude.list": "" }, "id", true],
  [{ "column.exclude.list": "d.public.orders.email" }, "email", true],
  [{ "column.exclude.list": "orders.email" }, "email", true],
  [{ "column.exclude.list": ".*\\.EMAIL" }, "email", false],
];

/** Recorded from ColumnMappers.create(…).mapperFor(…).alterFieldSchema(…), of a varchar(100) public.orders.email. */
const PARAMETERS: readonly (readonly [settings: Record<string, string>, parameters: Record<string, string> | null])[] = [
  [{ "column.mask.with.5.chars": "public.orders.name" }, null],
  [{ "column.mask.with.5.chars": ".*\\.email" }, { masked: "true" }],
  [{ "column.mask.hash.SHA-256.with.salt.a.b": "public.orders.email" }, { masked: "true" }],
  [{ "column.mask.hash.v2.SHA-256.with.salt.x": "public.orders.email" }, { masked: "true" }],
  [{ "column.truncate.to.10.chars": "public.orders.email" }, { truncateLength: "10" }],
  [{ "column.truncate.to.100.chars": "public.orders.email" }, {}],
  [{ "column.mask.with.5.chars": ".*", "column.truncate.to.10.chars": ".*" }, { truncateLength: "10" }],
  [{ "column.mask.with.5.chars": ".*", "column.truncate.to.100.chars": ".*" }, {}],
  [{ "column.mask.with.5.chars": ".*", "column.propagate.source.type": ".*" }, { masked: "true" }],
  [
    { "datatype.propagate.source.type": "public.orders.VARCHAR" },
    {
      "__debezium.source.column.type": "VARCHAR",
      "__debezium.source.column.length": "100",
      "__debezium.source.column.name": "email",
    },
  ],
];

describe("filters, as Debezium's classes have them", () => {
  test.each(TABLES)("%j on %j", (settings, [schema, name], captured) => {
    expect(tableSelection(connector(settings), []).captures(schema, name)).toBe(captured);
  });

  test.each(COLUMNS)("%j on column %s", (settings, name, included) => {
    expect(passes(columnSelection(settings, []), `public.orders.${name}`)).toBe(included);
  });

  test.each(PARAMETERS)("%j gives %j", (settings, parameters) => {
    // Only these parts of a shape are looked at.
    const shape = { name: "email", typeName: "varchar", length: 100, scale: null } as ColumnShape;
    const rule = ruleFor(columnRules(settings, []), "public.orders", shape);
    expect(rule === null ? null : ruleParameters(rule, shape)).toEqual(parameters);
  });
});

const index = (name: string, columns: readonly string[], entries?: readonly string[]): UniqueIndex => ({
  name,
  columns,
  partial: false,
  expressions: columns.includes(""),
  immediate: true,
  valid: true,
  usableAsIdentity: false,
  ...(entries === undefined ? {} : { entries }),
});

const keyed = (rest: Partial<Relation>): Relation => table("t", [column("a", 1), column("b", 2)], { primaryKey: null, ...rest });

/** Recorded from PostgresConnection.readPrimaryKeyOrUniqueIndexNames on PostgreSQL 18, of Debezium 2.7.4, 3.1.3, 3.2.3, 3.6.1 and 3.7.0. */
const KEYS: readonly (readonly [what: string, relation: Relation, key: readonly string[], stray: string | null])[] = [
  ["a primary key in its own order", keyed({ primaryKey: { name: "p", columns: ["b", "a"] } }), ["b", "a"], null],
  ["no index", keyed({}), [], null],
  ["two indexes", keyed({ uniqueIndexes: [index("b", ["b"]), index("z", ["a"])] }), ["b"], null],
  ["INCLUDE", keyed({ uniqueIndexes: [index("z", ["a"], ["a", "b"])] }), ["a", "b"], null],
  ["a function", keyed({ uniqueIndexes: [index("a", [""], ["lower(a)"]), index("b", ["b"])] }), ["b"], null],
  ["a function of a qualified name", keyed({ uniqueIndexes: [index("a", ["", "b"], ["public.f(a)", "b"])] }), [], null],
  ["an operator", keyed({ uniqueIndexes: [index("a", ["", "b"], ["((a + 1))", "b"])] }), [], null],
  ["IS NULL", keyed({ uniqueIndexes: [index("a", ["", "b"], ["(a IS NULL)", "b"])] }), [], null],
  ["a cast", keyed({ uniqueIndexes: [index("a", [""], ["((a)::integer)"]), index("b", ["b"])] }), [], "((a)::integer)"],
  ["a cast after a column", keyed({ uniqueIndexes: [index("a", ["b", ""], ["b", "((a)::integer)"])] }), ["b"], "((a)::integer)"],
  ["a subscript", keyed({ uniqueIndexes: [index("a", [""], ["(a[1])"])] }), [], "(a[1])"],
  [
    "a cast beside a primary key",
    keyed({ primaryKey: { name: "p", columns: ["a"] }, uniqueIndexes: [index("a", [""], ["((a)::integer)"])] }),
    ["a"],
    null,
  ],
  ["an expression that is not known", keyed({ uniqueIndexes: [index("a", [""]), index("b", ["b"])] }), ["b"], null],
];

describe("the key", () => {
  test.each(KEYS)("with %s", (_, relation, key, stray) => {
    expect(keyColumns(relation, ["a", "b"], [], V36).columns).toEqual(key);
    expect(strayKeyEntry(relation)?.entry ?? null).toBe(stray);
  });

  it("has the INCLUDE columns of the primary key up to 3.1", () => {
    const relation = keyed({ primaryKey: { name: "p", columns: ["a"], include: ["b"] } });
    expect(keyColumns(relation, ["a", "b"], [], { major: 3, minor: 1 }).columns).toEqual(["a", "b"]);
    expect(keyColumns(relation, ["a", "b"], [], { major: 3, minor: 2 }).columns).toEqual(["a"]);
  });

  /** Recorded from PostgresConnectorConfig.getKeyMapper(), of public.orders (id, email, name) with primary key id. */
  test.each([
    ["public.orders:email,id", ["email", "id"]],
    ["public.orders:email, id", ["email", "id"]],
    ["public.orders:nope", ["id"]],
    ["public.orders:nope,name", ["name"]],
    ["(.*).orders:ID;public.orders:name", ["id", "name"]],
    ["audit.*:name", ["id"]],
    [" public.orders:name", ["name"]],
  ])("is what message.key.columns=%s says", (setting, key) => {
    const orders = table(
      "orders",
      ["id", "email", "name"].map((name, at) => column(name, at + 1)),
    );
    const names = orders.columns.map(({ name }) => name);
    expect(keyColumns(orders, names, keyExpressions(setting, []), V36).columns).toEqual(key);
  });
});

const orders = table("orders", [column("id", 1, { notNull: true }), column("note", 2, { type: "text" })]);
const run = (of: Catalog, settings: Record<string, string> = {}): readonly Projection[] => project(of, connector(settings));
const states = (projections: readonly Projection[]): readonly string[] =>
  projections.map(({ relation, snapshot, streaming, silent }) =>
    [relation.name, snapshot === null ? "no snapshot" : "snapshot", streaming === null ? `silent: ${silent ?? ""}` : "stream"].join(", "),
  );

const published = (rest: Parameters<typeof publication>[0], settings: Record<string, string> = {}): readonly string[] =>
  states(run(catalog([orders], { publications: [publication(rest)] }), settings));

const codes = (of: Catalog, version: string): readonly string[] =>
  project(of, connector({ "publication.autocreate.mode": "filtered" }, version)).flatMap(({ caveats }) => caveats.map(({ code }) => code));

describe("what reaches the stream", () => {
  it("is nothing from a connector that ends with its snapshot, or skips every operation", () => {
    expect(states(run(catalog([orders]), { "snapshot.mode": "initial_only" }))).toEqual([
      "orders, snapshot, silent: snapshot.mode is initial_only: the connector ends with its snapshot",
    ]);
    const start = "snapshot.mode.configuration.based.start.stream";
    const byParts = { "snapshot.mode": "configuration_based", "snapshot.mode.configuration.based.snapshot.data": "true" };
    expect(states(run(catalog([orders]), byParts))[0]).toContain(`${start} is not true`);
    expect(states(run(catalog([orders]), { ...byParts, [start]: "true" }))).toEqual(["orders, snapshot, stream"]);
    expect(states(run(catalog([orders]), { "skipped.operations": "c,u,d,t" }))[0]).toContain("skipped.operations leaves out every insert");
    expect(states(run(catalog([orders]), { "skipped.operations": "d,t" }))).toEqual(["orders, snapshot, stream"]);
  });

  it("is not in the snapshot where the snapshot's own list leaves it out", () => {
    const items = table("items", [column("id", 1)]);
    expect(states(run(catalog([items, orders]), { "snapshot.include.collection.list": "public.items" }))).toEqual([
      "items, snapshot, stream",
      "orders, no snapshot, stream",
    ]);
  });

  it("follows the publication that is there, by table, schema or all", () => {
    const entry = { schema: "public", name: "orders", columns: null, where: null };
    expect(published({ tables: [entry] })).toEqual(["orders, snapshot, stream"]);
    expect(published({ tables: [{ ...entry, where: "(id > 5)" }] })).toEqual(["orders, snapshot, stream"]);
    expect(published({ schemas: ["public"] })).toEqual(["orders, snapshot, stream"]);
    expect(published({ allTables: true })).toEqual(["orders, snapshot, stream"]);
    expect(published({ schemas: ["audit"] })[0]).toContain("silent: the table is not in the publication dbz_publication");
    expect(published({ allTables: true, publish: ["truncate"] })[0]).toContain("publishes neither insert, update nor delete");
    expect(published({ name: "other", allTables: true }, { "publication.autocreate.mode": "no_tables" })[0]).toContain(
      "is not in the publication",
    );
    expect(published({ name: "other", allTables: true })).toEqual(["orders, snapshot, stream"]);
  });

  it("loses the publication's column lists and row filters where the connector sets its tables anew", () => {
    const entry = { schema: "public", name: "orders", columns: ["id"], where: null };
    const items = table("items", [column("id", 1)]);
    const limited = publication({ tables: [entry] });
    expect(codes(catalog([items, orders], { publications: [limited] }), "3.6")).toContain("publication-lists-dropped");
    expect(codes(catalog([orders], { publications: [limited] }), "3.6")).not.toContain("publication-lists-dropped");
    expect(codes(catalog([orders], { publications: [limited] }), "3.2")).toContain("publication-lists-dropped");
    const plain = publication({ tables: [{ ...entry, columns: null }] });
    expect(codes(catalog([items, orders], { publications: [plain] }), "3.6")).not.toContain("publication-lists-dropped");
  });

  it("is not what writes no WAL", () => {
    expect(states(run(catalog([{ ...orders, persistence: "unlogged" }])))[0]).toContain("an unlogged table writes no WAL");
  });

  it("of a partitioned table has the root's column list only under the root's name", () => {
    const columns = [column("id", 1, { notNull: true }), column("note", 2, { type: "text" })];
    const root = table("events", columns, { kind: "partitioned", partitionKey: "RANGE (id)" });
    const leaf = table("events_1", columns, { partitionOf: { schema: "public", name: "events", bound: "FOR VALUES FROM (1) TO (9)" } });
    const listed = { schema: "public", name: "events", columns: ["id"], where: null };
    const fields = (viaRoot: boolean): readonly (readonly [string, number | null])[] =>
      run(catalog([root, leaf], { publications: [publication({ viaRoot, tables: [listed] })] })).map(
        ({ relation, streaming, columns: all }) => [
          relation.name,
          streaming === null ? null : all.filter(({ field }) => field !== null).length,
        ],
      );
    expect(fields(true)).toEqual([
      ["events", 1],
      ["events_1", null],
    ]);
    expect(fields(false)).toEqual([
      ["events", null],
      ["events_1", 2],
    ]);
  });

  it("of an inheriting table is its own, and only where it is published itself", () => {
    const child = table("orders_eu", orders.columns, { inherits: [{ schema: "public", name: "orders" }], primaryKey: null });
    const only = publication({ tables: [{ schema: "public", name: "orders", columns: null, where: null }] });
    expect(states(run(catalog([orders, child], { publications: [only] })))).toEqual([
      "orders, snapshot, stream",
      "orders_eu, snapshot, silent: the table is not in the publication dbz_publication",
    ]);
  });
});
