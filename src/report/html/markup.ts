import { visibleLines } from "../visible.ts";

/** HTML that is known to be safe: made by `markup` only. */
export interface Markup {
  readonly html: string;
}

export type MarkupValue = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML, for elements and quoted attributes; what could reorder or hide text is made visible. */
export const escapeHtml = (text: string): string =>
  visibleLines(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);

/** A template whose values are escaped unless they are markup themselves, so that nothing can be forgotten. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return { html: strings.reduce((out, part, index) => out + toHtml(values[index - 1] ?? "") + part) };
}

function toHtml(value: MarkupValue): string {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "html" in value ? value.html : value.map(({ html }) => html).join("");
}

export const nothing: Markup = { html: "" };

/** The markup where the condition holds, else nothing. */
export const when = (condition: boolean, make: () => Markup): Markup => (condition ? make() : nothing);
