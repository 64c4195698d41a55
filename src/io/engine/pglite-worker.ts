// Thread that holds one PGlite. It has no environment, its files are in its memory, and its owner ends it when a script takes too long.
import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { useBaselineCompiler } from "../baseline-compiler.ts";
import type { ScriptResult } from "./engine.ts";
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

// A cast: node types workerData as any, and only pglite.ts starts this file.
const data = workerData as WorkerData;
const progress = new Int32Array(data.progress);
const loaded = new Set<string>();

function send(answer: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, transfer);
}

async function start(): Promise<PGlite> {
  // 1 MiB segments keep the saved folder small.
  const source = data.tar === null ? { initDbStartParams: ["--wal-segsize=1"] } : { loadDataDir: new Blob([new Uint8Array(data.tar)]) };
  const database = await PGlite.create({ ...source, startParams });
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
    if (!answer.answered || answer.transaction === null) return { id, kind: "ran", results, broken: true };
    results.push({ completed: answer.completed, error: answer.error, transaction: answer.transaction });
    if (answer.error !== null) break;
  }
  return { id, kind: "ran", results, broken: false };
}

/** Puts the files of a bundled extension into the running server's file system. */
async function provideExtension(database: PGlite, name: string): Promise<boolean> {
  if (loaded.has(name)) return true;
  if (!/^[a-z0-9_-]+$/.test(name)) return false;
  const bundle = await readBundle(name);
  if (bundle === null) return false;
  const { FS, WASM_PREFIX } = database.Module;
  for (const file of untar(gunzipSync(bundle))) {
    const path = `${WASM_PREFIX}/${file.name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, file.data);
  }
  loaded.add(name);
  return true;
}

/** The tar.gz beside PGlite's own module, or beside this file when both are bundled. */
async function readBundle(name: string): Promise<Uint8Array | null> {
  for (const base of [packageUrl(), import.meta.url]) {
    try {
      return await readFile(new URL(`./${name}.tar.gz`, base));
    } catch {
      continue;
    }
  }
  return null;
}

function packageUrl(): string {
  try {
    return import.meta.resolve("@electric-sql/pglite");
  } catch {
    return import.meta.url;
  }
}

async function dump(database: PGlite, withTemplates: boolean): Promise<Uint8Array> {
  await execute(database, "CHECKPOINT", false);
  // template1 and template0: nothing reads them, and they are two thirds of the folder.
  if (!withTemplates) for (const folder of ["base/1", "base/4"]) emptyFolder(database, `/pglite/data/${folder}`);
  return new Uint8Array(await (await database.dumpDataDir("none")).arrayBuffer());
}

function emptyFolder(database: PGlite, path: string): void {
  const { FS } = database.Module;
  if (!FS.analyzePath(path).exists) return;
  for (const name of FS.readdir(path)) {
    if (name !== "." && name !== ".." && name !== "PG_VERSION") FS.unlink(`${path}/${name}`);
  }
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
      const tar = await dump(database, request.templates);
      // A cast: an ArrayBuffer of our own is behind it, never a shared one.
      send({ id, kind: "dumped", tar }, [tar.buffer as ArrayBuffer]);
      return;
    }
    default:
      request satisfies never;
  }
}

let chain: Promise<unknown> = start().then(
  (database) => {
    parentPort?.on("message", (request: WorkerRequest) => {
      chain = chain
        .then(() => handle(database, request))
        .catch((error: unknown) => send({ id: request.id, kind: "failed", message: String(error) }));
    });
    send({ id: 0, kind: "started" });
  },
  (error: unknown) => send({ id: 0, kind: "failed", message: String(error) }),
);
