import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** One run of a command. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time of the process and its threads. */
  readonly cpuSeconds: number;
  /** Highest resident set seen, in megabytes (10^6 bytes). */
  readonly peakMegabytes: number;
  readonly exitCode: number;
  readonly stdout: string;
}

/** Runs a command through bash's `time`, and reads its peak memory from /proc while it runs (Linux only). */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Measurement> {
  const script = 'TIMEFORMAT="__time %R %U %S"; time { "$0" "$@" & wait $!; }';
  const child = spawn("bash", ["-c", script, command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of children(child.pid ?? 0)) peak = Math.max(peak, peakOf(pid));
  }, 15);
  const exitCode = await new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  clearInterval(timer);
  const times = /__time ([\d.]+) ([\d.]+) ([\d.]+)/.exec(Buffer.concat(err).toString());
  const [wall = 0, user = 0, system = 0] = (times ?? []).slice(1).map(Number);
  return { wallSeconds: wall, cpuSeconds: user + system, peakMegabytes: peak / 1e6, exitCode, stdout: Buffer.concat(out).toString() };
}

function children(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The run of median wall time out of `times`. */
export async function median(times: number, run: () => Promise<Measurement>): Promise<Measurement> {
  const runs: Measurement[] = [];
  for (let index = 0; index < times; index += 1) runs.push(await run());
  runs.sort((a, b) => a.wallSeconds - b.wallSeconds);
  const middle = runs[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new Error("a median needs at least one run");
  return middle;
}

export function line(name: string, { wallSeconds, cpuSeconds, peakMegabytes, exitCode }: Measurement): string {
  return `${name.padEnd(52)} ${wallSeconds.toFixed(2).padStart(7)} s  cpu ${cpuSeconds.toFixed(2).padStart(7)} s  peak ${peakMegabytes.toFixed(0).padStart(5)} MB  exit ${exitCode}`;
}
