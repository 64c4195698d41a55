import { readFile } from "node:fs/promises";
import { StateFolder, compress } from "./data-folder.ts";
import type { Engine, Limits, SavedState } from "./engine.ts";
import { PgliteServer } from "./pglite.ts";
import { WorkerClient } from "./pglite-worker-client.ts";
import { InternalError } from "../../errors.ts";

/** Version of PGlite and of the form of the data folder that this code makes. */
const emptyKey = "empty-pglite-0.5.16-2";

/**
 * An engine whose servers start from an empty data folder, made once per machine (or once at build time, beside this file). A worker is
 * made ready at once, while the caller still reads and parses.
 */
export function pgliteEngine(options: {
  readonly cacheDir: string | null;
  readonly extensions: readonly string[];
  readonly limits: Limits;
}): Engine {
  const { cacheDir, limits } = options;
  let ready: WorkerClient | null = new WorkerClient(limits);
  let empty: Promise<SavedState> | null = null;
  return {
    name: "pglite",
    fingerprint: JSON.stringify([emptyKey, options.extensions]),
    cacheDir,
    start: async (state) => {
      const client = ready ?? new WorkerClient(limits);
      ready = null;
      if (state === null) empty ??= emptyState(cacheDir, limits);
      const start = state ?? (await (empty ?? emptyState(cacheDir, limits)));
      const extensions = [...new Set([...start.extensions, ...options.extensions])];
      return PgliteServer.open(client, { data: start.data, extensions }, limits);
    },
    close: async () => {
      await ready?.end();
      ready = null;
    },
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

/** The folder that the build made (`empty-data.zst` beside this file), if it did. */
async function builtState(): Promise<SavedState | null> {
  try {
    return { data: await readFile(new URL("./empty-data.zst", import.meta.url)), extensions: [] };
  } catch {
    return null;
  }
}

/** Runs initdb; takes seconds. Compressed image of the data folder of a server with no user objects. */
export async function makeEmptyData(limits: Limits): Promise<Uint8Array> {
  const client = new WorkerClient(limits);
  try {
    await client.start(null);
    const answer = await client.request({ kind: "dump" }, 60_000);
    if (answer.kind !== "dumped") throw new InternalError("the PostgreSQL worker could not save an empty data folder");
    return await compress(answer.image);
  } finally {
    await client.end();
  }
}
