import type { QueryAnswer, ScriptResult } from "./engine.ts";

/** What the worker is started with. `progress` is shared: [index of the running script + 1, or 0; number of the batch]. */
export interface WorkerData {
  readonly tar: Uint8Array | null;
  readonly progress: SharedArrayBuffer;
}

export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: "run"; readonly scripts: readonly string[] }
  | { readonly kind: "query"; readonly sql: string }
  | { readonly kind: "extension"; readonly name: string }
  | { readonly kind: "dump"; readonly templates: boolean }
);

export type WorkerAnswer = { readonly id: number } & (
  | { readonly kind: "ran"; readonly results: readonly Omit<ScriptResult, "ended">[]; readonly broken: boolean }
  | ({ readonly kind: "values" } & QueryAnswer)
  | { readonly kind: "provided"; readonly provided: boolean }
  | { readonly kind: "dumped"; readonly tar: Uint8Array }
  | { readonly kind: "started" }
  | { readonly kind: "failed"; readonly message: string }
);
