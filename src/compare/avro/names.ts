import type { AvroName } from "./schema.ts";

/** Which names a parser takes; org.apache.avro.NameValidator. */
export type NameRule = "strict" | "unicode" | "none";

/** What is wrong with a simple name, in Avro's words; null when nothing is. */
export function faultOfName(name: string | null, rule: NameRule): string | null {
  if (rule === "none") return null;
  if (name === null) return "Null name";
  if (name === "") return "Empty name";
  if (!(rule === "strict" ? /^[A-Za-z_]/ : /^[\p{L}_]/u).test(name)) return `Illegal initial character: ${name}`;
  // Java looks at UTF-16 units, so a letter outside the basic plane is none: surrogates are refused.
  if (rule === "strict" ? /[^A-Za-z0-9_]/.test(name) : /[^\p{L}\p{Nd}_]|[\u{10000}-\u{10ffff}]/u.test(name)) {
    return `Illegal character in: ${name}`;
  }
  return /^[\u{10000}-\u{10ffff}]/u.test(name) ? `Illegal initial character: ${name}` : null;
}

/** org.apache.avro.Schema.Name: a dotted name brings its namespace, an empty namespace is none. Nothing is checked. */
export function nameOf(text: string, space: string | null): AvroName {
  const dot = text.lastIndexOf(".");
  const name = dot < 0 ? text : text.slice(dot + 1);
  const given = dot < 0 ? space : text.slice(0, dot);
  const namespace = given === "" ? null : given;
  return { name, space: namespace, full: namespace === null ? name : `${namespace}.${name}` };
}

/** Fault of the namespace of a full name, in the words of org.apache.avro.ParseContext; null when nothing is wrong. */
export function faultOfNamespace(name: AvroName, rule: NameRule): string | null {
  if (rule === "none" || name.space === null) return null;
  for (const part of name.space.split(".")) {
    const fault = faultOfName(part, rule);
    if (fault !== null) return `Namespace part "${part}" is invalid: ${fault}`;
  }
  return null;
}
