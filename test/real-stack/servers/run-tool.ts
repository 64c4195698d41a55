import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";

/** Runs a program to its end. @throws Error with the end of its output when it fails */
export async function runTool(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed (exit ${String(code)}):\n${output.slice(-4000)}`);
}
