import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { defaultLimits } from "../io/engine/engine.ts";
import { makeEmptyData } from "../io/engine/pglite-engine.ts";

/** Saves the data folder of an empty PostgreSQL once per build, so that no run has to wait for initdb. */
export async function writeEmptyData(files: readonly string[]): Promise<void> {
  const data = await makeEmptyData(defaultLimits);
  for (const file of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, data);
  }
}
