import type { Source } from "../../model/migration.ts";
import type { Draft, Layout, Range } from "../layout.ts";
import { baseName, belowRoot, codeFile, folderOf, foldersWith, isCode, isSql, joinPath, lineEnd, wholeFile } from "../layout.ts";
import { compareNumbered } from "../version.ts";
import { forPostgres } from "./database-files.ts";
import { inVersionFolders } from "./version-folders.ts";

const numbered = /^[vV]?\d+(?![A-Za-z])/;
const reverse = /(?:[._-](?:down|undo|rollback|revert)\.\w+$)|(?:^|\/)(?:down|undo|rollback|revert)\//i;

const alone = /^\s*(?:--[^\n]*\n\s*)*?--\s*(?:NO_TRANSACTION|\+migrate[ \t]+Up[ \t]+notransaction)[ \t]*(?:\r?\n|$)/i;

/** Markers of runners that keep both directions in one file: sql-migrate, node-pg-migrate, rambler, tern. */
const markers: readonly { readonly up: RegExp; readonly down: RegExp }[] = [
  { up: /^--[ \t]*\+migrate[ \t]+Up\b.*$/im, down: /^--[ \t]*\+migrate[ \t]+Down\b/im },
  { up: /^[ \t]*--[ \t]*Up[ \t]+Migration\b.*$/im, down: /^[ \t]*--[ \t]*Down[ \t]+Migration\b/im },
  { up: /^--[ \t]*rambler[ \t]+up\b.*$/im, down: /^--[ \t]*rambler[ \t]+down\b/im },
  { up: /^/, down: /^----[ \t]*create above[^\n]*drop below[ \t]*----/im },
];

/**
 * Numbered or dated SQL files of no known tool, also in versioned folders (`v1.10/`, with the files that a manifest.json lists under
 * SchemaUpdateCqlFiles). Order: by folder, then by leading numbers, then by name. Each file is taken as one query, one implicit transaction,
 * unless its name says `.autocommit` (ory/x: popx/migration_info.go).
 */
export const plain: Layout = {
  tool: "plain",
  dialect: { dollar: "optional", psql: true, copyData: true },
  roots(sources) {
    const manifests = foldersWith(sources, isManifest, 2);
    const folders = foldersWith(
      sources,
      (source) => isSql(source.path) && numbered.test(baseName(source.path)) && !reverse.test(source.path),
    );
    return [...new Set([...manifests, ...inVersionFolders(folders)])].sort();
  },
  read(root, sources) {
    const manifests = sources.filter(isManifest);
    if (manifests.length > 0) return readManifests(root, manifests, sources);
    const hasNumbers = sources.some((source) => isSql(source.path) && numbered.test(baseName(source.path)));
    return forPostgres(sources)
      .filter(
        (source) =>
          !reverse.test(belowRoot(root, source.path)) &&
          (isSql(source.path) || (hasNumbers && isCode(source.path) && numbered.test(baseName(source.path)))),
      )
      .sort((a, b) => compareNumbered(belowRoot(root, a.path), belowRoot(root, b.path)))
      .map((source) => (isSql(source.path) ? wholeFile(root, source, readMarkers(source)) : codeFile(root, source)));
  },
};

const isManifest = (source: Source): boolean => baseName(source.path) === "manifest.json" && source.text.includes('"SchemaUpdateCqlFiles"');

function readMarkers({ path, text }: Source): Partial<Draft> {
  const transactional = !alone.test(text.slice(0, 2000)) && !/\.autocommit\.(?:up\.)?sql$/.test(path);
  for (const { up, down } of markers) {
    const [from, to] = [up.exec(text), down.exec(text)];
    if (from === null || (to === null && from[0] === "")) continue;
    const start = from[0] === "" ? 0 : lineEnd(text, from.index);
    const section: Range = { start, end: to !== null && to.index > start ? to.index : text.length };
    return { sections: [section], transactional };
  }
  return { transactional };
}

function readManifests(root: string, manifests: readonly Source[], sources: readonly Source[]): readonly Draft[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return [...manifests]
    .sort((a, b) => compareNumbered(belowRoot(root, a.path), belowRoot(root, b.path)))
    .flatMap((manifest) => {
      const files = manifestFiles(manifest.text);
      if (files === null) return [unreadable(root, manifest)];
      return files.map((name) => {
        const path = joinPath(folderOf(manifest.path), name);
        const source = byPath.get(path);
        if (source !== undefined) return wholeFile(root, source);
        const reason = `${manifest.path} lists ${name}, but there is no such file`;
        return wholeFile(root, { path, text: "" }, { sections: [], gaps: [{ start: 0, end: 0, reason, effect: "opaque" }] });
      });
    });
}

function unreadable(root: string, manifest: Source): Draft {
  const reason = "this manifest is not valid JSON with a list SchemaUpdateCqlFiles: its files are not known";
  return wholeFile(root, manifest, { sections: [], gaps: [{ start: 0, end: lineEnd(manifest.text, 0), reason, effect: "opaque" }] });
}

function manifestFiles(text: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("SchemaUpdateCqlFiles" in value)) return null;
    const files: unknown = value.SchemaUpdateCqlFiles;
    return Array.isArray(files) && files.every((name): name is string => typeof name === "string") ? files : null;
  } catch {
    return null;
  }
}
