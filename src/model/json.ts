/** A value that JSON can hold; object keys keep their order. A number that JavaScript would change is a NumberLiteral. */
export type JsonValue = string | number | boolean | null | NumberLiteral | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A number as written, kept where JavaScript would lose what Java looks at: `1.0` is no integer, 2^53 + 1 is one. */
export class NumberLiteral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** JSON.stringify then writes the number as it is. */
  toJSON(): unknown {
    // A cast: TypeScript's library does not know JSON.rawJSON yet (JSON.parse source text access, Node 22).
    return (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON(this.text);
  }
}

/** A whole number of any size. */
export function exactNumber(value: bigint): number | NumberLiteral {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new NumberLiteral(String(value));
}

// Only there can a number of 16 digits stand; matches inside strings merely cost the slow path.
const large = /(?:^|[:[,])\s*-?\d{16}/;

/**
 * JSON.parse that keeps whole numbers beyond 2^53 exact.
 * @throws SyntaxError in the engine's words.
 */
export function parseJson(text: string): JsonValue {
  return large.test(text)
    ? parseKeeping(text, (source) => /^-?\d+$/.test(source) && !Number.isSafeInteger(Number(source)))
    : parsePlain(text);
}

// JSON.parse is typed `any`; what it gives is a JsonValue by construction.
const parsePlain = (text: string): JsonValue => JSON.parse(text) as JsonValue;

/** JSON.parse with the numbers for which `isKept` holds as they are written. */
export function parseKeeping(text: string, isKept: (source: string) => boolean): JsonValue {
  // TypeScript's library does not know the third argument of a reviver yet.
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && isKept(context.source) ? new NumberLiteral(context.source) : value;
  return JSON.parse(text, keep) as JsonValue;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}

// Array.isArray does not narrow readonly arrays.
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
