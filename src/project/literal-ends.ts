/** What every text that a pattern fits begins and ends with, in lower case; a cheap test before the real one. */
export interface LiteralEnds {
  readonly prefix: string;
  readonly suffix: string;
}

const NONE: LiteralEnds = { prefix: "", suffix: "" };

/** Reads the literal characters at both ends of a pattern that java.util.regex compiles; empty where alternatives or quotes make that more than a glance. */
export function literalEnds(pattern: string): LiteralEnds {
  // Quotes, flags, and classes with a bracket in them.
  if (/\\[QE]|\(\?[^:=!<>]|\[\^?\]|\[[^\]]*\[/.test(pattern)) return NONE;
  const parts: (string | null)[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "|") return NONE;
    if (char === "*" || char === "+" || char === "?" || char === "{") {
      // What is repeated may be missing, or be there more than once.
      parts[Math.max(parts.length - 1, 0)] = null;
      if (char === "{") at = closing(pattern, at, "}");
    } else if (char === "\\") {
      at += 1;
      const escaped = pattern.charAt(at);
      if (/\w/.test(escaped)) return NONE;
      parts.push(escaped);
    } else if (char === "(" || char === "[") {
      parts.push(null);
      at = char === "[" ? endOfClass(pattern, at) : endOfGroup(pattern, at);
    } else parts.push(char === "." || char === "^" || char === "$" ? null : char);
  }
  const [first, last] = [parts.indexOf(null), parts.lastIndexOf(null)];
  const prefix = first === -1 ? parts : parts.slice(0, first);
  return {
    prefix: prefix.join("").toLowerCase(),
    suffix: parts
      .slice(last + 1)
      .join("")
      .toLowerCase(),
  };
}

function closing(pattern: string, at: number, char: string): number {
  const end = pattern.indexOf(char, at);
  return end === -1 ? pattern.length : end;
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "]") return at;
  }
  return pattern.length;
}

function endOfGroup(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "[") at = endOfClass(pattern, at);
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return pattern.length;
}
