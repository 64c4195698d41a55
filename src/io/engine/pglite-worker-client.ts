import { Worker } from "node:worker_threads";
import { InternalError } from "../../errors.ts";
import type { Ended, Limits } from "./engine.ts";
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

type Body = WorkerRequest extends infer Request ? (Request extends WorkerRequest ? Omit<Request, "id"> : never) : never;

interface Waiting {
  readonly id: number;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

const pollMs = 50;
const startMs = 60_000;

/** One worker thread with one PGlite; one request at a time, watched for time and memory. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(4));
  readonly #limits: Limits;
  #waiting: Waiting | null = null;
  #lastId = 0;
  #timer: NodeJS.Timeout | null = null;

  private constructor(tar: Uint8Array | null, limits: Limits) {
    this.#limits = limits;
    // Node runs this from the sources and from what the compiler or a bundler made of them.
    const file = new URL(import.meta.url.endsWith(".ts") ? "./pglite-worker.ts" : "./pglite-worker.js", import.meta.url);
    // A cast: `buffer` of a view over a SharedArrayBuffer is typed as either kind.
    const workerData: WorkerData = { tar, progress: this.#progress.buffer as SharedArrayBuffer };
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
  }

  static async start(tar: Uint8Array | null, limits: Limits): Promise<WorkerClient> {
    const client = new WorkerClient(tar, { ...limits, scriptMs: startMs });
    const answer = await client.#wait(0, startMs);
    if (answer.kind === "failed") throw new InternalError(`PostgreSQL did not start in process: ${answer.message}`);
    return client;
  }

  /** @throws WorkerEnded when a limit was passed or the worker died; it is gone then. */
  request(body: Body, scriptMs: number): Promise<WorkerAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    Atomics.store(this.#progress, 0, 0);
    const answer = this.#wait(id, scriptMs);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread of Node has no origin
    this.#worker.postMessage({ ...body, id });
    return answer;
  }

  async end(): Promise<void> {
    this.#waiting = null;
    this.#stopWatching();
    await this.#worker.terminate();
  }

  #wait(id: number, scriptMs: number): Promise<WorkerAnswer> {
    if (this.#waiting !== null) throw new InternalError("two requests at once to the PostgreSQL worker");
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
    this.#settle((waiting) =>
      waiting.reject(new WorkerEnded({ kind: "crash", reason: `made the in-process PostgreSQL fail (${why})` }, at)),
    );
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
