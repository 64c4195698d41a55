import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { schemaDifferences } from "../../src/report/schema/differences.ts";
import { schemaPage, schemasText } from "../../src/report/schema/schemas.ts";
import { tableLines } from "../../src/report/schema/table.ts";
import { avroWords, connectWords, postgresWords } from "../../src/report/schema/types.ts";
import { catalog, column, table } from "../project/build-catalog.ts";

const columns = [
  { title: "", least: 3, rank: 2 },
  { title: "column", least: 8, rank: 1 },
  { title: "type", least: 6, rank: 0 },
  { title: "default", least: 4, rank: 0 },
];
const lines = (rows: readonly (readonly string[])[], width: number): readonly string[] =>
  tableLines(columns, rows, { indent: "  ", width, dim: (text) => text });

describe("a table", () => {
  it("leaves out columns that nothing is in, and pads by what a terminal shows", () => {
    expect(
      lines(
        [
          ["", "名前", "text", ""],
          ["", "id", "bigint", ""],
        ],
        0,
      ),
    ).toEqual(["  column  type", "  名前    text", "  id      bigint"]);
  });

  it("cuts the widest columns of the lowest rank first", () => {
    const rows = [["key", "a_rather_long_name", "a_rather_long_type", "a long default"]];
    expect(lines(rows, 50)).toEqual([
      "       column              type        default",
      "  key  a_rather_long_name  a_rather_…  a long def…",
    ]);
    expect(lines(rows, 40).map((line) => line.length)).toEqual([40, 40]);
    // Nothing below what each has to keep.
    expect(lines(rows, 10)).toEqual(["       column    type    def…", "  key  a_rathe…  a_rat…  a l…"]);
  });

  it("lets a sentence run on over empty columns, and onto further lines", () => {
    const rows = [
      ["", "a", "text", "1"],
      ["", "b", "not sent: the column is left out by a list", ""],
    ];
    expect(lines(rows, 40)).toEqual([
      "  column  type  default",
      "  a       text  1",
      "  b       not sent: the column is left",
      "            out by a list",
    ]);
  });
});

describe("types in few words", () => {
  it.each([
    ["character varying(40)", "varchar(40)"],
    ["timestamp(3) with time zone", "timestamptz(3)"],
    ["timestamp without time zone[]", "timestamp[]"],
    ["double precision", "double precision"],
    ["public.mood", "public.mood"],
  ])("%s", (text, expected) => {
    expect(postgresWords(text)).toBe(expected);
  });

  it("has the semantic name and what belongs to it", () => {
    const optional = { optional: true } as const;
    const decimal = {
      type: "bytes",
      name: "org.apache.kafka.connect.data.Decimal",
      parameters: { scale: "2", "connect.decimal.precision": "9" },
    } as const;
    expect(connectWords({ ...decimal, ...optional })).toBe("bytes Decimal(9,2)");
    expect(connectWords({ type: "array", ...optional, items: { type: "string", ...optional } })).toBe("array<string?>");
    expect(connectWords({ type: "string", ...optional, name: "io.debezium.data.Enum", parameters: { allowed: "a,b" } })).toBe(
      "string Enum(a,b)",
    );
    expect(avroWords(["null", { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 }])).toBe("null | bytes decimal(9,2)");
    expect(avroWords({ type: "array", items: ["null", "int"] })).toBe("array<null | int>");
  });
});

describe("all relations", () => {
  const settings = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
  };
  const relations = [
    table("a", [column("id", 1, { type: "int8", notNull: true }), column("v\u001b[31m", 2, { type: "text" })]),
    table("b", [
      column("id", 1, { type: "int8", notNull: true }),
      column("n", 2, { type: "numeric", modifier: ((9 << 16) | 2) + 4, default: "-1.5" }),
    ]),
  ];

  function shown(own: Readonly<Record<string, string>>): string {
    const connector = readConnector({ ...settings, ...own });
    const projections = project(catalog(relations), connector);
    const found = projections.map((projection) => ({
      projection,
      relation: relations.find(({ oid }) => oid === projection.relation.oid) ?? null,
    }));
    return schemasText({ connectors: [connector], relations: found, assumptions: [] }, schemaPage(false, 80));
  }

  it("says once what holds for every table, and lets no name move the cursor", () => {
    const text = shown({});
    expect(text.match(/key\.converter is not set/g)).toHaveLength(1);
    expect(text).not.toContain("\u001b");
    expect(text).toContain("v␛[31m");
    expect(text).toContain("n       numeric     bytes Decimal(9,2)  bytes decimal(9,2)  yes   -1.50");
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows what a transform adds and takes away", () => {
    const text = shown({
      transforms: "unwrap,drop",
      "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.unwrap.add.fields": "op",
      "transforms.drop.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
      "transforms.drop.exclude": "n",
    });
    expect(text).toContain("value  the row itself");
    expect(text).toMatch(/^ +__op +string +string +yes$/m);
    expect(text).toMatch(/^ +n +numeric +left out by a transform$/m);
  });
});

// Schemas written by hand are plain JSON.
const row = (fields: readonly unknown[]) => ({ type: "record", name: "Value", fields }) as JsonValue;
const name = (type: unknown, rest = {}) => ({ name: "name", type, ...rest });

describe("differences of two schemas", () => {
  it("finds none where only the order of properties differs", () => {
    expect(schemaDifferences({ type: "int", "connect.version": 1 }, { "connect.version": 1, type: "int" })).toEqual([]);
  });

  it("tells a changed type, default, parameter and order", () => {
    const id = { name: "id", type: "long" };
    expect(schemaDifferences(row([id, name("string")]), row([id, name(["null", "string"], { default: null })]))).toEqual([
      { field: "name", before: "string", after: "null or string" },
    ]);
    const labelled = (allowed: string) =>
      name({ type: "string", "connect.name": "io.debezium.data.Enum", "connect.version": 1, "connect.parameters": { allowed } });
    expect(schemaDifferences(row([labelled("a")]), row([labelled("a,b")]))).toEqual([
      {
        field: "name",
        before: "string (io.debezium.data.Enum version 1, allowed=a)",
        after: "string (io.debezium.data.Enum version 1, allowed=a,b)",
      },
    ]);
    expect(schemaDifferences(row([id, name("int")]), row([name("int"), id]))).toEqual([
      { field: "(order of the fields)", before: "(record), id, name", after: "(record), name, id" },
    ]);
    const decimal = (value: string) => name({ type: "bytes", logicalType: "decimal", precision: 9, scale: 2 }, { default: value });
    expect(schemaDifferences(row([decimal("\u0000\u0096")]), row([decimal("\u009c")]))).toEqual([
      { field: "name", before: "bytes decimal(9,2), default 1.50", after: "bytes decimal(9,2), default -1.00" },
    ]);
  });
});
