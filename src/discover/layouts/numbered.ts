import type { Source } from "../../model/migration.ts";
import type { Draft } from "../layout.ts";
import { baseName, codeFile, folderOf, isCode, isSql, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";

/** How the tools with `<number>_<name>` files differ. */
export interface NumberedStyle {
  /** Its first group is the version. Tested on the file's name. */
  readonly file: RegExp;
  /** Compares two versions. */
  readonly compare: (a: string, b: string) => number;
  /** A migration of this tool may also be written in a programming language. */
  readonly code: boolean;
  readonly draft: (root: string, source: Source) => Partial<Draft>;
}

/** Numbered files directly in `root`, in the order of their versions; what has another name is not a migration. */
export function readNumbered(root: string, sources: readonly Source[], style: NumberedStyle): readonly Draft[] {
  const found: { readonly version: string; readonly draft: Draft }[] = [];
  for (const source of sources) {
    const name = baseName(source.path);
    const version = style.file.exec(name)?.[1];
    if (version === undefined || folderOf(source.path) !== root) continue;
    const key = version.replace(/^0+(?=\d)/, "");
    if (isSql(name)) found.push({ version, draft: wholeFile(root, source, { key, ...style.draft(root, source) }) });
    else if (style.code && isCode(name)) found.push({ version, draft: codeFile(root, source, { key }) });
  }
  found.sort((a, b) => style.compare(a.version, b.version) || compareText(a.draft.path, b.draft.path));
  return found.map((entry) => entry.draft);
}
