import type { QueryAnswer, ScriptResult } from "./engine.ts";

/** What the worker is made with. */
export interface WorkerData {
  /** Shared: index of the running script + 1, or 0. */
  readonly progress: SharedArrayBuffer;
}

export type WorkerRequest = { readonly id: number } &
  /** The first one: PGlite's program, compiled once for all workers of the process. */
  (
    | { readonly kind: "load"; readonly program: WebAssembly.Module }
    /** The second one: the data folder (an image, zstd-compressed), or null for initdb. */
    | { readonly kind: "start"; readonly data: Uint8Array | null }
    | { readonly kind: "run"; readonly scripts: readonly string[] }
    | { readonly kind: "query"; readonly sql: string }
    | { readonly kind: "extension"; readonly name: string }
    | { readonly kind: "dump" }
  );

export type WorkerAnswer = { readonly id: number } & (
  | { readonly kind: "ran"; readonly results: readonly Omit<ScriptResult, "ended">[]; readonly broken: boolean }
  | ({ readonly kind: "values" } & QueryAnswer)
  | { readonly kind: "provided"; readonly provided: boolean }
  | { readonly kind: "dumped"; readonly image: Uint8Array }
  | { readonly kind: "started" }
  | { readonly kind: "failed"; readonly message: string }
);
