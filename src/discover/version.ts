/** Compares two unsigned whole numbers of any length, written in digits. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, "")];
  return left.length - right.length || compareText(left, right);
}

/** Code-unit order, which is what the tools' own sorts amount to. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares versions such as `1.10` and `1_9_2` part by part; a missing part is 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(/[._-]/), b.split(/[._-]/)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = compareDigits(left[i] ?? "0", right[i] ?? "0");
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The one spelling of a version: `1_09.0` is `1.9`. */
export const canonicalVersion = (version: string): string =>
  version
    .split(/[._-]/)
    .map((part) => part.replace(/^0+(?=\d)/, ""))
    .join(".")
    .replace(/(?:\.0)+$/, "");

// A further number counts only when it stands alone: the 2 of `001_2fa.sql` is part of a word.
const leading = /^([vV]?|[A-Za-z]+[-_.]?)(\d+(?:[._-]\d+(?![A-Za-z0-9]))*)/;

/** Order of numbered, dated and versioned names: by folder, then by the leading numbers (behind a word, where both have the same), then by name. */
export function compareNumbered(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const difference = compareSegment(left[i] ?? "", right[i] ?? "");
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `v` before a number says nothing; `patch-9` comes before `patch-10`. */
const word = (text: string): string => (/^v$/i.test(text) ? "" : text);

function compareSegment(a: string, b: string): number {
  const [, wordOfA = "", left] = leading.exec(a) ?? [];
  const [, wordOfB = "", right] = leading.exec(b) ?? [];
  if (left === undefined || right === undefined || word(wordOfA) !== word(wordOfB)) return compareText(a, b);
  return compareVersions(left, right) || compareText(a, b);
}
