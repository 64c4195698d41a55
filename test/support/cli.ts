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
