import { setTimeout as sleep } from "node:timers/promises";

/**
 * Looks again and again until Ctrl-C; on a terminal each look takes the place of the one before.
 * @param look calls `clear` before it writes, so that the one before stands until then; gives its exit code
 * @returns the exit code of the last
 */
export async function watch(seconds: number, look: (clear: () => void) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  let code = 0;
  try {
    while (!stop.signal.aborted) {
      code = await look(clear);
      await sleep(seconds * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
  return code;
}

/** The cursor to the upper left, and what is below it away. */
function clear(): void {
  if (process.stdout.isTTY) process.stdout.write("\u001b[H\u001b[J");
}
