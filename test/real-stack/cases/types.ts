import type { Settings } from "../servers/connect.ts";
import type { StackCase } from "./case.ts";

/** A type and a literal of it. */
type Typed = readonly [type: string, literal: string];

/**
 * Each type as a nullable column, a NOT NULL one and one with a default; the migration adds a second one with a default. All rows are read twice, by
 * the snapshot and by the stream.
 */
function typesCase(name: string, types: readonly Typed[], connector: Settings = {}, prelude = ""): StackCase {
  const columns = types.flatMap(([type, literal], at) => [
    `c${at} ${type}`,
    `n${at} ${type} NOT NULL`,
    `d${at} ${type} DEFAULT ${literal}`,
  ]);
  const row = (id: number): string => `INSERT INTO sample VALUES (${[id, ...types.flatMap(([, one]) => [one, one, one])].join(", ")});`;
  const bare = (id: number): string =>
    `INSERT INTO sample (${["id", ...types.map((_, at) => `n${at}`)].join(", ")}) VALUES (${[id, ...types.map(([, one]) => one)].join(", ")});`;
  return {
    name: `types: ${name}`,
    setup: `${prelude}CREATE TABLE sample (id int PRIMARY KEY, ${columns.join(", ")});\n${row(1)}`,
    before: row(2) + bare(3),
    migration: types.map(([type, literal], at) => `ALTER TABLE sample ADD COLUMN a${at} ${type} DEFAULT ${literal};`).join("\n"),
    after: row(4) + bare(5),
    connector,
  };
}

const numbers: readonly Typed[] = [
  ["smallint", "7"],
  ["integer", "34"],
  ["bigint", "'9007199254740993'"],
  ["bigint", "'-9223372036854775808'"],
  ["real", "1.5"],
  ["double precision", "2.25"],
  ["numeric(10,2)", "1.50"],
  ["numeric(5,0)", "12"],
  ["boolean", "true"],
  ["money", "'12.34'"],
];
const unscaled: Typed = ["numeric", "3.14159"];
const times: readonly Typed[] = [
  ["date", "'2020-02-29'"],
  ["time", "'12:34:56.789'"],
  ["time(3)", "'12:34:56.789'"],
  ["timetz", "'12:34:56+02'"],
  ["timestamp", "'2020-02-29 12:34:56.789012'"],
  ["timestamp(0)", "'2020-02-29 12:34:56'"],
  ["timestamp(3)", "'2020-02-29 12:34:56.789'"],
  ["timestamptz", "'2020-02-29 12:34:56.789012+01'"],
  ["timestamptz(3)", "'2020-02-29 12:34:56.789+01'"],
  ["interval", "'1 year 2 months 3 days 04:05:06'"],
];
const bytes: readonly Typed[] = [
  ["bytea", "'\\xdeadbeef'"],
  ["bit(1)", "B'1'"],
  ["bit(8)", "B'10101010'"],
  ["varbit(12)", "B'1010'"],
];

export const typeCases: readonly StackCase[] = [
  typesCase("numbers", [...numbers, unscaled]),
  typesCase("text and its kin", [
    ["text", "'plain'"],
    ["varchar(20)", "'it''s cut'"],
    ["char(4)", "'ab'"],
    ["name", "'pg'"],
    ['"char"', "'x'"],
    ["uuid", "'0b5a1f4e-90f4-4d1c-8a5a-1d2f0d8f9a11'"],
    ["json", `'{"a": 1}'`],
    ["jsonb", `'{"b": [1, 2], "a": null}'`],
    ["xml", "'<a>1</a>'"],
  ]),
  typesCase("dates and times", times),
  typesCase("bytes and bits", bytes),
  typesCase("network, ranges, geometry", [
    ["inet", "'10.0.0.1/24'"],
    ["cidr", "'10.0.0.0/8'"],
    ["macaddr", "'08:00:2b:01:02:03'"],
    ["macaddr8", "'08:00:2b:01:02:03:04:05'"],
    ["int4range", "'[1,5)'"],
    ["numrange", "'[1.5,2.5]'"],
    ["tstzrange", "'[2020-01-01 00:00+00,2020-01-02 00:00+00)'"],
    ["daterange", "'[2020-01-01,2020-01-02)'"],
    ["point", "'(1.5,2)'"],
    ["tsvector", "'a fat cat'"],
  ]),
  typesCase("left out of the events", [
    ["line", "'{1,2,3}'"],
    ["box", "'(1,1),(0,0)'"],
    ["polygon", "'((0,0),(1,1),(1,0))'"],
    ["circle", "'<(0,0),1>'"],
    ["int4multirange", "'{[1,3)}'"],
    ["tsquery", "'fat & cat'"],
    ["pg_lsn", "'16/B374D848'"],
    ["text", "'the rest'"],
  ]),
  typesCase(
    "unknown ones as well",
    [
      ["line", "'{1,2,3}'"],
      ["circle", "'<(0,0),1>'"],
      ["pg_lsn", "'16/B374D848'"],
      ["text", "'the rest'"],
    ],
    { "include.unknown.datatypes": "true" },
  ),
  typesCase("arrays", [
    ["int[]", "'{1,2,NULL}'"],
    ["bigint[]", "'{1}'"],
    ["smallint[]", "'{1}'"],
    ["text[]", "'{a,b}'"],
    ["varchar(10)[]", "'{a}'"],
    ["numeric(8,2)[]", "'{1.50}'"],
    ["boolean[]", "'{t,f}'"],
    ["real[]", "'{1.5}'"],
    ["double precision[]", "'{1.5}'"],
    ["date[]", "'{2020-01-01}'"],
    ["timestamp[]", "'{2020-01-01 00:00}'"],
    ["timestamptz[]", "'{2020-01-01 00:00+00}'"],
    ["uuid[]", "'{0b5a1f4e-90f4-4d1c-8a5a-1d2f0d8f9a11}'"],
    ["jsonb[]", `'{"{\\"a\\": 1}"}'`],
    ["inet[]", "'{10.0.0.1}'"],
    ["bytea[]", "'{\"\\\\\\\\xdead\"}'"],
  ]),
  typesCase(
    "extensions",
    [
      ["citext", "'Mixed'"],
      ["ltree", "'top.science'"],
      ["hstore", "'a=>1, b=>NULL'"],
      ["citext[]", "'{A}'"],
      ["isbn", "'978-0-393-04002-9'"],
    ],
    {},
    "CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore; CREATE EXTENSION isn;\n",
  ),
  typesCase("hstore as a map", [["hstore", "'a=>1, b=>NULL'"]], { "hstore.handling.mode": "map" }, "CREATE EXTENSION hstore;\n"),
  typesCase(
    "enums and domains",
    [
      ["mood", "'ok'"],
      ["mood[]", "'{sad,ok}'"],
      ["email", "'a@b'"],
      ["amount", "12.50"],
      ["many", "'{1,2}'"],
    ],
    {},
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN email AS varchar(100) CHECK (VALUE ~ '@');\nCREATE DOMAIN amount AS numeric(12,2) DEFAULT 0;\nCREATE DOMAIN many AS int[];\n",
  ),
  typesCase("decimals as strings", [...numbers, unscaled, ["numeric(8,2)[]", "'{1.50}'"]], { "decimal.handling.mode": "string" }),
  typesCase("decimals as doubles", [...numbers, unscaled], { "decimal.handling.mode": "double", "money.fraction.digits": "3" }),
  ...["adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"].map((mode) =>
    typesCase(`time.precision.mode ${mode}`, times, { "time.precision.mode": mode }),
  ),
  typesCase("intervals as strings", times.slice(-1), { "interval.handling.mode": "string" }),
  ...["base64", "base64-url-safe", "hex"].map((mode) => typesCase(`binary.handling.mode ${mode}`, bytes, { "binary.handling.mode": mode })),
  typesCase("with their source types", [...numbers.slice(0, 8), ["varchar(20)", "'a'"], ["timestamp(3)", "'2020-01-01'"]], {
    "column.propagate.source.type": ".*",
  }),
];
