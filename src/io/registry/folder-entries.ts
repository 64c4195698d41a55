import { readdir } from "node:fs/promises";
import { UserError } from "../../errors.ts";

/** What a folder holds. @throws UserError REGISTRY_INVALID when it cannot be read, or holds what is neither a file nor a folder */
export async function listFolder(dir: string): ReturnType<typeof readEntries> {
  const entries = await entriesOf(dir);
  // To pass over it would be to say that the subject, its version or its level is not there.
  const other = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (other === undefined) return entries;
  throw new UserError(
    "REGISTRY_INVALID",
    `${dir}/${other.name} is a link, or no regular file, and is not followed. Put a copy of what it leads to there, or remove it.`,
  );
}

async function entriesOf(dir: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(dir);
  } catch (error) {
    throw new UserError("REGISTRY_INVALID", `The folder of subjects ${dir} cannot be read. Check the path and its permissions.`, {
      cause: error,
    });
  }
}

function readEntries(dir: string): Promise<{ readonly name: string; isDirectory(): boolean; isFile(): boolean }[]> {
  return readdir(dir, { withFileTypes: true });
}

export async function hasFile(folder: string, name: string): Promise<boolean> {
  return (await listFolder(folder)).some((entry) => entry.isFile() && entry.name === name);
}

/** `registry` below, where `pull` wrote there. */
export async function topOf(dir: string): Promise<string> {
  const below = `${dir}/registry`;
  const entries = await listFolder(dir);
  const isPulled = entries.some((entry) => entry.isDirectory() && entry.name === "registry") && (await hasFile(below, "source.json"));
  return isPulled ? below : dir;
}
