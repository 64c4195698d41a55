import type { Source } from "../../model/migration.ts";
import { baseName, folderOf, isSql } from "../layout.ts";

/** A word and a number. */
const member = /^([A-Za-z]+)[-_.]?\d/;
/** Words of series that are no history. */
const others = /^(?:v|q|query|queries|test|tests|example|sample|demo|bench|benchmark|seed|data|case|dump|backup|report)$/i;
const changesSchema = /\b(?:create|alter|drop)\s+(?:table|type|index|schema|view|function|procedure|sequence|trigger)\b/i;

const fewest = 3;

/**
 * Folders whose SQL files are called by one word and a number, as `migration-1-0000-20190730.sql` or `patch_12.sql`: at least three, all but
 * a few of the folder's, and most of them change the schema.
 */
export function seriesFolders(sources: readonly Source[]): readonly string[] {
  const byFolder = Map.groupBy(
    sources.filter(({ path }) => isSql(path)),
    ({ path }) => folderOf(path),
  );
  return [...byFolder].flatMap(([folder, files]) => {
    const byWord = Map.groupBy(files, ({ path }) => member.exec(baseName(path))?.[1]?.toLowerCase() ?? "");
    const [word = "", series = []] = [...byWord].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
    if (word === "" || others.test(word) || series.length < fewest || series.length * 5 < files.length * 4) return [];
    return series.filter(({ text }) => changesSchema.test(text)).length * 2 >= series.length ? [folder] : [];
  });
}
