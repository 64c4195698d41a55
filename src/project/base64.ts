const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function toBase64(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.slice(at, at + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += second === undefined ? "=" : ALPHABET.charAt((bits >> 6) & 63);
    text += third === undefined ? "=" : ALPHABET.charAt(bits & 63);
  }
  return text;
}

/** Bytes as a string of ISO-8859-1 code points: how Avro writes a default of type bytes. */
export function base64ToLatin1(text: string): string {
  let latin1 = "";
  let bits = 0;
  let count = 0;
  for (const char of text) {
    if (char === "=") break;
    bits = ((bits << 6) | ALPHABET.indexOf(char)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      latin1 += String.fromCharCode((bits >> count) & 255);
    }
  }
  return latin1;
}
