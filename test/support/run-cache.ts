import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCacheFolder } from "../../src/io/cache.ts";

/**
 * Vitest's globalSetup: a cache folder for this run alone, so that no test goes on from a state that other code has saved. The empty server, which
 * depends on PGlite's version alone and takes two seconds to make, is taken over.
 */
export function setup(): () => void {
  const kept = defaultCacheFolder();
  const folder = mkdtempSync(join(tmpdir(), "driftgate-cache-"));
  const empty = existsSync(kept) ? readdirSync(kept).filter((name) => name.startsWith("empty-") && name.endsWith(".state")) : [];
  for (const name of empty) copyFileSync(join(kept, name), join(folder, name));
  process.env["DRIFTGATE_CACHE"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
