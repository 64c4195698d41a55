import { existsSync, lstatSync, realpathSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { UserError } from "../errors.ts";

/**
 * Writes a text to a file below or outside `cwd`, making its folder. A path below it is not written through a link that leads out: a
 * checkout may have one under the name of a report. @throws UserError OUTPUT_FAILED
 */
export async function writeTextFile(cwd: string, path: string, text: string): Promise<void> {
  const file = resolve(cwd, path);
  try {
    if (leadsOut(cwd, file)) throw new Error("it is, or lies behind, a symbolic link that leads out of the working directory");
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (error) {
    throw new UserError("OUTPUT_FAILED", `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function leadsOut(cwd: string, file: string): boolean {
  const top = resolve(cwd);
  if (!file.startsWith(top + sep)) return false;
  // Of what is not there yet the nearest folder that is; a link to nothing would be made where it leads.
  for (let path = file; path !== top; path = dirname(path)) {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    if (!existsSync(path)) return true;
    const real = realpathSync(path);
    const realTop = realpathSync(top);
    return real !== realTop && !real.startsWith(realTop + sep);
  }
  return false;
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
