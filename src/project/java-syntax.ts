/** What a pattern asks of an engine, and whether java.util.regex.Pattern compiles it. */
export interface JavaSyntax {
  /** Java's own words for what is wrong; null when it compiles. */
  readonly error: string | null;
  /** Whether RE2, and whether JavaScript's RegExp without flags, reads every part of it as Java does. */
  readonly re2: boolean;
  readonly script: boolean;
  /** Number of `*`, `+` and `{n,}`; Infinity when one stands inside another. */
  readonly unbounded: number;
}

/**
 * Reads a pattern by the grammar of java.util.regex.Pattern (its flags as Debezium sets them: CASE_INSENSITIVE at most), without matching anything.
 * Not looked at: names of Unicode properties and characters, the greatest length of a look-behind.
 */
export function readJavaSyntax(source: string): JavaSyntax {
  const reader = new Reader(source);
  try {
    reader.alternatives();
    if (!reader.atEnd()) throw new PatternError("Unmatched closing ')'");
    return { error: null, ...reader.found() };
  } catch (error) {
    if (error instanceof PatternError) return { error: error.message, ...reader.found() };
    throw error;
  }
}

class PatternError extends Error {}

const FLAGS = /^[idmsuxU]*(?:-[idmsuxU]*)?$/;

class Reader {
  readonly #text: string;
  readonly #names = new Set<string>();
  #at = 0;
  #re2 = true;
  #script = true;
  #unbounded = 0;

  constructor(text: string) {
    this.#text = text;
  }

  found(): Omit<JavaSyntax, "error"> {
    return { re2: this.#re2, script: this.#script, unbounded: this.#unbounded };
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  alternatives(): void {
    for (;;) {
      this.#sequence();
      if (!this.#take("|")) return;
    }
  }

  #sequence(): void {
    while (!this.atEnd() && this.#peek() !== "|" && this.#peek() !== ")") {
      const before = this.#unbounded;
      const quantifiable = this.#atom();
      if (quantifiable) this.#quantifier(this.#unbounded > before);
    }
  }

  /** False after what takes no quantifier. */
  #atom(): boolean {
    const char = this.#next();
    if (char === "(") return this.#group();
    if (char === "[") {
      this.#class();
    } else if (char === "\\") {
      return this.#escape(false);
    } else if (char === "*" || char === "+" || char === "?") {
      throw new PatternError(`Dangling meta character '${char}'`);
    } else if (char === "{") {
      // Read again as the repetition of nothing.
      this.#at -= 1;
    }
    return true;
  }

  #quantifier(holdsUnbounded: boolean): void {
    const char = this.#peek();
    if (char === "{") this.#counted(holdsUnbounded);
    else if (char === "*" || char === "+" || char === "?") {
      this.#at += 1;
      this.#repeats(char !== "?", holdsUnbounded);
    } else return;
    if (this.#take("+")) this.#onlyJava();
    else this.#take("?");
  }

  #onlyJava(): void {
    this.#re2 = false;
    this.#script = false;
  }

  #repeats(endless: boolean, holdsUnbounded: boolean): void {
    if (holdsUnbounded) this.#unbounded = Infinity;
    else if (endless) this.#unbounded += 1;
  }

  #counted(holdsUnbounded: boolean): void {
    const match = /^\{(\d+)(,(\d*))?/.exec(this.#text.slice(this.#at));
    if (match === null) throw new PatternError("Illegal repetition");
    this.#at += match[0].length;
    if (!this.#take("}")) throw new PatternError("Unclosed counted closure");
    const [, least = "", comma, most = ""] = match;
    if (most !== "" && Number(most) < Number(least)) throw new PatternError("Illegal repetition range");
    this.#repeats(comma !== undefined && most === "", holdsUnbounded);
  }

  #group(): boolean {
    const behind = /^\?<[=!]/.test(this.#text.slice(this.#at));
    const before = this.#unbounded;
    if (this.#take("?") && !this.#specialGroup()) return false;
    this.alternatives();
    if (!this.#take(")")) throw new PatternError("Unclosed group");
    if (behind && this.#unbounded > before) throw new PatternError("Look-behind group does not have an obvious maximum length");
    return true;
  }

  /** After `(?`. False when the group is complete: flags alone. */
  #specialGroup(): boolean {
    const rest = this.#text.slice(this.#at);
    const look = /^(?:<?[=!])/.exec(rest);
    if (look !== null) {
      this.#at += look[0].length;
      this.#re2 = false;
      return true;
    }
    if (rest.startsWith(":") || rest.startsWith(">")) {
      if (rest.startsWith(">")) this.#onlyJava();
      this.#at += 1;
      return true;
    }
    if (rest.startsWith("<")) return this.#named(rest);
    const flags = /^[A-Za-z-]*/.exec(rest)?.[0] ?? "";
    if (!FLAGS.test(flags)) throw new PatternError("Unknown inline modifier");
    this.#at += flags.length;
    this.#script = false;
    if (/[duxU]/.test(flags)) this.#re2 = false;
    if (this.#take(")")) return false;
    if (!this.#take(":")) throw new PatternError(this.atEnd() ? "Unclosed group" : "Unknown inline modifier");
    return true;
  }

  #named(rest: string): boolean {
    const name = /^<([A-Za-z][A-Za-z0-9]*)/.exec(rest)?.[1];
    if (name === undefined) throw new PatternError("Unknown look-behind group");
    if (rest.charAt(name.length + 1) !== ">") throw new PatternError("named capturing group is missing trailing '>'");
    if (this.#names.has(name)) throw new PatternError(`Named capturing group <${name}> is already defined`);
    this.#names.add(name);
    this.#at += name.length + 2;
    return true;
  }

  /** After `[`. A `]` that comes first stands for itself. */
  #class(): void {
    this.#take("^");
    // JavaScript takes a bracket that comes first for the end.
    if (this.#peek() === "]") this.#script = false;
    let from: string | null = null;
    for (let first = true; ; first = false) {
      if (this.atEnd()) throw new PatternError("Unclosed character class");
      const char = this.#next();
      if (char === "]" && !first) return;
      if (char === "[" || (char === "&" && this.#peek() === "&")) {
        this.#onlyJava();
        if (char === "[") this.#class();
        else this.#at += 1;
        from = null;
      } else if (char === "-" && from !== null && !this.atEnd() && this.#peek() !== "]" && this.#peek() !== "[") {
        this.#rangeEnd(from);
        from = null;
      } else if (char === "\\") {
        from = /[A-Za-z0-9]/.test(this.#peek()) ? null : this.#peek();
        this.#escape(true);
      } else from = char;
    }
  }

  #rangeEnd(from: string): void {
    const to = this.#next();
    if (to !== "\\") {
      if (to < from) throw new PatternError("Illegal character range");
      return;
    }
    if (/[DHSVWdhswvpP]/.test(this.#peek())) throw new PatternError("Illegal character range");
    this.#escape(true);
  }

  /** After a backslash. */
  #escape(inClass: boolean): boolean {
    if (this.atEnd()) throw new PatternError("Unexpected internal error");
    const char = this.#next();
    if (char === "Q") {
      this.#script = false;
      return this.#quoted();
    }
    const form = ESCAPES[char];
    if (form !== undefined) {
      const match = form.exec(this.#text.slice(this.#at));
      if (match === null) throw new PatternError("Illegal escape sequence");
      this.#at += match[0].length;
    } else if (/[A-Za-z]/.test(char) && !(inClass ? "DHSVWadefhnrstvw" : "ABDGHRSVWXZabdefhnrstvwz").includes(char)) {
      throw new PatternError("Illegal/unsupported escape sequence");
    }
    if (char === "k") this.#reference();
    // As long as what its group found.
    if (/[1-9k]/.test(char)) this.#unbounded += 1;
    if (/[1-9GHRVXZcehkuvNa0]/.test(char)) this.#onlyJava();
    else if (/[A-Za-z]/.test(char) && !"BDSWbdfnrstw".includes(char)) this.#script = false;
    return true;
  }

  /** After `\k<name>`. */
  #reference(): void {
    const name = /<(\w+)>$/.exec(this.#text.slice(0, this.#at))?.[1] ?? "";
    if (!this.#names.has(name)) throw new PatternError(`named capturing group <${name}> does not exist`);
  }

  #quoted(): boolean {
    const end = this.#text.indexOf("\\E", this.#at);
    this.#at = end === -1 ? this.#text.length : end + 2;
    return true;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    this.#at += 1;
    return this.#text.charAt(this.#at - 1);
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at += 1;
    return true;
  }
}

/** Escapes with something after the letter. */
const ESCAPES: Readonly<Record<string, RegExp>> = {
  "0": /^[0-7]{1,3}/,
  N: /^\{[^}]+\}/,
  P: /^(?:\{[^}]+\}|[A-Za-z])/,
  c: /^[^]/,
  k: /^<[A-Za-z][A-Za-z0-9]*>/,
  p: /^(?:\{[^}]+\}|[A-Za-z])/,
  u: /^[0-9A-Fa-f]{4}/,
  x: /^(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]+\})/,
};
