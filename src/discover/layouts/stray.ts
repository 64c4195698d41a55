import type { Source } from "../../model/migration.ts";
import { baseName, belowRoot, folderOf, isCode, isSql } from "../layout.ts";
import { compareNumbered } from "../version.ts";

/** A name that a number or a date begins. */
export const numbered = /^[vV]?\d+(?![A-Za-z])/;

const makes = /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/gi;

/** Names of the tables that a text makes, without quotes and schema. */
const tablesOf = (text: string): readonly string[] =>
  [...text.matchAll(makes)].map((match) => (match[1] ?? "").replaceAll(/["\s]/g, "").toLowerCase().replace(/^.*\./, ""));

const isOrdered = (root: string, { path }: Source): boolean =>
  belowRoot(root, path)
    .split("/")
    .some((part) => numbered.test(part));

/**
 * Where files are numbered, those without a number are queries, seeds, notes or a dump of the result, and no migrations. But what makes the
 * tables that numbered files change and none of them makes is what they begin with. Where no file is numbered, all are.
 */
export function withoutStrays(root: string, sources: readonly Source[]): readonly Source[] {
  const files = sources.filter(({ path }) => isSql(path));
  const ordered = files.filter((source) => isOrdered(root, source));
  if (!ordered.some(({ path }) => folderOf(path) === root || numbered.test(belowRoot(root, path)))) return files;
  const made = new Set(ordered.flatMap(({ text }) => tablesOf(text)));
  const words = new Set(ordered.flatMap(({ text }) => text.toLowerCase().match(/[\w$]+/g) ?? []));
  const isStart = (source: Source): boolean => {
    if (isOrdered(root, source) || folderOf(source.path) !== root) return false;
    const tables = tablesOf(source.text);
    return !tables.some((table) => made.has(table)) && tables.some((table) => words.has(table));
  };
  const code = sources.filter(({ path }) => isCode(path) && numbered.test(baseName(path)));
  return [...files.filter(isStart), ...ordered, ...code];
}

/** By folder, leading numbers and name; what the numbered ones begin with comes first, yuniql's `_draft` and `_post` last. */
export function inOrder(root: string, files: readonly Source[]): readonly Source[] {
  const isMixed = files.some((source) => isOrdered(root, source));
  const place = (source: Source): number => {
    const below = belowRoot(root, source.path);
    if (/^_\w+\//.test(below)) return /^_(?:draft|post)\//.test(below) ? 2 : 0;
    return isMixed && isOrdered(root, source) ? 1 : 0;
  };
  return files.toSorted((a, b) => place(a) - place(b) || compareNumbered(belowRoot(root, a.path), belowRoot(root, b.path)));
}
