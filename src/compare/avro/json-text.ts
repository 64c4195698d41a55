import type { JsonValue } from "../../model/json.ts";

/** A number as written, kept where JavaScript would lose what Avro's parser looks at: `1.0` is no integer, 2^53 + 1 is one. */
export class NumberLiteral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JsonValue in which a number may be a NumberLiteral. */
export type Json = JsonValue | NumberLiteral | readonly Json[] | { readonly [key: string]: Json };
export type JsonObjectOf = { readonly [key: string]: Json };

// Only after one of these can a number stand; matches inside strings merely cost the slow path.
const telling = /[:[,]\s*-?\d+(?:[.eE]|\d{15})/;

/**
 * Reads JSON as Avro's parser does: comments are allowed (Jackson's ALLOW_COMMENTS), nothing may follow.
 * @throws SyntaxError in the engine's words.
 */
export function readJson(text: string): Json {
  try {
    return readStrict(text);
  } catch (error) {
    const bare = withoutComments(text);
    if (bare === text) throw error;
    return readStrict(bare);
  }
}

function readStrict(text: string): Json {
  // JSON.parse is typed `any`; what it gives is Json by construction.
  return (telling.test(text) ? JSON.parse(text, keepLiteral) : JSON.parse(text)) as Json;
}

// TypeScript's library does not know the third argument of a reviver yet (JSON.parse source text access, Node 22).
function keepLiteral(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined || isPlain(value, context.source)) return value;
  return new NumberLiteral(context.source);
}

function isPlain(value: number, source: string): boolean {
  return Number.isSafeInteger(value) && !/[.eE]/.test(source);
}

function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (token) => (token.startsWith('"') ? token : " "));
}

export function isObject(value: Json | undefined): value is JsonObjectOf {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Compact JSON text with the numbers as written. */
export function writeJson(value: Json): string {
  if (value instanceof NumberLiteral) return value.text;
  if (isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}:${writeJson(part)}`)
    .join(",")}}`;
}

/** Equality as JSON: order of keys does not count, order of items does. */
export function equalJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a instanceof NumberLiteral || b instanceof NumberLiteral) return numberOf(a) !== null && numberOf(a) === numberOf(b);
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index] ?? null));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key] ?? null, b[key] ?? null));
}

function numberOf(value: Json): number | null {
  if (typeof value === "number") return value;
  return value instanceof NumberLiteral ? Number(value.text) : null;
}
