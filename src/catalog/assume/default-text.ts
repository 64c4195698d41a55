import type { TypeReference } from "../../model/catalog.ts";
import { builtinType } from "../../model/builtin-type.ts";

const STRING = /^'(?:[^']|'')*'$/;
const CAST_STRING = /^('(?:[^']|'')*')\s*::\s*([a-z_][a-z0-9_ ]*(?:\[\])?)$/i;
const NUMBER = /^\d+(?:\.\d*)?$/;
const NEGATIVE = /^-\s*(\d+(?:\.\d*)?)$/;
const NUMERIC_TYPES = new Set(["smallint", "integer", "bigint"]);

/**
 * The default as pg_get_expr would print it, for literals and the usual calls; anything else as written. NULL is no default at all
 * (AddRelationNewConstraints of heap.c drops it).
 */
export function defaultText(written: string, type: TypeReference): string | null {
  const text = written.trim();
  const lower = text.toLowerCase();
  if (lower === "null") return null;
  if (lower === "true" || lower === "false") return lower;
  if (NUMBER.test(text)) return printNumber(text);
  const negative = NEGATIVE.exec(text);
  if (negative !== null) return `'-${negative[1]}'::${numberType(negative[1] ?? "")}`;
  if (STRING.test(text)) return printString(text, type);
  const cast = CAST_STRING.exec(text);
  if (cast !== null) return printString(cast[1] ?? text, castType(cast[2] ?? "", type));
  if (/^(?:current_timestamp|current_date|current_time|localtimestamp|localtime|current_user|session_user)$/.test(lower))
    return text.toUpperCase();
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
  return `${literal}::${text === "character" ? "bpchar" : text}`;
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
