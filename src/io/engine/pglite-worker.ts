// Thread that holds one PGlite. It has no environment, its files are in its memory, and its owner ends it when a script takes too long.
import { parentPort, workerData } from "node:worker_threads";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { useBaselineCompiler } from "../baseline-compiler.ts";
import type { ScriptResult } from "./engine.ts";
import { DataFolder, imageOf } from "./pglite-files.ts";
import { pgliteFile } from "./pglite-package.ts";
import type { WorkerAnswer, WorkerData, WorkerRequest } from "./pglite-protocol.ts";
import { AnswerReader, queryMessage } from "./protocol.ts";
import { untar } from "./tar.ts";

// Those of PGlite, less -O (a migration must not change system tables) and with PostgreSQL's own search_path.
const startParams = [
  "--single",
  "-F",
  "-j",
  ...['search_path="$user", public', "exit_on_error=false", "log_checkpoints=false", "max_worker_processes=0", "io_method=sync"].flatMap(
    (setting) => ["-c", setting],
  ),
  ...["max_parallel_workers=0", "max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0"].flatMap((setting) => [
    "-c",
    setting,
  ]),
  ...["temp_file_limit=256MB", "shared_buffers=32MB"].flatMap((setting) => ["-c", setting]),
];

useBaselineCompiler();

// A cast: node types workerData as any, and only pglite-worker-client.ts starts this file.
const progress = new Int32Array((workerData as WorkerData).progress);
const loaded = new Set<string>();

/** Less than PGlite does at its start: its own queries, and so the types that their results have, are not used. */
class Database extends PGlite {
  override async _initArrayTypes(): Promise<void> {}
}

function send(answer: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, transfer);
}

async function open(program: WebAssembly.Module, data: Promise<Uint8Array | null>): Promise<PGlite> {
  const image = data.then((compressed) => (compressed === null ? null : zstdDecompressSync(compressed)));
  // 1 MiB segments keep the saved folder small.
  const initDbStartParams = ["--wal-segsize=1"];
  const database = new Database({ fs: new DataFolder(image), pgliteWasmModule: program, initDbStartParams, startParams });
  await database.waitReady;
  // popen(): COPY … PROGRAM gets "could not execute command" instead of an exception in the middle of the server.
  database.handleExternalCmd = () => 0;
  return database;
}

function execute(database: PGlite, sql: string, keepValues: boolean): Promise<AnswerReader> {
  const reader = new AnswerReader(sql, keepValues);
  const done = database.execProtocolRawStream(queryMessage(sql), { syncToFs: false, onRawData: (chunk) => reader.read(chunk) });
  return done.then(() => reader);
}

async function run(database: PGlite, id: number, scripts: readonly string[]): Promise<WorkerAnswer> {
  const results: Omit<ScriptResult, "ended">[] = [];
  for (const [index, sql] of scripts.entries()) {
    Atomics.store(progress, 0, index + 1);
    const answer = await execute(database, sql, false);
    const { answered, completed, error, transaction } = answer;
    if (!answered || transaction === null) return { id, kind: "ran", results, broken: true };
    results.push({ completed, error, transaction });
    if (answer.error !== null) break;
  }
  return { id, kind: "ran", results, broken: false };
}

/** Extensions of contrib's folder `spi`, which PGlite bundles as one. */
const inSpi: ReadonlySet<string> = new Set(["autoinc", "insert_username", "moddatetime", "refint"]);

/** Puts the files of a bundled extension into the running server's file system. */
async function provideExtension(database: PGlite, name: string): Promise<boolean> {
  if (loaded.has(name)) return true;
  if (!/^[a-z0-9_-]+$/.test(name)) return false;
  const file = inSpi.has(name) ? "spi" : name;
  const bundle = await pgliteFile(`${file}.tar.gz`).catch(() => null);
  if (bundle === null) return false;
  const { FS, WASM_PREFIX } = database.Module;
  for (const part of untar(gunzipSync(bundle))) {
    const path = `${WASM_PREFIX}/${part.name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, part.data);
  }
  loaded.add(name);
  return true;
}

/** template1 and template0: nothing reads them, and they are two thirds of the folder. Segments of the log behind the last one are empty. */
async function dump(database: PGlite): Promise<Uint8Array> {
  await execute(database, "CHECKPOINT", false);
  const { values } = await execute(
    database,
    "SELECT redo_wal_file FROM pg_catalog.pg_control_checkpoint() UNION ALL SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn())",
    true,
  );
  const [first, last] = values;
  const isUnused = (name: string): boolean => /^[\dA-F]{24}$/.test(name) && (name < (first ?? name) || name > (last ?? name));
  return imageOf(database, (path) => {
    const [top = "", name = "", file = ""] = path.split("/");
    return top === "pg_wal" ? isUnused(name) : top === "base" && (name === "1" || name === "4") && file !== "PG_VERSION";
  });
}

async function handle(database: PGlite, request: WorkerRequest): Promise<void> {
  const { id } = request;
  switch (request.kind) {
    case "run":
      send(await run(database, id, request.scripts));
      return;
    case "query": {
      const answer = await execute(database, request.sql, true);
      send({ id, kind: "values", values: answer.values, error: answer.error });
      return;
    }
    case "extension":
      send({ id, kind: "provided", provided: await provideExtension(database, request.name) });
      return;
    case "dump": {
      const image = await dump(database);
      // A cast: an ArrayBuffer of our own is behind it, never a shared one.
      send({ id, kind: "dumped", image }, [image.buffer as ArrayBuffer]);
      return;
    }
    case "load":
    case "start":
      send({ id, kind: "started" });
      return;
    default:
      request satisfies never;
  }
}

let giveData = (_data: Uint8Array | null): void => undefined;
const data = new Promise<Uint8Array | null>((resolve) => {
  giveData = resolve;
});
let opened: Promise<PGlite> | null = null;
let chain: Promise<unknown> = Promise.resolve();

parentPort?.on("message", (request: WorkerRequest) => {
  if (request.kind === "load") {
    opened = open(request.program, data);
    // Told when it is asked for.
    opened.catch(() => undefined);
    return;
  }
  if (request.kind === "start") giveData(request.data);
  chain = chain
    .then(async () => (opened === null ? undefined : handle(await opened, request)))
    .catch((error: unknown) => send({ id: request.id, kind: "failed", message: String(error) }));
});
