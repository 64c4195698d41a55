import { AvroError } from "./avro-error.ts";
import type { JsonValue } from "../../model/json.ts";
import { isArray, isObject, NumberLiteral } from "../../model/json.ts";
import type { AvroSchema } from "./schema.ts";

export interface DefaultOptions {
  /** Any branch of a union will do, as from Avro 1.12 on; else only the first. */
  readonly anyBranch: boolean;
  /** Records whose fields are not known yet. */
  readonly incomplete: ReadonlySet<AvroSchema>;
}

/**
 * Whether Java takes `value` as a default of `schema` (org.apache.avro.Schema.isValidDefault).
 * @throws AvroError when it would have to look at the fields of an incomplete record
 */
export function isValidDefault(schema: AvroSchema, value: JsonValue | undefined, options: DefaultOptions): boolean {
  if (value === undefined) return false;
  switch (schema.type) {
    case "string":
    case "bytes":
    case "enum":
    case "fixed":
      return typeof value === "string";
    case "int":
      return isIntegral(value, 31n);
    case "long":
      return isIntegral(value, 63n);
    case "float":
    case "double":
      return typeof value === "number" || value instanceof NumberLiteral;
    case "boolean":
      return typeof value === "boolean";
    case "null":
      return value === null;
    case "array":
      return isArray(value) && value.every((item) => isValidDefault(schema.items, item, options));
    case "map":
      return isObject(value) && Object.values(value).every((item) => isValidDefault(schema.values, item, options));
    case "union":
      return (options.anyBranch ? schema.branches : schema.branches.slice(0, 1)).some((branch) => isValidDefault(branch, value, options));
    case "record":
      if (!isObject(value)) return false;
      if (options.incomplete.has(schema)) throw new AvroError("AvroRuntimeException", "Schema fields not set yet");
      return schema.fields.every((field) =>
        isValidDefault(field.type, Object.hasOwn(value, field.name) ? value[field.name] : field.default, options),
      );
    default:
      throw schema satisfies never;
  }
}

function isIntegral(value: JsonValue, bits: bigint): boolean {
  if (typeof value === "number") {
    return Number.isInteger(value) && BigInt(value) >= -(1n << bits) && BigInt(value) < 1n << bits;
  }
  if (!(value instanceof NumberLiteral) || !/^-?\d+$/.test(value.text)) return false;
  // A million digits are no 64-bit number either, and BigInt need not read them.
  if (value.text.length > 20) return false;
  const exact = BigInt(value.text);
  return exact >= -(1n << bits) && exact < 1n << bits;
}

/** Java's Double.parseDouble, which a text as default of a float or double goes through; null where it throws. */
export function parseDouble(text: string): NumberLiteral | null {
  const match = /^\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?\s*$/.exec(text);
  return match?.[1] === undefined ? null : new NumberLiteral(match[1]);
}
