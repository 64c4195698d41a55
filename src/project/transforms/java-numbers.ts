/** java.math.BigDecimal.toString: with an exponent for a negative scale, or when the number is below 10^-6. */
export function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = -scale + digits.length - 1;
  if (scale === 0) return sign + digits;
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, "0");
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
  return `${sign}${mantissa}${exponent === 0 ? "" : `E${exponent > 0 ? "+" : ""}${exponent}`}`;
}

/** java.lang.Double.toString, which writes the shortest digits as JavaScript does. Undefined where these are so many that JDK 17 may write others. */
export function doubleText(value: number): string | undefined {
  const scientific = shortest(value.toExponential());
  return scientific.digits.length > 15 ? undefined : javaText(value, scientific);
}

/**
 * java.lang.Float.toString: the shortest digits that give the same 32-bit float. Undefined where that takes eight or more, or where they are not exact for a
 * whole number beyond 2^24: JDK 17 and 19 write these differently.
 */
export function floatText(value: number): string | undefined {
  const single = Math.fround(value);
  for (let digits = 0; digits < 7; digits += 1) {
    const text = single.toExponential(digits);
    if (!Number.isFinite(single)) return String(single);
    if (Math.fround(Number(text)) !== single) continue;
    return Math.abs(single) > 2 ** 24 && Number(text) !== single ? undefined : javaText(single, shortest(text));
  }
  return undefined;
}

interface Scientific {
  readonly digits: string;
  readonly exponent: number;
}

function shortest(text: string): Scientific {
  const [mantissa = "0", exponent = "0"] = text.replace("-", "").split("e");
  const sign = text.includes("e-") ? -1 : 1;
  return { digits: mantissa.replace(".", "").replace(/0+$/, "") || "0", exponent: sign * Math.abs(Number(exponent)) };
}

/** Plain from 10^-3 up to 10^7, else with an E; always a digit behind the point. */
function javaText(value: number, { digits, exponent }: Scientific): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0.0`;
  if (exponent >= 7 || exponent < -3) return `${sign}${digits.charAt(0)}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}
