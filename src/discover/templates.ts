import type { Range } from "./layout.ts";
import { regionsOf, templatesIn } from "./sql-regions.ts";
import type { Region } from "./sql-regions.ts";

// Go's text/template, Handlebars; Jinja.
export const blockStart = /^\{\{[-~]?\s*(?:if|range|with|define|block|#\w+)\b|^\{%[-+]?\s*(?:if|for|macro|call|filter|block|with)\b/;
export const blockMiddle = /^\{\{[-~]?\s*else\b|^\{%[-+]?\s*(?:else|elif)\b/;
export const blockEnd = /^\{\{[-~]?\s*(?:end\b|\/\w)|^\{%[-+]?\s*end\w+/;

/** Names that a template's language has for itself, beside conditions and loops. */
const others = /^\{%|^\{\{[-~]?\s*(?:template|include|break|continue)\b/;

/** Whether the template decides what is in the file, and has no value: Go's text/template, Jinja, Handlebars. */
export const isControl = (text: string): boolean => [blockStart, blockMiddle, blockEnd, others].some((pattern) => pattern.test(text));

/**
 * The name a template expression ends with: `.Namespace` and `index .Options "Namespace"` are both `Namespace`. Null where a value alone would not do: behind
 * a pipe stand functions.
 */
export function templateName(expression: string): string | null {
  if (expression.includes("|")) return null;
  return /([A-Za-z_]\w*)["'`]?\s*$/.exec(expression.trim())?.[1] ?? null;
}

const shift =
  (by: number) =>
  ({ start, end }: Range): Range => ({ start: start + by, end: end + by });

/** A comment of Go's text/template. */
export const templateComment = /^\{\{-?\s*\/\*/;

/** The templates in a name or in code; in a string one may be text for somebody else, as the body of a mail. Offsets are those of `sql`. */
export function templatesInQuoted(sql: string, { kind, start, end }: Region): readonly Range[] {
  const text = sql.slice(start, end);
  if (kind === "string" || !text.includes("{{")) return [];
  if (kind === "identifier") return templatesIn(text).map(shift(start));
  const tag = text.indexOf("$", 1) + 1;
  return [...regionsOf(sql, start + tag, end - tag)].flatMap((region) => {
    const part = sql.slice(region.start, region.end);
    const found = region.kind === "identifier" || (region.kind === "template" && part.startsWith("{{")) ? templatesIn(part) : [];
    return found.map(shift(region.start));
  });
}
