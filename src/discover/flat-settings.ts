import { LineCounter, parseAllDocuments } from "yaml";
import type { Source } from "../model/migration.ts";

/** The settings of a file by dotted key, for .properties, .conf, .toml and YAML; what cannot be read is left out, as it is not ours to judge. */
export function flatSettings({ path, text }: Source): ReadonlyMap<string, string> {
  if (/\.ya?ml$/.test(path)) return flatYaml(text);
  return path.endsWith(".toml") ? flatToml(text) : flatProperties(text);
}

/** java.util.Properties, without Unicode escapes. */
function flatProperties(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.replaceAll(/\\\r?\n[ \t]*/g, "").split(/\r\n|\r|\n/)) {
    const match = /^[ \t]*([^#!=:\s][^=:\s]*)[ \t]*[=:]?[ \t]*(.*)$/.exec(line);
    if (match !== null) settings.set(match[1] ?? "", (match[2] ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return settings;
}

/** Tables and one-line strings, numbers and truth values of TOML 1.0: what settings of placeholders are made of. */
function flatToml(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let table = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1];
    if (header !== undefined) table = `${unquotedKey(header)}.`;
    const pair =
      /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w.+-]+))\s*(?:#.*)?$/.exec(
        line,
      );
    if (pair === null) continue;
    const [, key = "", basic, literal, bare] = pair;
    settings.set(table + unquotedKey(key), basic?.replaceAll(/\\(["\\])/g, "$1") ?? literal ?? bare ?? "");
  }
  return settings;
}

const unquotedKey = (key: string): string =>
  [...key.matchAll(/"([^"]*)"|'([^']*)'|([^\s."']+)/g)].map(([, basic, literal, bare]) => basic ?? literal ?? bare ?? "").join(".");

/** The first document counts, and later ones that are for no profile of Spring's. */
function flatYaml(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const document of parseAllDocuments(text, { lineCounter: new LineCounter(), uniqueKeys: false })) {
    if (!("errors" in document) || document.errors.length > 0) continue;
    const flat = new Map<string, string>();
    flatten(
      toValue(() => document.toJS({ maxAliasCount: 100 })),
      "",
      flat,
      0,
    );
    if (flat.has("spring.config.activate.on-profile") || flat.has("spring.profiles")) continue;
    for (const [key, value] of flat) settings.set(key, value);
  }
  return settings;
}

function toValue(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return null;
  }
}

function flatten(value: unknown, key: string, into: Map<string, string>, depth: number): void {
  if (typeof value === "object" && value !== null) {
    if (depth > 20) return;
    for (const [name, child] of Object.entries(value)) flatten(child, key === "" ? name : `${key}.${name}`, into, depth + 1);
  } else if (value !== null && value !== undefined) into.set(key, String(value));
}
