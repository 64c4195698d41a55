import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { baseName, codeFile, commonFolder, folderOf, foldersWith, isBelow, isCode, isSql, lineEnd, wholeFile } from "../layout.ts";
import { canonicalVersion, compareText, compareVersions } from "../version.ts";

const versioned = /^V(\d+(?:[._]\d+)*)__(.+)\.\w+$/;
const versionedCode = /^V(\d+(?:[._]\d+)*)__(.+)\.(?:java|kt|groovy|scala)$/;
const baseline = /^B(\d+(?:[._]\d+)*)__(.+)\.sql$/;
const repeatable = /^R__(.+)\.sql$/;

interface Versioned {
  readonly version: string;
  readonly draft: Draft;
}

/**
 * Flyway: `V<version>__<description>.sql` in version order, then `R__<description>.sql` by description, in the folder and all below it.
 * Undo (`U`) migrations and callbacks are not part of a migrate; a baseline migration (`B`) is for an empty database. One transaction per migration,
 * unless `<file>.conf` says `executeInTransaction=false`; no placeholders where it says `placeholderReplacement=false` (Flyway documentation, "Migrations", "Script configuration files").
 */
export const flyway: Layout = {
  tool: "flyway",
  dialect: { dollar: "required", psql: false, copyData: true },
  roots(sources) {
    const inSql = foldersWith(sources, (source) => isSql(source.path) && versioned.test(baseName(source.path)));
    // All in Java or Kotlin is a history too, of which nothing can be read.
    const folders = inSql.length > 0 ? inSql : foldersWith(sources, (source) => versionedCode.test(baseName(source.path)));
    const outer = folders.filter((folder) => !folders.some((other) => other !== folder && isBelow(other, folder)));
    return outer.length > 1 && isOneTree(outer, sources) ? [commonFolder(outer.map((folder) => `${folder}/-`))] : outer;
  },
  read(root, sources) {
    const scripts = new Map(
      sources.filter((source) => source.path.endsWith(".conf")).map((source) => [source.path.slice(0, -5), source.text]),
    );
    const inTransaction = (path: string): boolean => !isOff(scripts.get(path) ?? "", "executeInTransaction");
    const verbatim = (path: string): boolean => isOff(scripts.get(path) ?? "", "placeholderReplacement");
    const unlessExecuted = (source: Source): Partial<Draft> => decidedByScript(source, shouldExecute(sources, source.path));
    const numbered: Versioned[] = [];
    const repeated: Draft[] = [];
    for (const source of sources) {
      const name = baseName(source.path);
      const standsForAll = baseline.test(name);
      const version = (standsForAll ? baseline : versioned).exec(name)?.[1];
      const transactional = inTransaction(source.path);
      if (version !== undefined) {
        const key = `${standsForAll ? "B" : ""}${canonicalVersion(version)}`;
        const over = { key, transactional, standsForAll, verbatim: verbatim(source.path) };
        if (isSql(name)) numbered.push({ version, draft: wholeFile(root, source, { ...over, ...unlessExecuted(source) }) });
        else if (isCode(name)) numbered.push({ version, draft: codeFile(root, source, over) });
      } else if (repeatable.test(name)) {
        const over = { key: name, transactional, repeatable: true, verbatim: verbatim(source.path) };
        repeated.push(wholeFile(root, source, { ...over, ...unlessExecuted(source) }));
      }
    }
    numbered.sort((a, b) => compareVersions(a.version, b.version) || compareText(a.draft.path, b.draft.path));
    repeated.sort((a, b) => compareText(a.key, b.key) || compareText(a.path, b.path));
    return [...numbered.map((entry) => entry.draft), ...repeated];
  },
};

const settingOf = (text: string, setting: string): string | null =>
  new RegExp(`^[ \\t]*(?:flyway\\.)?${setting}[ \\t]*=[ \\t]*(.*?)[ \\t\\r]*$`, "im").exec(text)?.[1]?.toLowerCase() ?? null;

/** Whether a script's configuration says `setting=false`. */
const isOff = (text: string, setting: string): boolean => settingOf(text, setting) === "false";

/**
 * Whether the file's script configuration lets Flyway run it (`shouldExecute`); null where it depends on an expression.
 * @param path of the migration
 */
export function shouldExecute(sources: readonly Source[], path: string): boolean | null {
  const script = sources.find((source) => source.path === `${path}.conf`);
  const value = script === undefined ? null : settingOf(script.text, "shouldExecute");
  return value === null || value === "true" ? true : value === "false" ? false : null;
}

/** What the script configuration keeps from being run is not sent; a condition is not evaluated here. */
function decidedByScript({ text }: Source, runs: boolean | null): Partial<Draft> {
  if (runs === true) return {};
  const line = { start: 0, end: lineEnd(text, 0) };
  if (runs === false)
    return {
      sections: [],
      gaps: [{ ...line, reason: "its script configuration says shouldExecute=false: Flyway does not run it", effect: "ignorable" }],
    };
  const reason = "whether Flyway runs it depends on the condition of shouldExecute in its script configuration";
  return { gaps: [{ ...line, reason, effect: "opaque" }] };
}

/** Sibling folders are one location when they share a folder named for migrations and no version comes twice. */
function isOneTree(folders: readonly string[], sources: readonly Source[]): boolean {
  const common = commonFolder(folders.map((folder) => `${folder}/-`));
  if (!/migrations?$/i.test(baseName(common))) return false;
  const seen = new Set<string>();
  for (const source of sources) {
    const version = versioned.exec(baseName(source.path))?.[1];
    if (version === undefined || !folders.some((folder) => folderOf(source.path) === folder || isBelow(folder, source.path))) continue;
    const key = canonicalVersion(version);
    if (seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}
