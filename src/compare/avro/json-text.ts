import type { JsonValue } from "../../model/json.ts";
import { isArray, isObject, NumberLiteral, parseJson, parseKeeping } from "../../model/json.ts";

// Only after one of these can a number stand that is no integer; matches inside strings merely cost the slow path.
const fraction = /(?:^|[:[,])\s*-?\d+[.eE]/;

/**
 * Reads JSON as Avro's parser does: comments are allowed (Jackson's ALLOW_COMMENTS), nothing may follow.
 * @throws SyntaxError in the engine's words.
 */
export function readJson(text: string): JsonValue {
  try {
    return readStrict(text);
  } catch (error) {
    const bare = withoutComments(text);
    if (bare === text) throw error;
    return readStrict(bare);
  }
}

/** Numbers that are no integers to Java stay as they are written, even if they are to JavaScript: `1.0`. */
function readStrict(text: string): JsonValue {
  return fraction.test(text)
    ? parseKeeping(text, (source) => /[.eE]/.test(source) || !Number.isSafeInteger(Number(source)))
    : parseJson(text);
}

function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (token) => (token.startsWith('"') ? token : " "));
}

/** Compact JSON text with the numbers as written. */
export function writeJson(value: JsonValue): string {
  if (value instanceof NumberLiteral) return value.text;
  if (isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}:${writeJson(part)}`)
    .join(",")}}`;
}

/** Equality as JSON: order of keys does not count, order of items does; what is neither object nor array is compared by `isSame`. */
export function equalJson(a: JsonValue, b: JsonValue, isSame = equalNumbers): boolean {
  if (a === b) return true;
  const equal = (x: JsonValue | undefined, y: JsonValue | undefined): boolean => equalJson(x ?? null, y ?? null, isSame);
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isObject(a)) return !isObject(b) && !isArray(b) && isSame(a, b);
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

/** Whole numbers exactly, others as the double they are to Java. */
function equalNumbers(a: JsonValue, b: JsonValue): boolean {
  const [left, right] = [numberText(a), numberText(b)];
  if (left === null || right === null) return false;
  return whole.test(left) && whole.test(right) ? BigInt(left) === BigInt(right) : Number(left) === Number(right);
}

// A million digits are no 64-bit number, and BigInt need not read them.
const whole = /^-?\d{1,40}$/;

function numberText(value: JsonValue): string | null {
  if (typeof value === "number") return String(value);
  return value instanceof NumberLiteral ? value.text : null;
}
