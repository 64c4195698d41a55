import type { Source } from "../../model/migration.ts";
import type { Draft } from "../layout.ts";
import { codeFile, folderOf, isBelow, joinPath } from "../layout.ts";

const reference = /\b(?:file|path)["']?\s*[:=]\s*["']?([^"'\s>,}]+)/g;

/**
 * The files in the order in which the master changelogs include them (`include`, `includeAll`, XML, YAML or JSON); those that none names come
 * last. A changelog with changesets of its own becomes an opaque draft, as its changes are no SQL.
 */
export function readMaster(root: string, masters: readonly Source[], files: readonly Source[]): readonly (Source | Draft)[] {
  const included = new Set(
    masters.flatMap((source) => references(source).map((path) => masters.find((other) => names(source, path, other.path))?.path)),
  );
  const tops = masters.filter((source) => !included.has(source.path));
  const order: (Source | Draft)[] = [];
  const seen = new Set<string>();
  const take = (source: Source): void => {
    if (seen.has(source.path)) return;
    seen.add(source.path);
    order.push(source);
  };
  const walk = (source: Source): void => {
    if (seen.has(source.path)) return;
    seen.add(source.path);
    if (/<changeSet\b|\bchangeSet["']?\s*:/.test(source.text)) order.push(changesOfItsOwn(root, source));
    for (const path of references(source)) {
      for (const other of masters) if (names(source, path, other.path)) walk(other);
      for (const file of files) if (names(source, path, file.path)) take(file);
    }
  };
  tops.forEach(walk);
  files.forEach(take);
  return order;
}

const references = (source: Source): readonly string[] => [...source.text.matchAll(reference)].map((match) => match[1] ?? "");

/** Whether `written` in the changelog means `path`: relative to the changelog, or to some folder of the class path. */
function names(changelog: Source, written: string, path: string): boolean {
  const clean = written.replace(/^(?:classpath:)?\.?\/*/, "").replace(/\/+$/, "");
  if (clean === "") return false;
  const beside = joinPath(folderOf(changelog.path), clean);
  return (
    path === beside ||
    isBelow(beside, path) ||
    path.endsWith(`/${clean}`) ||
    path === clean ||
    isBelow(clean, path) ||
    path.includes(`/${clean}/`)
  );
}

function changesOfItsOwn(root: string, source: Source): Draft {
  const draft = codeFile(root, source);
  const reason = "this changelog has changesets that are not written in SQL: what they do to the database is not read";
  return { ...draft, gaps: draft.gaps.map((gap) => ({ ...gap, reason })) };
}
