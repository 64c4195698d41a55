import { UserError } from "../errors.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * UTF-8 bytes as text, byte order mark removed.
 * @throws UserError FILE_NOT_UTF8 with line and column of the first byte that is no text.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const zero = bytes.indexOf(0);
  if (zero !== -1) throw notText(bytes, zero, path);
  try {
    return utf8.decode(bytes);
  } catch {
    throw notText(bytes, firstBadByte(bytes), path);
  }
}

function notText(bytes: Uint8Array, offset: number, path: string): UserError {
  const before = bytes.subarray(0, offset);
  let [line, lineStart] = [1, 0];
  for (let at = before.indexOf(10); at !== -1; at = before.indexOf(10, at + 1)) [line, lineStart] = [line + 1, at + 1];
  const column = new TextDecoder("utf-8").decode(before.subarray(lineStart)).length + 1;
  const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")}`;
  return new UserError("FILE_NOT_UTF8", `${path}:${line}:${column}: the byte ${byte} is not UTF-8 text. ${encodingHint(bytes, offset)}`);
}

function encodingHint(bytes: Uint8Array, offset: number): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16) return "The file looks like UTF-16: save it as UTF-8.";
  if (bytes[offset] === 0) return "The file looks like a binary file: is it a migration at all?";
  return "The file looks like Latin-1 or Windows-1252: save it as UTF-8.";
}

/** Offset of the first byte that does not continue a valid UTF-8 text (Unicode Standard, table 3-7). */
function firstBadByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return 0;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  for (let i = 1; i < length; i += 1) {
    const next = bytes[at + i] ?? 0;
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return 0;
  }
  return length;
}
