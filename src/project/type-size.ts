/** Length and scale of a column as the PostgreSQL driver reports them (org.postgresql.jdbc.TypeInfoCache). */
export interface TypeSize {
  readonly length: number;
  readonly scale: number;
}

export const UNKNOWN_LENGTH = 2147483647;
/** Length of a numeric without precision in streaming; in snapshots it is 0. */
export const VARIABLE_SCALE_LENGTH = 131089;

const FIXED: Readonly<Record<string, TypeSize>> = {
  int2: { length: 5, scale: 0 },
  int4: { length: 10, scale: 0 },
  oid: { length: 10, scale: 0 },
  int8: { length: 19, scale: 0 },
  float4: { length: 8, scale: 8 },
  float8: { length: 17, scale: 17 },
  char: { length: 1, scale: 0 },
  bool: { length: 1, scale: 0 },
  date: { length: 13, scale: 0 },
};

/** Characters of the value's text without the fraction of a second. */
const CLOCK_WIDTH: Readonly<Record<string, number>> = { time: 8, timetz: 14, timestamp: 22, timestamptz: 28 };

/** `name` is the typname of a built-in type (the element's for an array); `modifier` its atttypmod, -1 for none. */
export function typeSize(name: string, modifier: number): TypeSize {
  const fixed = FIXED[name];
  if (fixed !== undefined) return fixed;
  const clock = CLOCK_WIDTH[name];
  if (clock !== undefined) return { length: clock + fractionWidth(modifier), scale: modifier === -1 ? 6 : modifier };
  switch (name) {
    case "interval":
      return { length: 49, scale: modifier === -1 ? 6 : modifier & 0xffff };
    case "numeric":
      // Sixteen bits where PostgreSQL 15 uses eleven with a sign: a scale of -2 comes out as 2046.
      return modifier === -1
        ? { length: VARIABLE_SCALE_LENGTH, scale: 0 }
        : { length: ((modifier - 4) >> 16) & 0xffff, scale: (modifier - 4) & 0xffff };
    case "bpchar":
    case "varchar":
      return { length: modifier === -1 ? UNKNOWN_LENGTH : modifier - 4, scale: 0 };
    case "bit":
    case "varbit":
      return { length: modifier === -1 ? (name === "bit" ? -1 : UNKNOWN_LENGTH) : modifier, scale: 0 };
    default:
      return { length: UNKNOWN_LENGTH, scale: 0 };
  }
}

/** Digits and the point; one digit is counted as two, as PostgreSQL once did. */
function fractionWidth(modifier: number): number {
  if (modifier === -1) return 7;
  if (modifier === 0) return 0;
  return modifier === 1 ? 3 : modifier + 1;
}
