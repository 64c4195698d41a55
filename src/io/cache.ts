import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** Where saved data folders are kept between runs: $DRIFTGATE_CACHE, else the user's cache folder; safe to delete at any time. */
export function defaultCacheFolder(): string {
  const { DRIFTGATE_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== "") return own;
  if (xdg !== undefined && xdg !== "") return join(xdg, "driftgate");
  return homedir() === "" ? join(tmpdir(), "driftgate-cache") : join(homedir(), ".cache", "driftgate");
}
