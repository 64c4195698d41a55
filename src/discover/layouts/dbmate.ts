import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { foldersWith, isSql, lineEnd, plainDialect } from "../layout.ts";
import { compareText } from "../version.ts";
import { readNumbered } from "./numbered.ts";

const up = /^--[ \t]*migrate:up(?:[ \t]+[^\r\n]*)?[ \t]*\r?$/m;
const down = /^--[ \t]*migrate:down(?:[ \t]+[^\r\n]*)?[ \t]*\r?$/m;

/**
 * dbmate: `<version>_<name>.sql` in name order; only what stands between `-- migrate:up` and `-- migrate:down`, in one transaction unless
 * the first line says `transaction:false` (dbmate README, "Migration options").
 */
export const dbmate: Layout = {
  tool: "dbmate",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => isSql(source.path) && up.test(source.text)),
  read: (root, sources) =>
    readNumbered(root, sources, {
      file: /^(\d+)[^.]*.*\.sql$/,
      compare: compareText,
      code: false,
      draft: (_, source) => readSection(source),
    }),
};

function readSection(source: Source): Partial<Draft> {
  const { text } = source;
  const from = up.exec(text);
  if (from === null) {
    const reason = 'there is no "-- migrate:up" line, so dbmate refuses the file';
    return { sections: [], gaps: [{ start: 0, end: lineEnd(text, 0), reason, effect: "opaque" }] };
  }
  const to = down.exec(text);
  const start = Math.min(lineEnd(text, from.index), text.length);
  const end = to !== null && to.index > from.index ? to.index : text.length;
  return { sections: [{ start, end }], transactional: !/\btransaction:\s*false\b/.test(from[0]) };
}
