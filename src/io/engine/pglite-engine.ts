import { readFile } from "node:fs/promises";
import { zstdDecompressSync } from "node:zlib";
import { StateFolder } from "./data-folder.ts";
import type { Engine, Limits, SavedState } from "./engine.ts";
import { PgliteServer } from "./pglite.ts";
import { WorkerClient } from "./pglite-worker-client.ts";
import { InternalError } from "../../errors.ts";

/** Version of PGlite and of the form of the data folder that this code makes. */
const emptyKey = "empty-pglite-0.5.16-1";

/** An engine whose servers start from an empty data folder, made once per machine (or once at build time, beside this file). */
export function pgliteEngine(options: {
  readonly cacheDir: string | null;
  readonly extensions: readonly string[];
  readonly limits: Limits;
}): Engine {
  let empty: Promise<SavedState> | null = null;
  return {
    name: "pglite",
    fingerprint: JSON.stringify([emptyKey, options.extensions]),
    cacheDir: options.cacheDir,
    start: async (state) => {
      empty ??= state === null ? emptyState(options.cacheDir, options.limits) : null;
      const start = state ?? (await (empty ?? emptyState(options.cacheDir, options.limits)));
      const extensions = [...new Set([...start.extensions, ...options.extensions])];
      return PgliteServer.open({ data: start.data, extensions }, options.limits);
    },
    close: async () => undefined,
  };
}

async function emptyState(cacheDir: string | null, limits: Limits): Promise<SavedState> {
  const built = await builtState();
  if (built !== null) return built;
  const folder = cacheDir === null ? null : new StateFolder(cacheDir);
  const stored = await folder?.load(emptyKey);
  if (stored !== null && stored !== undefined) return stored.state;
  const state: SavedState = { data: await makeEmptyData(limits), extensions: [] };
  await folder?.save(emptyKey, { state, notes: null });
  return state;
}

/** The folder that the build made (`empty-data.tar.zst` beside this file), if it did. */
async function builtState(): Promise<SavedState | null> {
  try {
    return { data: zstdDecompressSync(await readFile(new URL("./empty-data.tar.zst", import.meta.url))), extensions: [] };
  } catch {
    return null;
  }
}

/** Runs initdb; takes seconds. Tar of a data folder of a server with no user objects. */
export async function makeEmptyData(limits: Limits): Promise<Uint8Array> {
  const client = await WorkerClient.start(null, limits);
  try {
    const answer = await client.request({ kind: "dump", templates: false }, 60_000);
    if (answer.kind !== "dumped") throw new InternalError("the PostgreSQL worker could not save an empty data folder");
    return answer.tar;
  } finally {
    await client.end();
  }
}
