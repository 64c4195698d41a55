import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../errors.ts";

/** Writes a text to a file below or outside `cwd`, making its folder. @throws UserError OUTPUT_FAILED */
export async function writeTextFile(cwd: string, path: string, text: string): Promise<void> {
  const file = resolve(cwd, path);
  try {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (error) {
    throw new UserError("OUTPUT_FAILED", `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Makes a folder and those above it. Not `recursive` of mkdir, which never ends where the system lets nobody make folders, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above);
  try {
    await mkdir(folder);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

/** Writes to stdout and waits until a pipe has taken it, so that a long report is not cut off at exit. */
export async function writeStdout(text: string): Promise<void> {
  if (text === "") return;
  await new Promise<void>((done, fail) => {
    process.stdout.write(text, (error) => (error === null || error === undefined ? done() : fail(error)));
  });
}
