import type { DebeziumVersion } from "../version.ts";
import { atLeast } from "../version.ts";

const FUNCTION_CALL = /^\(?[A-Za-z0-9_.]+\([^\n\r\u0085\u2028\u2029]*\)/;
const CURRENT = new Set(["current_timestamp", "current_time", "current_date", "localtime", "localtimestamp"]);
/** Until 3.6 a quote inside the literal ends it and a line break hides it. */
const LITERAL_36 = /'([^\n\r\u0085\u2028\u2029]*?)'/;
const LITERAL_37 = /'([^']*(?:''[^']*)*)'/;

/**
 * The text that Debezium takes for the default's value (PostgresDefaultValueConverter.extractDefault): nothing is evaluated. A call of a function gives
 * the type's placeholder, a text with a quote its first literal, anything else itself. Undefined: no default.
 */
export function defaultText(expression: string, placeholder: string, version: DebeziumVersion): string | undefined {
  if (FUNCTION_CALL.test(expression) || CURRENT.has(expression.toLowerCase())) return placeholder;
  if (!expression.includes("'")) return expression.startsWith("NULL::") ? undefined : expression;
  if (!atLeast(version, 3, 7)) return LITERAL_36.exec(expression)?.[1];
  return LITERAL_37.exec(expression)?.[1]?.replaceAll("''", "'");
}

/** Only `'label'::type` counts for an enum, with the column's own type (extractEnumDefault). */
export function enumDefaultText(expression: string, typeName: string): string | undefined {
  const cast = expression.lastIndexOf("::");
  if (cast === -1 || lastIdentifier(expression.slice(cast + 2)) !== typeName) return undefined;
  const label = expression.slice(0, cast);
  return label.length >= 2 && label.startsWith("'") && label.endsWith("'") ? label.slice(1, -1) : undefined;
}

const QUALIFIED = /^(?:(?:"(?:[^"]|"")+"|[^".\s]+)\.)?("(?:[^"]|"")+"|[^".\s]+)$/;

function lastIdentifier(text: string): string | null {
  const name = QUALIFIED.exec(text.trim())?.[1];
  if (name === undefined) return null;
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
