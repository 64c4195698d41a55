import type { Source } from "../../model/migration.ts";
import type { Draft, DraftGap, Layout, Range } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, isSql, lineEnd, plainDialect, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";

/** What Atlas reads as another tool does, `?format=` (ariga/atlas: sql/sqltool/tool.go): that tool's names or marks are in the files. */
const otherFormat = (source: Source): boolean =>
  isSql(source.path) &&
  (/^\d+_.+\.up\.sql$|^V[\d._]+__.+\.sql$/.test(baseName(source.path)) ||
    /^--[ \t]*(?:\+goose[ \t]+Up\b|migrate:up\b|liquibase[ \t]+formatted[ \t]+sql\b)/im.test(source.text));

const atlasDelimiter = /^-- atlas:delimiter[ \t]+(\S.*?)[ \t]*\r?$/m;

/**
 * Atlas: `<version>_<name>.sql` beside atlas.sum, by version; a file that begins with `-- atlas:checkpoint` stands for all before it
 * (ariga/atlas: sql/migrate/dir.go, LocalFile). A folder in another tool's format is that tool's.
 */
export const atlas: Layout = {
  tool: "atlas",
  dialect: plainDialect,
  roots(sources) {
    const others = new Set(foldersWith(sources, otherFormat));
    return foldersWith(sources, (source) => baseName(source.path) === "atlas.sum").filter((folder) => !others.has(folder));
  },
  read: (root, sources) =>
    sources
      .filter((source) => folderOf(source.path) === root && isSql(source.path))
      .toSorted((a, b) => compareText(baseName(a.path), baseName(b.path)))
      .map((source) => atlasDraft(root, source)),
};

function atlasDraft(root: string, source: Source): Draft {
  const draft = wholeFile(root, source, {
    key:
      baseName(belowRoot(root, source.path))
        .replace(/\.sql$/, "")
        .split("_")[0] ?? "",
    transactional: !/^-- atlas:txmode[ \t]+none\b/m.test(source.text),
    standsForAll: /^-- atlas:checkpoint\b/.test(source.text),
  });
  const delimiter = atlasDelimiter.exec(source.text)?.[1]?.replaceAll(String.raw`\n`, "\n");
  if (delimiter === undefined) return draft;
  const gap: DraftGap = { start: 0, end: lineEnd(source.text, 0), reason: "", effect: "ignorable" };
  return {
    ...draft,
    gaps: [{ ...gap, reason: `its statements end with ${JSON.stringify(delimiter)}` }],
    sections: cut(source.text, delimiter),
  };
}

/** Parts of the text between delimiters, which PostgreSQL does not know. */
function cut(text: string, delimiter: string): readonly Range[] {
  const sections: Range[] = [];
  let start = 0;
  for (let at = text.indexOf(delimiter); at !== -1; at = text.indexOf(delimiter, start)) {
    sections.push({ start, end: at });
    start = at + delimiter.length;
  }
  return text.slice(start).trim() === "" ? sections : [...sections, { start, end: text.length }];
}
