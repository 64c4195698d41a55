import type { Source, Substitution } from "../../model/migration.ts";
import type { Draft } from "../layout.ts";
import { codeFile, wholeFile } from "../layout.ts";

// A method or function with a body in braces, or an arrow function with or without; a type of its result may stand between.
const start =
  /(?:(?<![\w.$])|(?<=\bexports\.))up\b\s*[=:]?\s*(?:async\s*)?(?:function\b\s*\w*\s*)?(?:\(\s*(?<first>\w+)?[^)]*\)|(?<only>\w+)\s*(?==>))\s*(?::[^={;]*)?(?:=>\s*(?<arrow>\{)?|(?<brace>\{))/;

const space = /(?:\s|;|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'])use strict\1)*/y;
const literal = String.raw`(\`(?:[^\`\\$]|\\[\s\S]|\$(?!\{))*\`|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")`;

/** A call that sends one text, and nothing else: of the function's own parameter, or of the tool's base class. */
const callOf = (parameter: string): RegExp =>
  new RegExp(
    String.raw`(?:return\s+)?(?:await\s+)?(?:(?:this\.addSql|${parameter}(?:\.schema|\.sequelize)?\.(?:query|raw|sql))\s*\(\s*${literal}\s*,?\s*\)|${parameter}\.runSql\s*\(\s*${literal}\s*(?:,\s*(?:cb|callback|next|done)\s*)?,?\s*\)|sql\s*${literal}\s*\.execute\(\s*${parameter}\s*\))`,
    "y",
  );

const noTransaction = (parameter: string): RegExp => new RegExp(String.raw`${parameter}\.noTransaction\(\s*\)`, "y");

/** What an `up` function sends, where it does nothing but send texts that stand in it. */
interface Literals {
  readonly parts: readonly Substitution[];
  readonly transactional: boolean;
}

/**
 * Reads `up` of a JavaScript or TypeScript migration. Null as soon as there is anything in it but calls with one constant text each: whatever
 * else it does is not known.
 */
function readLiterals(text: string): Literals | null {
  const head = start.exec(text);
  const parameter = head?.groups?.["first"] ?? head?.groups?.["only"] ?? "this";
  if (head === null) return null;
  const isBlock = (head.groups?.["brace"] ?? head.groups?.["arrow"]) !== undefined;
  const call = callOf(parameter);
  const alone = noTransaction(parameter);
  const parts: Substitution[] = [];
  let transactional = true;
  let at = skip(text, head.index + head[0].length);
  for (;;) {
    if (isBlock && text[at] === "}") return { parts, transactional };
    const matched = matchAt(call, text, at);
    if (matched !== null) {
      const written = matched[1] ?? matched[2] ?? matched[3] ?? "";
      const from = at + matched[0].indexOf(written);
      parts.push({ start: from + 1, end: from + written.length - 1, text: valueOf(written) });
      at += matched[0].length;
      if (!isBlock) return /[.(+[?`]/.test(text[skip(text, at)] ?? "") ? null : { parts, transactional };
    } else {
      const off = matchAt(alone, text, at);
      if (off === null) return null;
      transactional = false;
      at += off[0].length;
    }
    const next = skip(text, at);
    // One call must end before another begins: `a()b()` is no program, and `a().then(…)` does more.
    if (next === at && text[at] !== "}") return null;
    at = next;
  }
}

function skip(text: string, at: number): number {
  space.lastIndex = at;
  return at + (space.exec(text)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0", "\n": "" };

/** The value of a string or template literal (ECMAScript, "Static Semantics: SV" and "TV"). */
function valueOf(written: string): string {
  return written
    .slice(1, -1)
    .replaceAll(
      /\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi,
      (_, braces?: string, four?: string, two?: string, one = "") => {
        const code = braces ?? four ?? two;
        return code === undefined ? (escapes[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16));
      },
    );
}

/** Marks of a file that its tool does not wrap in a transaction. */
const unwrapped =
  /\btransaction\s*(?::\s*boolean\s*)?[=:]\s*false\b|\bisTransactional\s*\([^)]*\)\s*(?::\s*boolean\s*)?\{\s*return\s+false\b/;

/** A migration that is program code: its SQL where it only sends texts that stand in it, else its place in the order alone. */
export function programFile(root: string, source: Source, wraps: boolean): Draft {
  const found = /\.[cm]?[jt]s$/.test(source.path) ? readLiterals(source.text) : null;
  if (found === null || found.parts.length === 0) return codeFile(root, source);
  const transactional = wraps && found.transactional && !unwrapped.test(source.text);
  const isPlain = found.parts.every(({ start: from, end, text }) => source.text.slice(from, end) === text);
  if (isPlain)
    return wholeFile(root, source, { transactional, sections: found.parts.map(({ start: from, end }) => ({ start: from, end })) });
  return wholeFile(root, source, { transactional, sections: [], generated: found.parts });
}
