import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { Source } from "../model/migration.ts";
import { readSources } from "./files.ts";

/** The files among `paths` that are there and can be read, in the same order; one in another encoding, or behind a link that leads out, counts as absent. */
export async function readExisting(cwd: string, paths: readonly string[]): Promise<readonly Source[]> {
  const found: Source[] = [];
  for (const path of paths) {
    if (!existsSync(resolve(cwd, path))) continue;
    try {
      found.push(...(await readSources({ cwd, paths: [path], accept: () => false, maxBytes: 1024 * 1024 })));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return found;
}
