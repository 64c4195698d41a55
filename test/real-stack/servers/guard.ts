// A process of its own that outlives its parent by a moment: when the parent is gone, however it ended, it ends what the parent had
// started and removes its folders. Started by household.ts.
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Sent by the parent: what has to go when it goes, or has gone already. */
export type Charge =
  | { readonly kind: "process"; readonly pid: number; readonly signal: NodeJS.Signals }
  | { readonly kind: "gone"; readonly pid: number }
  | { readonly kind: "folder"; readonly path: string };

const patience = 5000;
const processes = new Map<number, NodeJS.Signals>();
const folders = new Set<string>();

process.on("message", (charge: Charge) => {
  if (charge.kind === "process") processes.set(charge.pid, charge.signal);
  else if (charge.kind === "gone") processes.delete(charge.pid);
  else folders.add(charge.path);
});
// A terminal's Ctrl-C reaches the whole group; the parent's end is what counts.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

process.once("disconnect", () => void clear());

async function clear(): Promise<void> {
  for (const [pid, signal] of processes) send(pid, signal);
  const limit = Date.now() + patience;
  while ([...processes.keys()].some((pid) => send(pid, 0)) && Date.now() < limit) await sleep(50);
  for (const pid of processes.keys()) send(pid, "SIGKILL");
  for (const path of folders) rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit();
}

/** @returns whether there is such a process */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
