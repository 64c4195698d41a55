/** `a`, `a and b`, `a, b and c`; empty for nothing. */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1);
  return last === undefined ? "" : items.length === 1 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** The text with its first letter in upper case, for a clause that begins a sentence. */
export const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
