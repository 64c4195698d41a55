import { sentence, visible, visibleLines } from "../visible.ts";

// A zero-width space, written out, parts what GitHub would turn into a mention, a reference or a link.
const apart = "&#8203;";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "@": `@${apart}`,
  "#": `#${apart}`,
  $: "&#36;",
};

/** One line of prose that is shown as it stands: no markup, HTML, mention, reference, link or table cell can come out of it. */
export function prose(text: string): string {
  return sentence(text)
    .replaceAll(/[&<>@#$]/g, (character) => escapes[character] ?? character)
    .replaceAll(/[\\`*_[\]|~]/g, (character) => `\\${character}`)
    .replaceAll(/:\/\//g, `:${apart}//`)
    .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, 3)}${apart}.`)
    .replace(/^([-+=]|\d+[.)])/, (mark) => `${apart}${mark}`);
}

/** Inline code, also inside a table cell. */
export function code(text: string): string {
  const shown = visible(text);
  const ticks = "`".repeat(longestRun(shown) + 1);
  const pad = shown === "" || /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${ticks}${pad}${shown.replaceAll("|", "\\|")}${pad}${ticks}`;
}

/** A fenced block whose fence no line of the text can close. */
export function block(text: string, language = ""): string {
  const shown = visibleLines(text).trimEnd();
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

/** A block that is closed until the reader opens it; `summary` is HTML-escaped prose. */
export const details = (summary: string, body: readonly string[], open = false): string =>
  `<details${open ? " open" : ""}>\n<summary>${summary}</summary>\n\n${body.join("\n\n")}\n\n</details>`;

/** Prose inside an HTML element, where Markdown does not apply. */
export const html = (text: string): string =>
  sentence(text)
    .replaceAll(/[&<>@#$]/g, (character) => escapes[character] ?? character)
    .replaceAll('"', "&quot;");
