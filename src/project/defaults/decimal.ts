/** An unscaled integer and the number of its digits after the point (java.math.BigDecimal). */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Reads what `new BigDecimal(text)` reads; null for NaN, Infinity and every other text. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent] = match;
  if (whole === "" && fraction === "") return null;
  const digits = BigInt(whole + fraction);
  return { unscaled: sign === "-" ? -digits : digits, scale: fraction.length - Number(exponent ?? 0) };
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
export function decimalBytes(decimal: Decimal): readonly number[] {
  let rest = decimal.unscaled;
  const bytes: number[] = [];
  for (;;) {
    const byte = Number(((rest % 256n) + 256n) % 256n);
    bytes.unshift(byte);
    rest = (rest - BigInt(byte)) / 256n;
    if ((rest === 0n && byte < 128) || (rest === -1n && byte >= 128)) return bytes;
  }
}
