import type { Source } from "../../model/migration.ts";
import { withoutIncluded } from "../include.ts";
import type { Draft, Layout } from "../layout.ts";
import { baseName, belowRoot, codeFile, folderOf, foldersWith, isSql, joinPath, lineEnd, wholeFile } from "../layout.ts";
import { compareNumbered } from "../version.ts";
import { forPostgres } from "./database-files.ts";
import { seriesFolders } from "./series.ts";
import { inOrder, numbered, withoutStrays } from "./stray.ts";
import { inVersionFolders, isRunAlways, ofRelease } from "./version-folders.ts";
import { forward, withoutBacks } from "./ways.ts";

/** Of Concourse, sql-migrate, Migratus (`-- :disable-transaction`) and codd (`-- codd: no-txn`). */
const alone =
  /^\s*(?:--[^\n]*\n\s*)*?--\s*(?:NO_TRANSACTION|\+migrate[ \t]+Up[ \t]+notransaction|:disable-transaction|codd:[ \t]*no-txn)[ \t]*(?:\r?\n|$)/i;

/**
 * Numbered or dated SQL files of no known tool, also in versioned folders (`v1.10/`, with the files that a manifest.json lists under
 * SchemaUpdateCqlFiles). Or called by one word and a
 * number. Order: by folder, then by leading numbers, then by name. Each file is taken as one query, one implicit transaction,
 * unless its name says `.autocommit` (ory/x: popx/migration_info.go).
 */
export const plain: Layout = {
  tool: "plain",
  dialect: { dollar: "optional", psql: true, copyData: true },
  roots(sources) {
    const manifests = foldersWith(sources, isManifest, 2);
    const folders = foldersWith(withoutBacks("", sources), (source) => isSql(source.path) && numbered.test(baseName(source.path)));
    return [...new Set([...manifests, ...inVersionFolders(folders), ...seriesFolders(withoutBacks("", sources))])].sort();
  },
  read(root, sources) {
    const manifests = sources.filter(isManifest);
    if (manifests.length > 0) return readManifests(root, manifests, sources);
    const files = ofRelease(root, withoutStrays(root, withoutBacks(root, forPostgres(withoutTests(root, sources)))));
    return withoutIncluded(root, inOrder(root, files)).map((source) => {
      if (!isSql(source.path)) return codeFile(root, source);
      return wholeFile(root, source, { ...readMarks(source), repeatable: isRunAlways(root, source.path) });
    });
  },
};

const forTests = /(?:^|\/)(?:tests?|testdata|fixtures?)\//i;

/** Without the tests of migrations that lie in a folder below them. */
function withoutTests(root: string, sources: readonly Source[]): readonly Source[] {
  const others = sources.filter(({ path }) => !forTests.test(belowRoot(root, path)));
  return others.some(({ path }) => isSql(path)) ? others : sources;
}

const isManifest = (source: Source): boolean => baseName(source.path) === "manifest.json" && source.text.includes('"SchemaUpdateCqlFiles"');

/** Whether each statement of Play's evolutions is committed alone, as by default (play.evolutions.autocommit), and `;;` stands for `;` in them. */
const evolution = /^(?:#|--).*!Ups/m;

function readMarks({ path, text }: Source): Partial<Draft> {
  const sections = forward(text);
  if (sections !== null && evolution.test(text)) {
    const generated = sections.map(({ start, end }) => ({ start, end, text: text.slice(start, end).replaceAll(";;", ";") }));
    return text.includes(";;") ? { sections: [], generated, transactional: false } : { sections, transactional: false };
  }
  const transactional = !alone.test(text.slice(0, 2000)) && !/\.autocommit\.(?:up\.)?sql$/.test(path);
  return sections === null ? { transactional } : { sections, transactional };
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
