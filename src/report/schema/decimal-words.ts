/** A decimal that Avro writes as a string of bytes: big-endian two's complement, one character of ISO 8859-1 per byte. */
export function decimalWords(bytes: string, scale: number): string {
  const unsigned = [...bytes].reduce((sum, one) => (sum << 8n) | BigInt(one.charCodeAt(0) & 0xff), 0n);
  const value = BigInt.asIntN(bytes.length * 8, unsigned);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const text = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return value < 0n ? `-${text}` : text;
}
