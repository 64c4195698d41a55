import { Worker } from "node:worker_threads";
import { InternalError } from "../../errors.ts";
import { useBaselineCompiler } from "../baseline-compiler.ts";
import type { Ended, Limits } from "./engine.ts";
import { pgliteFile } from "./pglite-package.ts";
import type { WorkerAnswer, WorkerData, WorkerRequest } from "./pglite-protocol.ts";

/** Thrown into the pending request when the worker was ended or died. */
export class WorkerEnded extends Error {
  override readonly name = "WorkerEnded";
  readonly ended: Ended;
  /** Index of the script it was at. */
  readonly at: number;
  constructor(ended: Ended, at: number) {
    super(ended.reason);
    this.ended = ended;
    this.at = at;
  }
}

const crash = (why: string, at: number): WorkerEnded =>
  new WorkerEnded({ kind: "crash", reason: `made the in-process PostgreSQL fail (${why})` }, at);

type Body = WorkerRequest extends infer Request ? (Request extends WorkerRequest ? Omit<Request, "id"> : never) : never;

interface Waiting {
  readonly id: number;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

let compiled: Promise<WebAssembly.Module> | null = null;

/** PGlite's program beside its package's own module, or beside this file when both are bundled. */
function compiledProgram(): Promise<WebAssembly.Module> {
  useBaselineCompiler();
  compiled ??= pgliteFile("pglite.wasm").then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}

const pollMs = 50;
const startMs = 60_000;

/** One worker thread with one PGlite; one request at a time, watched for time and memory. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(4));
  readonly #limits: Limits;
  readonly #loaded: Promise<void>;
  #waiting: Waiting | null = null;
  /** Why it is gone. */
  #gone: string | null = null;
  #lastId = 0;
  #timer: NodeJS.Timeout | null = null;

  /** A thread that loads PGlite and waits for a data folder. */
  constructor(limits: Limits) {
    this.#limits = limits;
    // Node runs this from the sources and from what the compiler or a bundler made of them.
    const file = new URL(import.meta.url.endsWith(".ts") ? "./pglite-worker.ts" : "./pglite-worker.js", import.meta.url);
    // A cast: `buffer` of a view over a SharedArrayBuffer is typed as either kind.
    const workerData: WorkerData = { progress: this.#progress.buffer as SharedArrayBuffer };
    this.#worker = new Worker(file, {
      workerData,
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      name: "driftgate-pglite",
    });
    this.#worker.on("message", (answer: WorkerAnswer) => this.#settle((waiting) => waiting.resolve(answer)));
    this.#worker.on("error", (error: Error) => this.#crashed(error.message));
    this.#worker.on("exit", () => this.#crashed("its thread ended"));
    // While it only waits for its data folder it keeps no process alive.
    this.#worker.unref();
    this.#loaded = compiledProgram().then((program) => this.#post({ id: 0, kind: "load", program }));
    // Told by the start that needs it.
    this.#loaded.catch(() => undefined);
  }

  /** Starts PostgreSQL on a data folder (a compressed image), or on one that initdb makes. To be called once, and first. */
  async start(data: Uint8Array | null): Promise<void> {
    this.#worker.ref();
    const answer = await this.#loaded.then(
      () => this.request({ kind: "start", data }, startMs),
      (error: unknown) => ({ kind: "failed", message: String(error) }) as const,
    );
    if (answer.kind !== "started")
      throw new InternalError(`PostgreSQL did not start in process: ${answer.kind === "failed" ? answer.message : answer.kind}`);
  }

  /** @throws WorkerEnded when a limit was passed or the worker died; it is gone then. */
  request(body: Body, scriptMs: number): Promise<WorkerAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    Atomics.store(this.#progress, 0, 0);
    const answer = this.#wait(id, scriptMs);
    this.#post({ ...body, id });
    return answer;
  }

  #post(request: WorkerRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread of Node has no origin
    this.#worker.postMessage(request);
  }

  async end(): Promise<void> {
    this.#waiting = null;
    this.#stopWatching();
    await this.#worker.terminate();
  }

  #wait(id: number, scriptMs: number): Promise<WorkerAnswer> {
    if (this.#waiting !== null) throw new InternalError("two requests at once to the PostgreSQL worker");
    if (this.#gone !== null) return Promise.reject(crash(this.#gone, 0));
    return new Promise((resolve, reject) => {
      this.#waiting = { id, resolve, reject };
      this.#watch(scriptMs);
    });
  }

  #watch(scriptMs: number): void {
    const memoryAtStart = process.memoryUsage.rss();
    let script = Atomics.load(this.#progress, 0);
    let since = performance.now();
    this.#timer = setInterval(() => {
      const now = Atomics.load(this.#progress, 0);
      if (now !== script) [script, since] = [now, performance.now()];
      if (performance.now() - since > scriptMs) {
        this.#stop({
          kind: "time",
          reason: `did not end within ${scriptMs < 1000 ? `${scriptMs} ms` : `${Math.round(scriptMs / 1000)} s`}`,
        });
      } else if (process.memoryUsage.rss() - memoryAtStart > this.#limits.memoryMb * 2 ** 20) {
        this.#stop({ kind: "memory", reason: `needed more than ${this.#limits.memoryMb} MiB of memory` });
      }
    }, pollMs);
  }

  #stop(ended: Ended): void {
    const at = Math.max(Atomics.load(this.#progress, 0) - 1, 0);
    this.#settle((waiting) => {
      void this.#worker.terminate().then(() => waiting.reject(new WorkerEnded(ended, at)));
    });
  }

  #crashed(why: string): void {
    const at = Math.max(Atomics.load(this.#progress, 0) - 1, 0);
    this.#gone ??= why;
    this.#settle((waiting) => waiting.reject(crash(why, at)));
  }

  #settle(then: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#stopWatching();
    if (waiting !== null) then(waiting);
  }

  #stopWatching(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
