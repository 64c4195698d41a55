import type { Catalog, TypeReference } from "../model/catalog.ts";
import { literal } from "../model/sql-name.ts";

const zeros: Readonly<Record<string, string>> = {
  int2: "0",
  int4: "0",
  int8: "0",
  float4: "0",
  float8: "0",
  bool: "false",
  text: "''",
  varchar: "''",
  bpchar: "''",
  date: "'1970-01-01'",
  time: "'00:00:00'",
  timestamp: "'1970-01-01 00:00:00'",
  timestamptz: "'1970-01-01 00:00:00+00'",
  interval: "'00:00:00'",
  uuid: "'00000000-0000-0000-0000-000000000000'",
  json: "'{}'",
  jsonb: "'{}'",
};

const names: readonly (readonly [RegExp, string])[] = [
  [/^smallint$/, "int2"],
  [/^integer$/, "int4"],
  [/^bigint$/, "int8"],
  [/^real$/, "float4"],
  [/^double precision$/, "float8"],
  [/^boolean$/, "bool"],
  [/^text$/, "text"],
  [/^character varying(\(\d+\))?$/, "varchar"],
  [/^character(\(\d+\))?$/, "bpchar"],
  [/^date$/, "date"],
  [/^time(\(\d\))? without time zone$/, "time"],
  [/^timestamp(\(\d\))? without time zone$/, "timestamp"],
  [/^timestamp(\(\d\))? with time zone$/, "timestamptz"],
  [/^interval/, "interval"],
  [/^uuid$/, "uuid"],
  [/^json$/, "json"],
  [/^jsonb$/, "jsonb"],
];

/** Short name of a built-in type (`timestamptz` for `timestamp(3) with time zone`), else the last part of its own name. */
export function shortType(type: TypeReference): string {
  const known = names.find(([pattern]) => pattern.test(type.text));
  if (known !== undefined) return known[1];
  return type.text
    .replaceAll(/"|\(.*\)|\[\]/g, "")
    .split(".")
    .slice(-1)
    .join("")
    .replaceAll(/\W+/g, "_");
}

/**
 * A literal of the type that Debezium keeps as the field's default (PostgresDefaultValueConverter); null where it keeps none: arrays,
 * domains, bytea, network types, numeric without a scale, ranges …
 */
export function placeholderOf(type: TypeReference, { types }: Pick<Catalog, "types">): string | null {
  const labels = types.find(({ oid, kind }) => oid === type.oid && kind === "enum")?.labels;
  if (labels !== undefined) return labels[0] === undefined ? null : literal(labels[0].label);
  if (/^numeric\(\d+,\d+\)$/.test(type.text)) return "0";
  const short = names.find(([pattern]) => pattern.test(type.text))?.[1];
  return short === undefined ? null : (zeros[short] ?? null);
}

/** A literal of the type that Debezium does not keep; null where none is plain to see. */
export function unseenDefault({ text }: TypeReference): string | null {
  if (text.endsWith("[]")) return "'{}'";
  if (text.startsWith("numeric")) return "0";
  return text === "bytea" || text === "citext" ? "''" : null;
}

const constant =
  /^(?:\(?'?-?\d+(?:\.\d+)?'?\)?|'(?:[^']|'')*'|true|false|now\(\)|current_timestamp|current_date)(?:::[\w". ]+(?:\(\d+(?:,\s*-?\d+)?\))?(?:\[\])*)*$/i;

/** Whether evaluating the default twice in one statement gives the same value; false where that is not plain to see. */
export function isSteady(expression: string): boolean {
  return constant.test(expression);
}

/** Types that have no equality operator, so that values are compared by their text. */
const noEquality = /^(?:json|xml|point|line|lseg|path|polygon|box|circle|jsonpath)(?:\[\])*$/;

/** `expression` in a form that IS DISTINCT FROM can compare. */
export function comparable(expression: string, type: TypeReference): string {
  return noEquality.test(type.text) ? `${expression}::text` : expression;
}
