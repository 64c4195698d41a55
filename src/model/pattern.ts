/** The text as a part of a regular expression that fits it alone. */
export const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A pattern of names in which `*` stands for any part. */
export const namePattern = (text: string): RegExp => new RegExp(`^${text.split("*").map(escapePattern).join(".*")}$`, "su");

/** Finds a name wherever it stands by itself, without a letter, a digit, an underscore or a dollar sign at its side. */
export const wholeName = (name: string, flags: "gu" | "giu"): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_$])${escapePattern(name)}(?![\\p{L}\\p{N}_$])`, flags);
