/** Converts the parser's UTF-8 byte offsets and code point offsets of one text into UTF-16 offsets. Linear to build, constant to ask. */
export interface Offsets {
  fromBytes(bytes: number): number;
  fromCodePoints(count: number): number;
}

const ascii: Offsets = { fromBytes: (bytes) => bytes, fromCodePoints: (count) => count };

/** `text` must be what the parser was given. */
export function offsetsOf(text: string): Offsets {
  if (isAscii(text)) return ascii;
  let byBytes: Uint32Array | null = null;
  return {
    fromBytes: (bytes) => (byBytes ??= indexBytes(text))[bytes] ?? text.length,
    fromCodePoints: (count) => skipCodePoints(text, count),
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function indexBytes(text: string): Uint32Array {
  const index = new Uint32Array(text.length * 3 + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const size = bytesAt(text, i);
    index.fill(i, bytes, bytes + size);
    bytes += size;
    // The low half of a pair has no byte of its own.
    if (size === 4) i++;
  }
  index[bytes] = text.length;
  return index.subarray(0, bytes + 1);
}

/** Size in UTF-8 of the character at `i`; a lone surrogate is encoded as U+FFFD. */
function bytesAt(text: string, i: number): number {
  const code = text.codePointAt(i) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function skipCodePoints(text: string, count: number): number {
  let at = 0;
  for (let i = 0; i < count && at < text.length; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}
