import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { platform } from "node:os";
import { UserError } from "../errors.ts";

export interface CommandOptions {
  readonly cwd: string;
  /** Longest time, in milliseconds. */
  readonly timeoutMs?: number;
  /** Most bytes that it may print. */
  readonly maxBytes?: number;
}

/**
 * What a program prints on its standard output, as UTF-8. It is started without a shell, so that nothing in an argument is a command.
 * @throws UserError COMMAND_FAILED when it cannot be started, fails, prints too much or takes too long
 */
export async function runCommand([program = "", ...args]: readonly string[], options: CommandOptions): Promise<string> {
  const { cwd, timeoutMs = 120_000, maxBytes = 64 * 1024 * 1024 } = options;
  const shown = [program, ...args].join(" ");
  const failed = (why: string, cause?: unknown): UserError =>
    new UserError("COMMAND_FAILED", `the command "${shown}" of migrations.command ${why}`, { cause });
  return new Promise((resolve, reject) => {
    // A group of its own, so that what the program started ends with it.
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"], shell: false, detached: platform() !== "win32" });
    const output: Buffer[] = [];
    let [size, complaint] = [0, ""];
    const stop = (why: string): void => {
      endGroup(child);
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      reject(failed(why));
    };
    const timer = setTimeout(() => stop(`did not end within ${Math.max(1, Math.round(timeoutMs / 1000))} s`), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop(`printed more than ${Math.round(maxBytes / 1024 / 1024)} MiB`);
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString("utf8")}`.slice(-2000);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(failed(`cannot be started: ${error.message}; check its name and PATH`, error));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0) reject(failed(`failed (${code === null ? signal : `exit ${code}`}): ${lastLines(complaint)}`));
      else resolve(Buffer.concat(output).toString("utf8"));
    });
  });
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && platform() !== "win32") process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const lastLines = (text: string): string => text.trim().split("\n").slice(-5).join("\n") || "it printed no reason";
