import type { AvroSchema } from "./avro/schema.ts";
import type { Unit } from "./avro-value.ts";
import { meaningOf } from "./avro-value.ts";

// 2026-01-02T03:04:05Z.
const seconds = 1_767_323_045n;
const secondOfDay = 11_045n;

/** Which of many values shows the difference. */
export interface Choice {
  /** A decimal with as many digits as there is room for, in place of 12.34. */
  readonly isLargest?: boolean;
  /** Label of an enum, in place of its last. */
  readonly label?: string | undefined;
}

/** A value that shows the difference, as avsc encodes it; long is a bigint. Null where none is known. */
export function sampleOf(schema: AvroSchema, choice: Choice = {}): unknown {
  if (schema.type === "union") {
    const branch = schema.branches.find(({ type }) => type !== "null");
    return branch === undefined ? null : sampleOf(branch, choice);
  }
  if (schema.type === "array") return [sampleOf(schema.items, choice)];
  const { unit, scale, precision, labels } = meaningOf(schema);
  switch (schema.type) {
    case "boolean":
      return true;
    case "int":
      return unit === null ? 42 : Number(counted(unit));
    case "long":
      return unit === null ? 9_007_199_254_740_993n : counted(unit);
    case "float":
    case "double":
      return 1.5;
    case "string":
      return choice.label ?? labels?.at(-1) ?? "text";
    case "bytes":
      if (scale === null) return Uint8Array.of(0x00, 0xff, 0x10);
      return twosComplement(choice.isLargest === true ? BigInt("1234567890".repeat(8).slice(0, precision ?? 20)) : usualDecimal(scale));
    case "enum":
      return schema.symbols[0];
    case "fixed":
      return new Uint8Array(schema.size);
    case "map":
      return {};
    case "record":
      return Object.fromEntries(schema.fields.map(({ name, type }) => [name, sampleOf(type, choice)]));
    case "null":
      return null;
    default:
      return schema satisfies never;
  }
}

function counted(unit: Unit): bigint {
  switch (unit) {
    case "days":
      return seconds / 86_400n;
    case "milliseconds":
      return seconds * 1000n;
    case "microseconds":
      return seconds * 1_000_000n;
    case "nanoseconds":
      return seconds * 1_000_000_000n;
    case "milliseconds of the day":
      return secondOfDay * 1000n;
    case "microseconds of the day":
      return secondOfDay * 1_000_000n;
    case "nanoseconds of the day":
      return secondOfDay * 1_000_000_000n;
    default:
      return unit satisfies never;
  }
}

/** 12.34, less where the scale has no room. */
function usualDecimal(scale: number): bigint {
  return scale >= 2 ? 1234n * 10n ** BigInt(Math.min(scale - 2, 30)) : 12n * 10n ** BigInt(Math.max(scale, 0));
}

/** Most significant byte first. */
function twosComplement(digits: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = digits; rest > 0n || bytes.length === 0 || (bytes[0] ?? 0) > 0x7f; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return Uint8Array.from(bytes);
}
