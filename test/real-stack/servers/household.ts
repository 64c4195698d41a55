import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Charge } from "./guard.ts";

/** Servers that live and end together, and with the process that started them whatever ends it. */
export interface Household {
  /** A temporary folder of its own. */
  readonly folder: string;
  /** Starts a program; its output goes to `<name>.log` in the folder. */
  readonly start: (name: string, command: string, args: readonly string[]) => Member;
  /** Ends a process that somebody else started, and removes its folder, should this process end before it does so itself. */
  readonly adopt: (pid: number, signal: NodeJS.Signals, folder: string) => void;
  /** Ends all, last started first, and removes the folder. */
  readonly stop: () => Promise<void>;
}

export interface Member {
  readonly name: string;
  readonly process: ChildProcess;
  /** Waits until the probe says yes. @throws Error with the end of the log when the process ends before that, or takes too long */
  readonly ready: (probe: () => Promise<boolean>, seconds?: number) => Promise<void>;
  /** Last lines of its output. */
  readonly log: () => string;
}

const patience = 10_000;

export function openHousehold(name: string): Household {
  const folder = mkdtempSync(join(tmpdir(), `driftgate-${name}-`));
  const guard = fork(join(import.meta.dirname, "guard.ts"), { execArgv: [], stdio: "ignore", serialization: "json" });
  guard.unref();
  guard.channel?.unref();
  const tell = (charge: Charge): void => void (guard.connected && guard.send(charge));
  tell({ kind: "folder", path: folder });
  const members: Member[] = [];
  return {
    folder,
    start(member, command, args) {
      const started = startMember(folder, member, command, args);
      const { pid } = started.process;
      if (pid !== undefined) {
        tell({ kind: "process", pid, signal: "SIGTERM" });
        started.process.once("exit", () => tell({ kind: "gone", pid }));
      }
      members.push(started);
      return started;
    },
    adopt(pid, signal, other) {
      tell({ kind: "folder", path: other });
      tell({ kind: "process", pid, signal });
    },
    async stop() {
      for (const member of members.splice(0).reverse()) await end(member.process);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      if (guard.connected) guard.disconnect();
    },
  };
}

function startMember(folder: string, name: string, command: string, args: readonly string[]): Member {
  const path = join(folder, `${name}.log`);
  const output = openSync(path, "a");
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", output, output] });
  closeSync(output);
  let fault: string | null = null;
  child.once("error", (error) => (fault = error.message));
  child.once("exit", (code, signal) => (fault = `it ended (${code ?? signal})`));
  const log = (): string => readFileSync(path, "utf8").slice(-6000);
  return {
    name,
    process: child,
    log,
    async ready(probe, seconds = 120) {
      const limit = Date.now() + seconds * 1000;
      for (;;) {
        if (fault !== null) throw new Error(`${name} did not start: ${fault}\n${log()}`);
        if (await probe().catch(() => false)) return;
        if (Date.now() > limit) throw new Error(`${name} was not ready after ${seconds} s\n${log()}`);
        await sleep(50);
      }
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await exited;
  clearTimeout(timer);
}

/** Below the range from which the system gives ports to outgoing connections, so that none takes one before its server does. */
const [firstPort, lastPort] = [20_000, 32_000];
const given = new Set<number>();

/** Ports of the loopback address on which nothing listens. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Readonly<Record<Name, number>>> {
  const ports: [string, number][] = [];
  for (const name of names) ports.push([name, await freePort()]);
  // One entry for each name.
  return Object.fromEntries(ports) as Record<Name, number>;
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * (lastPort - firstPort));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  // On all addresses: a server that took the port there would answer on the loopback address too.
  const server = createServer();
  try {
    server.listen({ port, host: "0.0.0.0", exclusive: true });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
