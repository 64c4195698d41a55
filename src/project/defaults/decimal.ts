/** An unscaled integer and the number of its digits after the point (java.math.BigDecimal). */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** PostgreSQL's numeric has 131,072 digits before the point, and 16,383 after it. */
const MAX_DIGITS = 147_455;

/** Reads what `new BigDecimal(text)` reads; null for NaN, Infinity and every other text. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent] = match;
  if (whole === "" && fraction === "") return null;
  const scale = fraction.length - Number(exponent ?? 0);
  if (Math.abs(scale) > MAX_DIGITS) return null;
  const digits = BigInt(whole + fraction);
  return { unscaled: sign === "-" ? -digits : digits, scale };
}

/** BigDecimal.setScale(scale): null when digits would be lost (ArithmeticException). */
export function withScale(decimal: Decimal, scale: number): Decimal | null {
  if (scale >= decimal.scale) return { unscaled: decimal.unscaled * 10n ** BigInt(scale - decimal.scale), scale };
  const factor = 10n ** BigInt(decimal.scale - scale);
  return decimal.unscaled % factor === 0n ? { unscaled: decimal.unscaled / factor, scale } : null;
}

/** BigDecimal.toPlainString. */
export function plainText(decimal: Decimal): string {
  if (decimal.scale <= 0) return String(decimal.unscaled * 10n ** BigInt(-decimal.scale));
  const negative = decimal.unscaled < 0n;
  const digits = String(negative ? -decimal.unscaled : decimal.unscaled).padStart(decimal.scale + 1, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -decimal.scale)}.${digits.slice(-decimal.scale)}`;
}

/** BigInteger.toByteArray: big-endian two's complement, as few bytes as hold the sign. */
export function decimalBytes({ unscaled }: Decimal): readonly number[] {
  // The bits of a negative number are those of its complement, turned around: then both start with a 0 for the sign.
  const bits = unscaled < 0n ? -unscaled - 1n : unscaled;
  const hex = bits.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = even.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  const signed = (bytes[0] ?? 0) >= 128 ? [0, ...bytes] : bytes;
  return unscaled < 0n ? signed.map((byte) => 255 - byte) : signed;
}
