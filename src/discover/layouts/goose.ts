import type { Source } from "../../model/migration.ts";
import type { Draft, DraftGap, Layout, Range } from "../layout.ts";
import { baseName, foldersWith, isSql, lineEnd, plainDialect } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { readNumbered } from "./numbered.ts";

const annotation = /^[ \t]*--[ \t]*\+goose[ \t]+(\S[^\r\n]*?)[ \t]*\r?$/gm;

/**
 * goose: `<number>_<name>.sql` in numeric order, Go migrations among them. Only what stands under `-- +goose Up` is run, in one transaction
 * unless the file says `-- +goose NO TRANSACTION`; `-- +goose ENVSUB ON` turns `${NAME}` into a placeholder (goose documentation,
 * "SQL migration annotations").
 */
export const goose: Layout = {
  tool: "goose",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => isSql(source.path) && /^[ \t]*--[ \t]*\+goose[ \t]+Up\b/im.test(source.text)),
  read: (root, sources) =>
    readNumbered(
      root,
      sources.filter((source) => !/_test\.\w+$/.test(baseName(source.path))),
      {
        file: /^(\d+)_.+\.\w+$/,
        compare: compareDigits,
        code: true,
        draft: (_, source) => readAnnotations(source),
      },
    ),
};

function readAnnotations(source: Source): Partial<Draft> {
  const { text } = source;
  const sections: Range[] = [];
  let open: number | null = null;
  let transactional = true;
  let placeholders = false;
  const close = (end: number): void => {
    if (open !== null) sections.push({ start: open, end });
    open = null;
  };
  for (const match of text.matchAll(annotation)) {
    const command = (match[1] ?? "").toLowerCase().replaceAll(/\s+/g, " ");
    if (command === "up" || command === "down") close(match.index);
    if (command === "up") open = Math.min(lineEnd(text, match.index) + 1, text.length);
    if (command === "no transaction") transactional = false;
    if (command === "envsub on") placeholders = true;
  }
  close(text.length);
  return { sections, transactional, placeholders, gaps: sections.length === 0 ? [noUpSection(text)] : [] };
}

function noUpSection(text: string): DraftGap {
  return { start: 0, end: lineEnd(text, 0), reason: 'there is no "-- +goose Up" line, so goose refuses the file', effect: "opaque" };
}
