import type { TypeReference } from "../../model/catalog.ts";
import { builtinType } from "../../model/builtin-type.ts";

const STRING = /^'(?:[^']|'')*'$/;
const CAST_STRING = /^('(?:[^']|'')*')\s*::\s*((?:"[^"]+"|[a-z_][a-z0-9_ ]*)(?:\."[^"]+"|\.[a-z_][a-z0-9_]*)?(?:\[\])?)$/i;
const TEXT_ARRAY = /^array\s*\[((?:\s*'(?:[^']|'')*'\s*,?)*)\](?:\s*::\s*text\[\])?$/i;
const SEQUENCE = /^nextval\s*\(\s*'([a-z_][a-z0-9_]*)'(?:\s*::\s*regclass)?\s*\)$/i;
const UTC_NOW = /^\(?\s*now\(\)\s+at\s+time\s+zone\s+(?:'utc'|\('utc'\))\s*\)?$/i;
const NUMBER = /^\d+(?:\.\d*)?$/;
const NEGATIVE = /^-\s*(\d+(?:\.\d*)?)$/;
const NUMERIC_TYPES = new Set(["smallint", "integer", "bigint"]);

/**
 * The default as pg_get_expr would print it, for literals and the usual calls; anything else as written. `schema` is where unqualified
 * names are looked up. NULL is no default at all (AddRelationNewConstraints of heap.c drops it) but where the type's modifier makes it a
 * function call.
 */
export function defaultText(written: string, type: TypeReference, schema: string = "public"): string | null {
  const text = written.trim();
  const lower = text.toLowerCase();
  if (lower === "null") return type.modifier === -1 ? null : `NULL::${printedType(type)}`;
  if (lower === "true" || lower === "false") return lower;
  if (NUMBER.test(text)) return printNumber(text);
  const negative = NEGATIVE.exec(text);
  if (negative !== null) return `'-${negative[1]}'::${numberType(negative[1] ?? "")}`;
  if (STRING.test(text)) return printString(text, type);
  const cast = CAST_STRING.exec(text);
  if (cast !== null) return printString(cast[1] ?? text, castType(cast[2] ?? "", type));
  if (/^(?:current_timestamp|current_date|current_time|localtimestamp|localtime|current_user|session_user)$/.test(lower))
    return text.toUpperCase();
  const sequence = SEQUENCE.exec(text);
  if (sequence !== null) return `nextval('${schema}.${sequence[1]}'::regclass)`;
  const array = TEXT_ARRAY.exec(text);
  if (array !== null && type.text === "text[]") return printArray(array[1] ?? "");
  if (UTC_NOW.test(text)) return `(now() AT TIME ZONE ${/'utc'/i.exec(text)?.[0] ?? "'utc'"}::text)`;
  return /^[a-z_][a-z0-9_]*\s*\(\s*\)$/i.test(text) ? lower.replaceAll(/\s/g, "") : text;
}

function numberType(digits: string): string {
  if (digits.includes(".")) return "numeric";
  const value = BigInt(digits);
  if (value <= 2_147_483_648n) return "integer";
  return value <= 9_223_372_036_854_775_808n ? "bigint" : "numeric";
}

function printNumber(text: string): string {
  return numberType(text) === "bigint" ? `'${text}'::bigint` : text;
}

/** A literal takes the column's type without its modifier, and is printed without quotes where its type needs none. */
function printString(literal: string, type: TypeReference): string {
  const text = unmodified(type.text);
  const inner = literal.slice(1, -1);
  if (NUMERIC_TYPES.has(text) && /^\d+$/.test(inner)) return text === "integer" ? inner : `'${inner}'::${text}`;
  if (text === "boolean" && /^(?:t|true|yes|on|1|f|false|no|off|0)$/i.test(inner)) return String(/^(?:t|true|yes|on|1)$/i.test(inner));
  if (text === "bytea" && inner === "") return String.raw`'\x'::bytea`;
  return `${literal}::${printedType(type)}`;
}

/** A type as pg_get_expr labels a constant: without its modifier. */
function printedType(type: TypeReference): string {
  const text = unmodified(type.text);
  return text === "character" ? "bpchar" : text;
}

function printArray(elements: string): string {
  const literals = elements.match(/'(?:[^']|'')*'/g) ?? [];
  return literals.length === 0 ? "ARRAY[]::text[]" : `ARRAY[${literals.map((literal) => `${literal}::text`).join(", ")}]`;
}

function unmodified(text: string): string {
  return text.replace(/\(\d+(?:,-?\d+)?\)/, "");
}

function castType(name: string, column: TypeReference): TypeReference {
  const base = name.toLowerCase().replace("[]", "").trim();
  const builtin = builtinType(base === "int" ? "int4" : base);
  const text = builtin === null ? unmodified(column.text) : builtin.text + (name.endsWith("[]") ? "[]" : "");
  return { oid: 0, modifier: -1, text };
}
