import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a user sees of one run. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time. */
  readonly seconds: number;
  /** Most resident memory of the process, in MiB; 0 where the system does not tell. */
  readonly peakMiB: number;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the run, which then fails the test; 120 by default. */
  readonly limitSeconds?: number;
}

const root = join(import.meta.dirname, "../..");
const cli = join(root, "src/cli.ts");
const preload = join(import.meta.dirname, "peak-memory.ts");
const peakMark = /\n?driftgate-test-peak-kib=(\d+)\n/;

/** Runs `driftgate …` from the sources as a process of its own, as a user would. @throws Error when it passes `limitSeconds` */
export async function driftgate(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", preload, cli, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (stdout += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
  const limit = options.limitSeconds ?? 120;
  const timer = setTimeout(() => child.kill("SIGKILL"), limit * 1000);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(timer);
  if (exitCode === null) throw new Error(`driftgate ${args.join(" ")} was ended after ${limit} s\n${stdout}\n${stderr}`);
  const peakMiB = Number(peakMark.exec(stderr)?.[1] ?? 0) / 1024;
  return { exitCode, stdout, stderr: stderr.replace(peakMark, ""), seconds: (performance.now() - started) / 1000, peakMiB };
}

/**
 * The same run in this process, which takes a tenth of the time: for what depends on the arguments and the files alone. The process's memory and
 * its end are not seen, so that `peakMiB` is 0. One run at a time.
 */
export async function driftgateHere(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { runCli } = await import("../../src/commands/cli.ts");
  const written = { stdout: "", stderr: "" };
  const started = performance.now();
  const restore = [replaceWrite("stdout", written), replaceWrite("stderr", written), replaceSurroundings(options)];
  try {
    const exitCode = await runCli(args);
    return { exitCode, ...written, seconds: (performance.now() - started) / 1000, peakMiB: 0 };
  } finally {
    for (const one of restore) one();
  }
}

function replaceWrite(name: "stdout" | "stderr", written: Record<"stdout" | "stderr", string>): () => void {
  const stream = process[name];
  const { write } = stream;
  const capture = (text: string | Uint8Array, done?: unknown, last: unknown = done): boolean => {
    written[name] += typeof text === "string" ? text : Buffer.from(text).toString("utf8");
    // As a stream does: later, with nothing in its hands.
    if (typeof last === "function") process.nextTick(last);
    return true;
  };
  stream.write = capture;
  return () => {
    stream.write = write;
  };
}

function replaceSurroundings({ cwd, env }: CliOptions): () => void {
  const before = { cwd: process.cwd(), env: process.env };
  process.chdir(cwd ?? root);
  process.env = { ...before.env, NO_COLOR: "1", ...env };
  return () => {
    process.chdir(before.cwd);
    process.env = before.env;
  };
}

/** A temporary folder of files by path; a text, or bytes. */
export interface Project {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly remove: () => void;
}

export function makeProject(files: Readonly<Record<string, string | Uint8Array>> = {}): Project {
  const path = mkdtempSync(join(tmpdir(), "driftgate-project-"));
  const write: Project["write"] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}
