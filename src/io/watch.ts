import { setTimeout as sleep } from "node:timers/promises";

/**
 * Looks again and again until Ctrl-C; on a terminal each look takes the place of the one before.
 * @param look gives the exit code of one look
 * @returns the exit code of the last
 */
export async function watch(seconds: number, look: () => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  let code = 0;
  try {
    while (!stop.signal.aborted) {
      // Home, and what is below is cleared: less flicker than clearing first.
      if (process.stdout.isTTY) process.stdout.write("\u001b[H\u001b[2J");
      code = await look();
      await sleep(seconds * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
  return code;
}
