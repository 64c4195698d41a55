// Control characters, bidirectional controls (Trojan Source, CVE-2021-42574), separators, invisible and tag characters, lone surrogates.
const invisible =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const escapeOne = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
};

/** One line of text in which nothing can move the cursor, recolour the terminal or reorder what is read: `\u001b` is shown as `␛`. */
export const visible = (text: string): string => text.replaceAll(invisible, escapeOne);

/** As visible, with line feeds and tabs kept. */
export const visibleLines = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replaceAll(invisible, (character) => (character === "\n" || character === "\t" ? character : escapeOne(character)));

/** A sentence on one line: white space of any kind becomes one space. */
export const sentence = (text: string): string => visible(text.replaceAll(/[\s\u2028\u2029]+/g, " ").trim());
