const encoder = new TextEncoder();

/** CRC-32 (ISO 3309, as java.util.zip.CRC32) of a UTF-8 text, as a signed 32-bit number. */
export function crc32(text: string): number {
  let crc = -1;
  for (const byte of encoder.encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

const mask = (1n << 64n) - 1n;
const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & mask;

/** SipHash-1-3 with zero keys (Aumasson and Bernstein; Rust's DefaultHasher before 1.71 is the same), in decimal. */
export function sipHash13(bytes: Uint8Array): string {
  let v0 = 0x736f6d6570736575n;
  let v1 = 0x646f72616e646f6dn;
  let v2 = 0x6c7967656e657261n;
  let v3 = 0x7465646279746573n;
  const round = (): void => {
    v0 = (v0 + v1) & mask;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & mask;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & mask;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & mask;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const blocks = Math.floor(bytes.length / 8);
  for (let block = 0; block <= blocks; block += 1) {
    let word = block === blocks ? BigInt(bytes.length & 0xff) << 56n : 0n;
    for (const [index, byte] of bytes.subarray(block * 8, Math.min(block * 8 + 8, bytes.length)).entries())
      word |= BigInt(byte) << BigInt(8 * index);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < 3; i += 1) round();
  return String(v0 ^ v1 ^ v2 ^ v3);
}

/** The bytes of texts and numbers one after another. */
export function bytesOf(...parts: readonly (string | readonly number[])[]): Uint8Array {
  const all = parts.flatMap((part) => (typeof part === "string" ? [...encoder.encode(part)] : part));
  return Uint8Array.from(all);
}
