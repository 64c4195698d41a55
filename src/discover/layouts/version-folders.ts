import type { Source } from "../../model/migration.ts";
import { baseName, belowRoot, folderOf, isBelow, joinPath } from "../layout.ts";

/** `v1.10`, and `v0.04-system-register`: a word may follow a version that cannot be anything else. */
const version = /^(?:[vV]?\d+(?:[._-]\d+)*|[vV]\d+(?:\.\d+)*[-_].*)$/;

/**
 * Folders with files, named by a version, two or more of them side by side, are parts of one history: the folder that holds them stands for
 * them and for all below them.
 */
export function inVersionFolders(folders: readonly string[]): readonly string[] {
  const versioned = folders.filter((folder) => folder.includes("/") && version.test(baseName(folder)));
  const siblings = Map.groupBy(versioned, folderOf);
  const releases = versioned.filter((folder) => (siblings.get(folderOf(folder))?.length ?? 0) > 1);
  const parents = [...new Set(releases.map(folderOf))];
  return folders.map(
    (folder) =>
      parents.find((parent) => {
        const below = isBelow(parent, folder) ? belowRoot(parent, folder) : "";
        return isOutside(`${below}/`) || releases.includes(joinPath(parent, below.split("/")[0] ?? ""));
      }) ?? folder,
  );
}

const isOutside = (path: string): boolean => /^_(?:init|pre|draft|post|erase)\//.test(path);

/**
 * Of folders named by versions, what yuniql runs anywhere: `_init` and `_pre` before them, `_draft` and `_post` behind. Other folders whose
 * names begin with an underscore are for one environment, and `_erase` for taking all away (yuniql: docs/how-to-use-yuniql, MigrationServiceBase.cs).
 */
export function ofRelease(root: string, sources: readonly Source[]): readonly Source[] {
  if (!sources.some(({ path }) => version.test(/^[^/]+(?=\/)/.exec(belowRoot(root, path))?.[0] ?? ""))) return sources;
  return sources.filter(({ path }) => /^_(?:init|pre|draft|post)\/[^_]|^(?!_)(?!.*\/_)/.test(belowRoot(root, path)));
}

/** Whether yuniql runs it with every run. */
export const isRunAlways = (root: string, path: string): boolean => /^_(?:pre|draft|post)\//.test(belowRoot(root, path));
