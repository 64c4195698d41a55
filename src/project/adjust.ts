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
    const digit = /[0-9]/.test(char);
    if (letter || (at > 0 && (digit || (dots && char === ".")))) adjusted += char;
    else if (unicode) adjusted += escape(char);
    else adjusted += digit ? `_${char}` : "_";
  }
  return adjusted;
}

function escape(char: string): string {
  return `_u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
