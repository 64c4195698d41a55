import { InternalError } from "../../errors.ts";
import type { Dump, Ended, Limits, QueryAnswer, SavedState, ScriptResult, Server } from "./engine.ts";
import { WorkerClient, WorkerEnded } from "./pglite-worker-client.ts";

/** What made the server's present state, in order; running it again on the same start makes the same oids. */
type JournalEntry = { readonly kind: "script"; readonly sql: string } | { readonly kind: "extension"; readonly name: string };

/** A stack or a memory that is exhausted, or client_encoding changed behind the statements' words: conversions cannot be loaded here. */
const crashed: Ended = { kind: "crash", reason: "made the in-process PostgreSQL fail" };

/** It answers such a script, and nothing behind it. */
const maySetEncoding = /client_encoding|\bset\s+names\b|\bexecute\b/i;

/** PostgreSQL in process, in a thread that is ended and built again when a script passes a limit. */
export class PgliteServer implements Server {
  readonly version: string;
  readonly #limits: Limits;
  readonly #start: SavedState;
  readonly #deadline: number;
  #client: WorkerClient;
  #journal: JournalEntry[] = [];
  /** Entries of the journal that are committed. */
  #committed = 0;
  #transaction: ScriptResult["transaction"] = "idle";

  private constructor(client: WorkerClient, version: string, start: SavedState, limits: Limits) {
    this.#client = client;
    this.version = version;
    this.#start = start;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.totalMs;
  }

  /** On a prepared worker that has not been started yet. */
  static async open(client: WorkerClient, start: SavedState, limits: Limits): Promise<PgliteServer> {
    await startClient(client, start, limits);
    const answer = await client.request({ kind: "query", sql: "SHOW server_version" }, limits.scriptMs);
    const version = answer.kind === "values" ? (answer.values[0] ?? "") : "";
    return new PgliteServer(client, version.replace(/ .*/, ""), start, limits);
  }

  async run(scripts: readonly string[]): Promise<readonly ScriptResult[]> {
    const allowed = this.#allowedMs();
    if (allowed <= 0) return [this.#overdue()];
    try {
      const answer = await this.#client.request({ kind: "run", scripts }, allowed);
      if (answer.kind !== "ran") throw unexpected(answer);
      const results = answer.results.map((result) => ({ ...result, ended: null }));
      if (!answer.broken && maySetEncoding.test(scripts.at(-1) ?? "") && (await this.#isMute())) {
        this.#record(scripts, results.slice(0, -1));
        return [...results.slice(0, -1), await this.#recover(crashed)];
      }
      this.#record(scripts.slice(0, results.length), results);
      return answer.broken ? [...results, await this.#recover(crashed)] : results;
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      const before = await this.#redo(scripts.slice(0, error.at), error.ended);
      return before;
    }
  }

  /** In a failed transaction an error is the answer (in_failed_sql_transaction). */
  async #isMute(): Promise<boolean> {
    const { values, error } = await this.query("SELECT 1");
    return values.length === 0 && error?.code !== "25P02";
  }

  async query(sql: string): Promise<QueryAnswer> {
    const answer = await this.#client.request({ kind: "query", sql }, this.#limits.scriptMs * 3);
    if (answer.kind !== "values") throw unexpected(answer);
    return answer;
  }

  async provideExtension(name: string): Promise<boolean> {
    const answer = await this.#client.request({ kind: "extension", name }, this.#limits.scriptMs);
    if (answer.kind !== "provided") throw unexpected(answer);
    if (answer.provided) this.#journal.push({ kind: "extension", name });
    return answer.provided;
  }

  async save(): Promise<Dump> {
    const answer = await this.#client.request({ kind: "dump" }, this.#limits.scriptMs * 3);
    if (answer.kind !== "dumped") throw unexpected(answer);
    const added = this.#journal.flatMap((entry) => (entry.kind === "extension" ? [entry.name] : []));
    return { image: answer.image, extensions: [...new Set([...this.#start.extensions, ...added])] };
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  #allowedMs(): number {
    return Math.min(this.#limits.scriptMs, this.#deadline - performance.now());
  }

  #overdue(): ScriptResult {
    const reason = `was not run: all migrations together took longer than ${Math.round(this.#limits.totalMs / 1000)} s`;
    return { completed: 0, error: null, transaction: this.#transaction, ended: { kind: "time", reason } };
  }

  #record(scripts: readonly string[], results: readonly ScriptResult[]): void {
    for (const [index, result] of results.entries()) {
      this.#journal.push({ kind: "script", sql: scripts[index] ?? "" });
      this.#transaction = result.transaction;
      if (result.transaction === "idle") this.#committed = this.#journal.length;
    }
  }

  /** Answers of a dead worker are lost: its finished scripts are run again on the new one, then the guilty one is reported. */
  async #redo(finished: readonly string[], ended: Ended): Promise<readonly ScriptResult[]> {
    await this.#restart();
    const again = finished.length === 0 ? [] : await this.run(finished);
    if (again.length < finished.length || (again.at(-1)?.ended !== undefined && again.at(-1)?.ended !== null)) return again;
    return [...again, await this.#recover(ended)];
  }

  /** Back to the last commit. */
  async #recover(ended: Ended): Promise<ScriptResult> {
    if (ended.kind === "crash" || this.#transaction !== "idle" || this.#journal.length > this.#committed) await this.#restart();
    return { completed: 0, error: null, transaction: "idle", ended };
  }

  async #restart(): Promise<void> {
    await this.#client.end();
    this.#journal = this.#journal.filter((entry, index) => index < this.#committed || entry.kind === "extension");
    this.#committed = this.#journal.length;
    this.#transaction = "idle";
    this.#client = new WorkerClient(this.#limits);
    await startClient(this.#client, this.#start, this.#limits);
    for (const batch of batches(this.#journal)) {
      if (batch.kind === "extension") await this.#client.request(batch, this.#limits.scriptMs);
      else await replayScripts(this.#client, batch.scripts, this.#limits.scriptMs * 2);
    }
  }
}

async function startClient(client: WorkerClient, start: SavedState, limits: Limits): Promise<void> {
  await client.start(start.data);
  for (const name of start.extensions) await client.request({ kind: "extension", name }, limits.scriptMs);
}

type Batch = { readonly kind: "extension"; readonly name: string } | { readonly kind: "scripts"; readonly scripts: string[] };

function batches(journal: readonly JournalEntry[]): readonly Batch[] {
  const list: Batch[] = [];
  for (const entry of journal) {
    const last = list.at(-1);
    if (entry.kind === "extension") list.push(entry);
    else if (last?.kind === "scripts") last.scripts.push(entry.sql);
    else list.push({ kind: "scripts", scripts: [entry.sql] });
  }
  return list;
}

/** Scripts that failed are run again too: they used up oids. */
async function replayScripts(client: WorkerClient, scripts: readonly string[], scriptMs: number): Promise<void> {
  for (let at = 0; at < scripts.length;) {
    const answer = await client.request({ kind: "run", scripts: scripts.slice(at) }, scriptMs);
    if (answer.kind !== "ran" || answer.results.length === 0) throw unexpected(answer);
    at += answer.results.length;
  }
}

function unexpected(answer: { readonly kind: string; readonly message?: string }): InternalError {
  return new InternalError(`the PostgreSQL worker answered "${answer.kind}"${answer.message === undefined ? "" : `: ${answer.message}`}`);
}
