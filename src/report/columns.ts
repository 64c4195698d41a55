const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const printableAscii = /^[\x20-\x7e]*$/;

// Unicode 16, EastAsianWidth.txt: W and F, as ranges that terminals draw two columns wide.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const zero = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The characters that a reader sees as one. */
export const graphemes = (text: string): readonly string[] =>
  printableAscii.test(text) ? [...text] : [...segmenter.segment(text)].map(({ segment }) => segment);

/** Columns that a text takes in a terminal: 2 for wide characters, 0 for combining ones. */
export function widthOf(text: string): number {
  if (printableAscii.test(text)) return text.length;
  return graphemes(text).reduce((sum, one) => sum + (zero.test(one) ? 0 : wide.test(one) ? 2 : 1), 0);
}

/** Breaks a sentence into lines of at most `width` columns; a word that is wider stands alone. Width 0: one line. */
export function wrap(text: string, width: number): readonly string[] {
  if (width <= 0) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
