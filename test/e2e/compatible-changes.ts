import type { JsonValue } from "../../src/model/json.ts";
import type { CaseSubject } from "../rules/case.ts";

/** What a registry says; "-" where nothing is compared. */
export type Answer = "yes" | "no" | "-";

export interface More {
  readonly part?: "key" | "value";
  /** Field of the consumer's schema. */
  readonly reader?: JsonValue;
  readonly subject?: CaseSubject;
  readonly settings?: Readonly<Record<string, string>>;
  /** More SQL of the migrations that are applied already. */
  readonly prepare?: string;
  /** The subject's first version is what the table gave with these columns or settings before; then what it gives now, if `andBaseline` says so. */
  readonly earlier?: {
    readonly columns?: string;
    readonly settings?: Readonly<Record<string, string>>;
    readonly andBaseline?: boolean;
    readonly level?: string;
  };
}

type Change = readonly [title: string, columns: string, sql: string, backward: Answer, forward: Answer, more: More];

const nullable = (type: JsonValue): JsonValue => ({ name: "x", type: ["null", type], default: null });
const required = (type: JsonValue): JsonValue => ({ name: "x", type });

const unwrap = { transforms: "unwrap", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState" };

/** Changes of a table t (id int PRIMARY KEY, …) of which "compatible" says less than it seems. */
export const changes: readonly Change[] = [
  ["rename of a nullable column", "x text", "ALTER TABLE t RENAME COLUMN x TO y;", "yes", "yes", { reader: nullable("string") }],
  ["rename of a required column", "x text NOT NULL", "ALTER TABLE t RENAME COLUMN x TO y;", "no", "no", { reader: required("string") }],
  [
    "rename of a required column with a default",
    "x text NOT NULL DEFAULT 'd'",
    "ALTER TABLE t RENAME COLUMN x TO y;",
    "yes",
    "yes",
    { reader: { name: "x", type: "string", default: "d" } },
  ],
  ["drop of a nullable column", "x text", "ALTER TABLE t DROP COLUMN x;", "yes", "yes", { reader: nullable("string") }],
  ["drop of a required column", "x text NOT NULL", "ALTER TABLE t DROP COLUMN x;", "yes", "no", { reader: required("string") }],
  ["required column added", "x text", "ALTER TABLE t ADD COLUMN y text NOT NULL;", "no", "yes", { reader: nullable("string") }],
  ["nullable column added", "x text", "ALTER TABLE t ADD COLUMN y text;", "yes", "yes", { reader: nullable("string") }],
  [
    "NOT NULL column added with a default",
    "x text",
    "ALTER TABLE t ADD COLUMN y text NOT NULL DEFAULT 'd';",
    "yes",
    "yes",
    { reader: nullable("string") },
  ],
  ["nullable becomes required", "x text", "ALTER TABLE t ALTER COLUMN x SET NOT NULL;", "no", "yes", { reader: nullable("string") }],
  [
    "required becomes nullable",
    "x text NOT NULL",
    "ALTER TABLE t ALTER COLUMN x DROP NOT NULL;",
    "yes",
    "no",
    { reader: required("string") },
  ],
  ["default of a nullable column", "x text", "ALTER TABLE t ALTER COLUMN x SET DEFAULT 'd';", "yes", "yes", { reader: nullable("string") }],
  [
    "default of a required column",
    "x text NOT NULL DEFAULT 'c'",
    "ALTER TABLE t ALTER COLUMN x SET DEFAULT 'd';",
    "yes",
    "yes",
    { reader: { name: "x", type: "string", default: "c" } },
  ],
  ["int to bigint", "x int NOT NULL", "ALTER TABLE t ALTER COLUMN x TYPE bigint;", "yes", "no", { reader: required("int") }],
  [
    "int to bigint, read as double",
    "x int NOT NULL",
    "ALTER TABLE t ALTER COLUMN x TYPE bigint;",
    "yes",
    "no",
    { reader: required("double") },
  ],
  ["date to timestamp(6)", "x date NOT NULL", "ALTER TABLE t ALTER COLUMN x TYPE timestamp(6);", "yes", "no", { reader: required("long") }],
  [
    "timestamp(3) to timestamp(6)",
    "x timestamp(3)",
    "ALTER TABLE t ALTER COLUMN x TYPE timestamp(6);",
    "yes",
    "yes",
    { reader: nullable("long") },
  ],
  ["timestamp to timestamptz", "x timestamp", "ALTER TABLE t ALTER COLUMN x TYPE timestamptz;", "no", "no", { reader: nullable("long") }],
  [
    "scale of a decimal",
    "x numeric(10,2)",
    "ALTER TABLE t ALTER COLUMN x TYPE numeric(12,4);",
    "yes",
    "yes",
    { reader: nullable("bytes") },
  ],
  [
    "precision of a decimal",
    "x numeric(10,2)",
    "ALTER TABLE t ALTER COLUMN x TYPE numeric(20,2);",
    "yes",
    "yes",
    { reader: nullable("bytes") },
  ],
  ["decimal without a scale", "x numeric(10,2)", "ALTER TABLE t ALTER COLUMN x TYPE numeric;", "no", "no", { reader: nullable("bytes") }],
  [
    "decimal to text",
    "x numeric(10,2)",
    "ALTER TABLE t ALTER COLUMN x TYPE text USING x::text;",
    "yes",
    "yes",
    { reader: nullable("bytes") },
  ],
  ["bytea to text", "x bytea", "ALTER TABLE t ALTER COLUMN x TYPE text USING 'a';", "yes", "yes", { reader: nullable("bytes") }],
  ["text to bytea", "x text", "ALTER TABLE t ALTER COLUMN x TYPE bytea USING 'a'::bytea;", "yes", "yes", { reader: nullable("string") }],
  ["label added to an enum", "x mood", "ALTER TYPE mood ADD VALUE 'gone';", "yes", "yes", { reader: nullable("string") }],
  ["label of an enum renamed", "x mood", "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';", "yes", "yes", { reader: nullable("string") }],
  ["enum to text", "x mood", "ALTER TABLE t ALTER COLUMN x TYPE text;", "yes", "yes", { reader: nullable("string") }],
  ["uuid to text", "x uuid", "ALTER TABLE t ALTER COLUMN x TYPE text;", "yes", "yes", { reader: nullable("string") }],
  ["jsonb to text", "x jsonb", "ALTER TABLE t ALTER COLUMN x TYPE text;", "yes", "yes", { reader: nullable("string") }],
  [
    "bigint to double",
    "x bigint NOT NULL",
    "ALTER TABLE t ALTER COLUMN x TYPE double precision;",
    "yes",
    "no",
    { reader: required("long") },
  ],
  ["bigint to real", "x bigint NOT NULL", "ALTER TABLE t ALTER COLUMN x TYPE real;", "yes", "no", { reader: required("double") }],
  [
    "array of int to array of text",
    "x int[]",
    "ALTER TABLE t ALTER COLUMN x TYPE text[];",
    "no",
    "no",
    { reader: nullable({ type: "array", items: ["null", "int"] }) },
  ],
  [
    "array of int to array of bigint",
    "x int[]",
    "ALTER TABLE t ALTER COLUMN x TYPE bigint[];",
    "yes",
    "no",
    { reader: nullable({ type: "array", items: ["null", "long"] }) },
  ],
  ["table moved to another schema", "x text", "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s;", "-", "-", { reader: nullable("string") }],
  [
    "topic.prefix",
    "x text",
    "ALTER TABLE t ADD COLUMN y text;",
    "yes",
    "yes",
    { reader: nullable("string"), settings: { "topic.prefix": "store" }, earlier: { settings: {} } },
  ],
  [
    "primary key on another column",
    "x int NOT NULL",
    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (x);",
    "no",
    "no",
    { part: "key" },
  ],
  [
    "primary key with one more column",
    "x int NOT NULL",
    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, x);",
    "no",
    "yes",
    { part: "key" },
  ],
  [
    "primary key with one column less",
    "x int NOT NULL, PRIMARY KEY (id, x)",
    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id);",
    "yes",
    "no",
    { part: "key" },
  ],
  ["primary key dropped", "x text", "ALTER TABLE t DROP CONSTRAINT t_pkey;", "-", "-", { part: "key" }],
  [
    "message.key.columns: its column renamed",
    "x int NOT NULL",
    "ALTER TABLE t RENAME COLUMN x TO y;",
    "no",
    "no",
    { part: "key", settings: { "message.key.columns": "public.t:x" } },
  ],
  [
    "message.key.columns: its column retyped",
    "x int NOT NULL",
    "ALTER TABLE t ALTER COLUMN x TYPE text;",
    "no",
    "no",
    { part: "key", settings: { "message.key.columns": "public.t:x" } },
  ],
  [
    "replica identity full no more",
    "x text",
    "ALTER TABLE t REPLICA IDENTITY DEFAULT;",
    "-",
    "-",
    { reader: nullable("string"), prepare: "ALTER TABLE t REPLICA IDENTITY FULL;" },
  ],
  ["replica identity nothing", "x text", "ALTER TABLE t REPLICA IDENTITY NOTHING;", "-", "-", { reader: nullable("string") }],
  [
    "columns in another order",
    "x text, y text",
    "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, y text, x text);",
    "yes",
    "yes",
    { reader: nullable("string") },
  ],
  [
    "level NONE",
    "x text NOT NULL",
    "ALTER TABLE t DROP COLUMN x;",
    "yes",
    "no",
    { reader: required("string"), subject: { compatibility: "NONE", versions: ["baseline"] } },
  ],
  [
    "mode IMPORT",
    "x text",
    "ALTER TABLE t ADD COLUMN y text NOT NULL;",
    "no",
    "yes",
    { subject: { compatibility: "BACKWARD", mode: "IMPORT", versions: ["baseline"] } },
  ],
  [
    "mode FORWARD",
    "x text",
    "ALTER TABLE t ADD COLUMN y text NOT NULL;",
    "no",
    "yes",
    { subject: { compatibility: "BACKWARD", mode: "FORWARD", versions: ["baseline"] } },
  ],
  [
    "an older version again, at level FULL",
    "x text, y text NOT NULL",
    "ALTER TABLE t DROP COLUMN y;",
    "yes",
    "no",
    { reader: nullable("string"), earlier: { columns: "x text", andBaseline: true, level: "FULL" } },
  ],
  [
    "subject without live versions",
    "x text NOT NULL",
    "ALTER TABLE t DROP COLUMN x;",
    "yes",
    "no",
    { reader: required("string"), subject: { compatibility: "BACKWARD", versions: [] } },
  ],
  [
    "dropped, and again with another type",
    "n int",
    "ALTER TABLE t ADD COLUMN x text;",
    "yes",
    "yes",
    { reader: nullable("int"), earlier: { columns: "n int, x int", andBaseline: true } },
  ],
  [
    "time.precision.mode",
    "x timestamp(6)",
    "ALTER TABLE t ADD COLUMN y text;",
    "yes",
    "yes",
    { reader: nullable("long"), settings: { "time.precision.mode": "connect" }, earlier: { settings: {} } },
  ],
  [
    "decimal.handling.mode precise to string",
    "x numeric(10,2)",
    "ALTER TABLE t ADD COLUMN y text;",
    "yes",
    "yes",
    { reader: nullable("bytes"), settings: { "decimal.handling.mode": "string" }, earlier: { settings: {} } },
  ],
  [
    "decimal.handling.mode precise to double",
    "x numeric(10,2)",
    "ALTER TABLE t ADD COLUMN y text;",
    "no",
    "no",
    { reader: nullable("bytes"), settings: { "decimal.handling.mode": "double" }, earlier: { settings: {} } },
  ],
  [
    "binary.handling.mode",
    "x bytea",
    "ALTER TABLE t ADD COLUMN y text;",
    "yes",
    "yes",
    { reader: nullable("bytes"), settings: { "binary.handling.mode": "hex" }, earlier: { settings: {} } },
  ],
  ["tombstones.on.delete", "x text", "ALTER TABLE t ADD COLUMN y text;", "yes", "yes", { settings: { "tombstones.on.delete": "false" } }],
  [
    "deletes as rows",
    "x text",
    "ALTER TABLE t ADD COLUMN y text;",
    "yes",
    "yes",
    {
      settings: { ...unwrap, "transforms.unwrap.delete.tombstone.handling.mode": "rewrite" },
      earlier: { settings: unwrap },
    },
  ],
];

const record = (...fields: readonly JsonValue[]) => ({ type: "record", name: "R", fields }) as const;
const mood = (...symbols: readonly string[]): JsonValue => ({ name: "x", type: { type: "enum", name: "E", symbols, default: "A" } });
const int = record(nullable("int"));

/** What Debezium's schemas do not come to by a migration: newer and older schema. */
export const pairs: readonly (readonly [string, JsonValue, JsonValue, Answer, Answer])[] = [
  ["a branch more in a union", record({ name: "x", type: ["null", "int", "string"], default: null }), int, "yes", "no"],
  ["a symbol more in an enum with a default", record(mood("A", "B")), record(mood("A")), "yes", "yes"],
  [
    "an enum whose field has a default that is no symbol",
    record({ name: "x", type: { type: "enum", name: "E", symbols: ["A"] }, default: "Z" }),
    record(),
    "yes",
    "yes",
  ],
  ["a record of another name", { ...int, name: "S" }, int, "no", "no"],
  ["a record in another namespace", { ...int, namespace: "a.b" }, int, "yes", "yes"],
  [
    "an alias that also matches by name",
    record({ name: "a", type: "int" }, { name: "b", type: "int", aliases: ["a"] }),
    record({ name: "a", type: "int" }),
    "yes",
    "yes",
  ],
  ["bytes and string", record(required("string")), record(required("bytes")), "yes", "yes"],
  ["long to double", record(required("double")), record(required("long")), "yes", "no"],
];
