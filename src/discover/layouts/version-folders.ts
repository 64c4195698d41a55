import { baseName, folderOf } from "../layout.ts";

const version = /^[vV]?\d+(?:[._-]\d+)*$/;

/** Folders named by a version, two or more of them side by side, are parts of one history: the folder that holds them stands for them. */
export function inVersionFolders(folders: readonly string[]): readonly string[] {
  const versioned = Map.groupBy(
    folders.filter((folder) => folder.includes("/") && version.test(baseName(folder))),
    folderOf,
  );
  return folders.map((folder) => {
    const parent = folderOf(folder);
    return version.test(baseName(folder)) && (versioned.get(parent)?.length ?? 0) > 1 ? parent : folder;
  });
}
