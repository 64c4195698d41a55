import { UserError } from "../../errors.ts";
import { defaultCacheFolder } from "../cache.ts";
import { defaultLimits } from "./engine.ts";
import type { Engine, Limits } from "./engine.ts";
import { embeddedEngine } from "./embedded.ts";
import { urlEngine } from "./pg-engine.ts";
import { pgliteEngine } from "./pglite-engine.ts";

export interface EngineOptions {
  /** "pglite" (default), "embedded@15" to "embedded@18", the URL of an empty scratch database, or "none" (nothing is executed). */
  readonly engine?: string;
  /** Extensions whose files are put in place at once; bundled ones are found on demand too. */
  readonly extensions?: readonly string[];
  /** Folder for saved states; null keeps none. */
  readonly cacheDir?: string | null;
  readonly limits?: Partial<Limits>;
}

/** Opens a catalog engine. @throws UserError for an engine there is none of. */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const name = options.engine ?? "pglite";
  const limits = { ...defaultLimits, ...options.limits };
  const cacheDir = options.cacheDir === undefined ? defaultCacheFolder() : options.cacheDir;
  if (name === "pglite") return pgliteEngine({ cacheDir, extensions: options.extensions ?? [], limits });
  if (name === "none") return { name, fingerprint: name, cacheDir: null, start: () => null, close: async () => undefined };
  const major = /^embedded@(15|16|17|18)$/.exec(name)?.[1];
  if (major !== undefined) return embeddedEngine(Number(major), limits);
  if (/^postgres(ql)?:\/\//.test(name)) return urlEngine(name, limits);
  throw new UserError(
    "USAGE",
    `there is no engine "${name}"; take pglite, embedded@15 to embedded@18, the URL of an empty scratch database (postgres://…), or none`,
  );
}
