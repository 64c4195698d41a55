import { join } from "node:path";
import { toSnapshot } from "../catalog/snapshot.ts";
import type { Config } from "../config/parse.ts";
import { writeTextFile } from "../io/output.ts";
import { openLive } from "./live.ts";
import { databaseFile, databaseText } from "./pulled.ts";

/**
 * Writes what a database holds below `dir`: `catalog.json` as the snapshot that `driftgate catalog` prints, and `database.json` with all that
 * a check takes from a live one.
 * @returns what was done, for the user
 * @throws UserError DATABASE_…, OUTPUT_FAILED
 */
export async function pullDatabase(url: string, cwd: string, dir: string, config: Config): Promise<string> {
  const live = await openLive(url, config);
  await live.close();
  await writeTextFile(cwd, join(dir, "catalog.json"), `${JSON.stringify(toSnapshot(live.catalog), null, 2)}\n`);
  await writeTextFile(cwd, join(dir, databaseFile), databaseText(live));
  return `${join(dir, databaseFile)} and catalog.json: ${live.catalog.relations.length} tables of ${live.shown}\n`;
}
