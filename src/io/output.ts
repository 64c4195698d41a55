import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../errors.ts";

/** Writes a text to a file below or outside `cwd`, making its folder. @throws UserError OUTPUT_FAILED */
export async function writeTextFile(cwd: string, path: string, text: string): Promise<void> {
  const file = resolve(cwd, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UserError("OUTPUT_FAILED", `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Writes to stdout and waits until a pipe has taken it, so that a long report is not cut off at exit. */
export async function writeStdout(text: string): Promise<void> {
  if (text === "") return;
  await new Promise<void>((done, fail) => {
    process.stdout.write(text, (error) => (error === null || error === undefined ? done() : fail(error)));
  });
}
