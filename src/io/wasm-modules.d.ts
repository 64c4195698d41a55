declare module "pg-query-emscripten/pg_query_wasm.js" {
  /** libpg_query 16 behind Embind: strings come back as copies, nothing has to be freed but the text. */
  interface PgQueryModule {
    readonly ALLOC_STACK: number;
    allocate(bytes: Uint8Array, allocator: number): number;
    _free(pointer: number): void;
    raw_parse(pointer: number): {
      readonly parse_tree: string;
      readonly error: { readonly message: string; readonly cursorpos: number };
    };
  }
  const start: () => Promise<PgQueryModule>;
  // oxlint-disable-next-line import/no-default-export -- the shape of the package, not ours
  export default start;
}

declare module "libpg-query/wasm/libpg-query.js" {
  /** The Emscripten module below libpg-query's own functions, which share one instance that cannot be renewed. */
  interface LibPgQueryModule {
    readonly HEAPU8: Uint8Array;
    getValue(pointer: number, type: "i32"): number;
    UTF8ToString(pointer: number): string;
    stringToUTF8(text: string, pointer: number, size: number): void;
    lengthBytesUTF8(text: string): number;
    _malloc(size: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(text: number): number;
    _wasm_free_string(text: number): void;
  }
  const start: () => Promise<LibPgQueryModule>;
  // oxlint-disable-next-line import/no-default-export -- the shape of the package, not ours
  export default start;
}
