import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** Downloads are kept here between runs: $DRIFTGATE_TEST_CACHE, else the user's cache folder; safe to delete at any time. */
export function testCacheFolder(): string {
  const { DRIFTGATE_TEST_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== "") return own;
  if (xdg !== undefined && xdg !== "") return join(xdg, "driftgate-test");
  return homedir() === "" ? join(tmpdir(), "driftgate-test") : join(homedir(), ".cache", "driftgate-test");
}

type Fill = (folder: string) => Promise<void>;

/** Filled beside its place and then renamed, so that a folder that is there is whole, whoever else fills it at the same time. */
export async function cached(name: string, what: string, fill: Fill): Promise<string> {
  const place = join(testCacheFolder(), name);
  if (existsSync(place)) return place;
  const part = `${place}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  try {
    process.stderr.write(`Downloading ${what} into ${place}, once.\n`);
    await fill(part);
    if (!existsSync(place)) renameSync(part, place);
    return place;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
