import { compileJavaPattern, javaPatternFault } from "../java-regex.ts";
import type { JavaPattern } from "../java-regex.ts";
import { isPlaceholder } from "../settings.ts";
import { doubt, refuse } from "./stream-record.ts";
import type { Settings } from "./stream-record.ts";

/** A setting as org.apache.kafka.common.config.ConfigDef reads a STRING: trimmed; undefined where it is not set. */
export function optionalText(settings: Settings, name: string): string | undefined {
  const given = settings[name]?.trim();
  if (given !== undefined && isPlaceholder(given)) doubt(`has ${name} filled in by the Connect worker`);
  return given;
}

/** As optionalText, with the transform's default. */
export function text(settings: Settings, name: string, fallback: string): string {
  return optionalText(settings, name) ?? fallback;
}

/** As optionalText; refused where it is not set. */
export function requiredText(settings: Settings, name: string): string {
  return optionalText(settings, name) ?? refuse(`${name} must be set`);
}

/** BOOLEAN of ConfigDef: only true and false, in any case. */
export function flag(settings: Settings, name: string, fallback: boolean): boolean {
  const given = optionalText(settings, name)?.toLowerCase();
  if (given === undefined) return fallback;
  if (given === "true" || given === "false") return given === "true";
  return refuse(`${name} is "${given}", which is neither true nor false`);
}

/** INT of ConfigDef; undefined where it is not set. */
export function integer(settings: Settings, name: string): number | undefined {
  const given = optionalText(settings, name);
  if (given === undefined) return undefined;
  const number = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN;
  return Math.abs(number) <= 0x7fffffff || number === -0x80000000 ? number : refuse(`${name} is "${given}", which is no 32-bit number`);
}

/** LIST of ConfigDef: split at commas with the space around them; empty parts are kept. */
export function rawList(settings: Settings, name: string): readonly string[] {
  const given = optionalText(settings, name);
  return given === undefined || given === "" ? [] : given.split(/\s*,\s*/);
}

/** A LIST of names (ConfigDef.ValidList.anyNonDuplicateValues): none empty; one that is there twice counts once. */
export function nameList(settings: Settings, name: string, { mayBeEmpty }: { readonly mayBeEmpty: boolean }): readonly string[] {
  const list = rawList(settings, name);
  if (!mayBeEmpty && list.length === 0) refuse(`${name} must be set and not be empty`);
  if (list.includes("")) refuse(`${name} has an empty entry`);
  return [...new Set(list)];
}

export function oneOf<Value extends string>(settings: Settings, name: string, values: readonly Value[], fallback: Value | null): Value {
  const given = optionalText(settings, name) ?? fallback ?? refuse(`${name} must be set`);
  return values.find((value) => value === given) ?? refuse(`${name} is "${given}"; it must be one of ${values.join(", ")}`);
}

/** A regular expression of Java's; one that RE2 cannot read is a doubt, unless Java cannot either. */
export function pattern(name: string, source: string): JavaPattern {
  const fault = javaPatternFault(source);
  if (fault !== null) refuse(`${name} is "${source}", which is no regular expression (${fault})`);
  return compileJavaPattern(source, false) ?? doubt(`has a pattern in ${name} that cannot be read here: ${source}`);
}

/** java.lang.String.split with a literal separator: empty parts at the end go. */
export function javaSplit(value: string, separator: string): readonly string[] {
  const parts = value.split(separator);
  if (parts.length === 1) return parts;
  while (parts.at(-1) === "") parts.pop();
  return parts;
}
