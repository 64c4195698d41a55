/** Groups of one match, as java.util.regex.Matcher has them; null for a group that took no part. */
export interface MatchGroups {
  readonly count: number;
  readonly byNumber: (number: number) => string | null;
  /** Undefined: the pattern has no such group. */
  readonly byName: (name: string) => string | null | undefined;
}

/** The text to put in place of a match, or why Java throws. */
export type Expansion = { readonly text: string } | { readonly error: string };

/**
 * Expands a replacement as java.util.regex.Matcher.appendReplacement: `$1`, `${name}`, and a backslash before a character taken as it is. The longest number
 * that names a group counts: with two groups, `$12` is group 1 and a 2.
 */
export function expandReplacement(replacement: string, groups: MatchGroups): Expansion {
  let text = "";
  let at = 0;
  while (at < replacement.length) {
    const char = replacement.charAt(at);
    if (char === "\\") {
      if (at + 1 === replacement.length) return { error: "character to be escaped is missing" };
      text += replacement.charAt(at + 1);
      at += 2;
    } else if (char === "$") {
      const reference = replacement.charAt(at + 1) === "{" ? named(replacement, at + 2, groups) : numbered(replacement, at + 1, groups);
      if ("error" in reference) return reference;
      text += reference.text;
      at = reference.end;
    } else {
      text += char;
      at += 1;
    }
  }
  return { text };
}

type Reference = { readonly text: string; readonly end: number } | { readonly error: string };

function named(replacement: string, at: number, groups: MatchGroups): Reference {
  const name = /^[A-Za-z0-9]*/.exec(replacement.slice(at))?.[0] ?? "";
  if (name === "") return { error: "named capturing group is missing a name" };
  if (/^\d/.test(name)) return { error: `capturing group name {${name}} starts with digit character` };
  if (replacement.charAt(at + name.length) !== "}") return { error: "named capturing group is missing trailing '}'" };
  const value = groups.byName(name);
  return value === undefined ? { error: `No group with name {${name}}` } : { text: value ?? "", end: at + name.length + 1 };
}

function numbered(replacement: string, at: number, groups: MatchGroups): Reference {
  const digits = /^\d+/.exec(replacement.slice(at))?.[0] ?? "";
  if (digits === "") return { error: "Illegal group reference" };
  let number = Number(digits.charAt(0));
  let length = 1;
  if (number > groups.count) return { error: `No group ${number}` };
  while (length < digits.length && number * 10 + Number(digits.charAt(length)) <= groups.count) {
    number = number * 10 + Number(digits.charAt(length));
    length += 1;
  }
  return { text: groups.byNumber(number) ?? "", end: at + length };
}
