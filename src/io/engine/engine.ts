/** PostgreSQL's error as the server sends it. */
export interface RawError {
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** UTF-16 offset in the script, where the server gave a position in it. */
  readonly offset: number | null;
}

/** Why a server ended instead of answering; in words, for the user. */
export interface Ended {
  readonly kind: "time" | "memory" | "crash";
  readonly reason: string;
}

export interface ScriptResult {
  /** Statements that completed before the error or the end. */
  readonly completed: number;
  readonly error: RawError | null;
  /** State after the script, as ReadyForQuery has it: idle, in a transaction block, in a failed one. */
  readonly transaction: "idle" | "open" | "failed";
  /** Set when the server had to be ended; it was started again, and is as it was before the transaction of this script. */
  readonly ended: Ended | null;
}

export interface QueryAnswer {
  /** First column of each row of all its statements, as text. */
  readonly values: readonly (string | null)[];
  readonly error: RawError | null;
}

export interface Limits {
  /** Longest time for one script, in milliseconds. */
  readonly scriptMs: number;
  /** Longest time for all scripts together, in milliseconds. */
  readonly totalMs: number;
  /** Most memory that the process may grow by while a script runs, in MiB. */
  readonly memoryMb: number;
}

export const defaultLimits: Limits = { scriptMs: 10_000, totalMs: 300_000, memoryMb: 1536 };

/** A saved state of a server, enough to start it again. */
export interface SavedState {
  /** Image of the data folder, zstd-compressed. */
  readonly data: Uint8Array;
  /** Extensions whose files must be there. */
  readonly extensions: readonly string[];
}

/** A state to be saved. */
export interface Dump {
  readonly image: Uint8Array;
  readonly extensions: readonly string[];
}

/** One session on a PostgreSQL server that holds nothing but what the scripts made. */
export interface Server {
  /** Server version, "18.6". */
  readonly version: string;
  /**
   * Sends scripts one after another, each as one simple query (so its statements share an implicit transaction), and stops after the first
   * that fails: the result then has fewer entries than `scripts`, the failed one last.
   */
  run(scripts: readonly string[]): Promise<readonly ScriptResult[]>;
  /** A query of ours, as one simple query; none of it is kept. */
  query(sql: string): Promise<QueryAnswer>;
  /** Makes an extension's files available; false when this engine does not have them. */
  provideExtension(name: string): Promise<boolean>;
  /** The present state, not compressed yet; null where the engine cannot save. */
  save(): Promise<Dump | null>;
  close(): Promise<void>;
}

/** A catalog engine; `replay` runs migrations on a server of it. */
export interface Engine {
  /** "pglite", "embedded@16", "url" or "none". */
  readonly name: string;
  /** Everything that the outcome of a script depends on; part of the key of saved states. */
  readonly fingerprint: string;
  /** Where states are kept between runs; null when they are not. */
  readonly cacheDir: string | null;
  /** A server without user objects, or with those of `state`; null for the engine "none", which executes nothing. */
  start(state: SavedState | null): Promise<Server> | null;
  close(): Promise<void>;
}
