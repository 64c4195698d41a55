import type { AdjustmentMode } from "./settings.ts";

/** Makes a schema name fit for Avro (io.debezium.schema.SchemaNameAdjuster): only the very first character of the whole name counts as first. */
export function adjustSchemaName(name: string, mode: AdjustmentMode): string {
  return adjust(name, mode, true);
}

/** As adjustSchemaName, but a dot is as bad as any other character. */
export function adjustFieldName(name: string, mode: AdjustmentMode): string {
  return adjust(name, mode, false);
}

/** Works on UTF-16 units, as Java's char. */
function adjust(name: string, mode: AdjustmentMode, dots: boolean): string {
  if (mode === "none") return name;
  const unicode = mode === "avro_unicode";
  let adjusted = "";
  for (let at = 0; at < name.length; at += 1) {
    const char = name.charAt(at);
    const letter = /[A-Za-z]/.test(char) || (char === "_" && !unicode);
    if (letter || (at > 0 && (/[0-9]/.test(char) || (dots && char === ".")))) adjusted += char;
    else if (unicode) adjusted += escapeChar(char);
    // A leading digit of any script is kept behind the underscore (java.lang.Character.isDigit).
    else adjusted += at === 0 && /\p{Nd}/u.test(char) ? `_${char}` : "_";
  }
  return adjusted;
}

/** io.debezium.schema.UnicodeReplacementFunction: two zeros before a code of one or two digits, none before one of three. */
export function escapeChar(char: string): string {
  const code = char.charCodeAt(0).toString(16);
  return `_u${code.length <= 2 ? "00" : ""}${code}`;
}
