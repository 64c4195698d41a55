import type { Source } from "../model/migration.ts";
import { folderOf, joinPath } from "./layout.ts";
import type { IncludedFile } from "./psql-variables.ts";

/**
 * Finds what psql's `\\i` and `\\ir` name among the sources: `\\ir` beside the file that says it, `\\i` from where psql runs, which is taken to be the
 * migrations folder or else the top (psql manual, "\\include_relative"). A migration is not included, as it is run in its own right.
 */
export function includedFrom(sources: readonly Source[], root: string, migrations: ReadonlySet<string>): IncludedFile {
  let byPath: ReadonlyMap<string, Source> | null = null;
  return (name, from, relative) => {
    byPath ??= new Map(sources.map((source) => [source.path, source]));
    const folders = relative ? [folderOf(from)] : [root, "", folderOf(from)];
    const paths = folders.map((folder) => normalized(joinPath(folder, name)));
    const path = paths.find((candidate) => candidate !== null && byPath?.has(candidate) === true) ?? null;
    return path === null || migrations.has(path) ? null : (byPath.get(path) ?? null);
  };
}

/** Without `.` and `..`; null where it leaves the top. */
function normalized(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

const inclusion = /^\\(i|ir|include|include_relative)[ \t]+(?:'([^'\n]*)'|([^\s']+))/gm;

/** Without the files that one before them includes: they are run as a part of it, and would be run twice. `files` are in the order of application. */
export function withoutIncluded(root: string, files: readonly Source[]): readonly Source[] {
  const include = includedFrom(files, root, new Set());
  const places = new Map(files.map(({ path }, index) => [path, index]));
  const included = new Set(
    files.flatMap(({ path, text }, index) =>
      [...text.matchAll(inclusion)].flatMap(([, command = "", quoted, bare]) => {
        const found = include(quoted ?? bare ?? "", path, command.endsWith("r") || command.endsWith("relative"))?.path;
        return found !== undefined && (places.get(found) ?? 0) > index ? [found] : [];
      }),
    ),
  );
  return files.filter(({ path }) => !included.has(path));
}
