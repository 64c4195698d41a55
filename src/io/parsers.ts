// oxlint-disable eslint/no-underscore-dangle -- names of C functions that Emscripten exports
import type { Node } from "@pgsql/types";
import startLibPgQuery from "libpg-query/wasm/libpg-query.js";
import startPgQuery from "pg-query-emscripten/pg_query_wasm.js";
import type { ParsedText, Parser } from "../parse/parser.ts";
import { nestingOf } from "../parse/split.ts";
import { useBaselineCompiler } from "./baseline-compiler.ts";

type LibPgQuery = Awaited<ReturnType<typeof startLibPgQuery>>;
type PgQuery = Awaited<ReturnType<typeof startPgQuery>>;

/**
 * Nesting up to which a tree surely fits the stack of pg-query-emscripten. That stack is 64 KB and has no guard: past it the module
 * silently destroys its own heap, and the next call may never return. Measured: a chain of 600 tokens is well, 300 nested subqueries
 * (1,200) are not.
 */
export const PG_QUERY_NESTING = 240;

/** The same for libpg-query, whose larger stack ends in a RangeError that can be caught. */
const LIB_NESTING = 600;

/** Each RangeError leaves a bit less stack in the instance; it breaks after some 50 (measured with Node's usual stack). */
const OVERFLOWS = 4;

/** Longest text of one call, and of the tree's JSON, in bytes: 64 MB of JSON are some 400 MB of objects. */
const MAX_TEXT = 16 << 20;
const MAX_TREE = 64 << 20;

const TOO_DEEP = "the statement is too deeply nested to be parsed; split it, or load its data in another way";
const TOO_LARGE = "the statement is too large to be parsed; split it into smaller statements";

interface JsonTree {
  readonly stmts?: readonly { readonly stmt?: Node; readonly stmt_location?: number; readonly stmt_len?: number }[];
}

function statementsOf(json: string): ParsedText {
  // The shape is libpg_query's own JSON, which @pgsql/types describes.
  const tree = JSON.parse(json) as JsonTree;
  const statements = (tree.stmts ?? []).flatMap(({ stmt, stmt_location, stmt_len }) =>
    stmt === undefined ? [] : [{ node: stmt, byteOffset: stmt_location ?? 0, byteLength: stmt_len ?? null }],
  );
  return { kind: "statements", statements };
}

function errorOf(message: string, cursor: number): ParsedText {
  // Bison's own limit of 10,000 open rules.
  if (message.startsWith("memory exhausted")) return { kind: "limit", message: TOO_DEEP };
  return { kind: "syntax-error", message, offset: cursor > 0 ? cursor - 1 : null };
}

/** libpg-query (grammar of 18), kept alive: an overflow of its stack is contained, and a fresh instance is started in the background. */
class LibPgQueryEngine {
  private module: LibPgQuery;
  private overflows = 0;
  private renewing = false;

  constructor(module: LibPgQuery) {
    this.module = module;
  }

  parse(sql: string, nesting: number): ParsedText {
    if (nesting > LIB_NESTING && this.overflows >= OVERFLOWS) return { kind: "limit", message: TOO_DEEP };
    try {
      return this.parseRaw(sql);
    } catch (error) {
      this.renew();
      return { kind: "limit", message: error instanceof RangeError && nesting > LIB_NESTING ? TOO_DEEP : TOO_LARGE };
    }
  }

  /** JSON of the PL/pgSQL bodies in the text, or null when they cannot be read. */
  parseBodies(sql: string): string | null {
    const { module } = this;
    try {
      const text = this.store(sql);
      const result = module._wasm_parse_plpgsql(text);
      const json = module.UTF8ToString(result);
      module._wasm_free_string(result);
      module._free(text);
      return json.startsWith("{") ? json : null;
    } catch {
      this.renew();
      return null;
    }
  }

  private parseRaw(sql: string): ParsedText {
    const { module } = this;
    const text = this.store(sql);
    const result = module._wasm_parse_query_raw(text);
    const parsed = this.read(result);
    module._wasm_free_parse_result(result);
    module._free(text);
    return parsed;
  }

  /** Reads PgQueryParseResult { char *tree; char *stderr; PgQueryError *error } of pg_query.h. */
  private read(result: number): ParsedText {
    const { module } = this;
    const error = module.getValue(result + 8, "i32");
    if (error !== 0) return errorOf(module.UTF8ToString(module.getValue(error, "i32")), module.getValue(error + 16, "i32"));
    const tree = module.getValue(result, "i32");
    const length = module.HEAPU8.indexOf(0, tree) - tree;
    if (length > MAX_TREE) return { kind: "limit", message: TOO_LARGE };
    return statementsOf(Buffer.from(module.HEAPU8.buffer, tree, length).toString("utf8"));
  }

  private store(sql: string): number {
    const { module } = this;
    const size = module.lengthBytesUTF8(sql) + 1;
    const pointer = module._malloc(size);
    if (pointer === 0) throw new RangeError("out of memory");
    module.stringToUTF8(sql, pointer, size);
    return pointer;
  }

  private renew(): void {
    this.overflows++;
    if (this.renewing) return;
    this.renewing = true;
    const replace = (module: LibPgQuery): void => {
      this.module = module;
      this.overflows = 0;
      this.renewing = false;
    };
    // Should the start fail, the old instance stays, with its limit on overflows.
    startLibPgQuery().then(replace, () => undefined);
  }
}

/**
 * pg-query-emscripten (grammar of 16). Its own parse() puts each text on its stack and never takes it off, so that it dies after some
 * 900 of them; here texts go to the heap, which grows and is freed.
 */
class PgQueryEngine {
  private module: PgQuery | null;

  constructor(module: PgQuery) {
    this.module = module;
  }

  /** Null when this engine cannot take the text: it is nested too deeply, or the module died on it. */
  parse(sql: string, nesting: number): ParsedText | null {
    const { module } = this;
    if (module === null || nesting > PG_QUERY_NESTING) return null;
    try {
      const pointer = module.allocate(new TextEncoder().encode(`${sql}\0`), 0);
      const result = module.raw_parse(pointer);
      module._free(pointer);
      if (result.error.message !== "") return errorOf(result.error.message, result.error.cursorpos);
      if (result.parse_tree.length > MAX_TREE) return { kind: "limit", message: TOO_LARGE };
      return statementsOf(result.parse_tree);
    } catch {
      this.renew();
      return null;
    }
  }

  private renew(): void {
    this.module = null;
    const replace = (module: PgQuery): void => {
      this.module = module;
    };
    startPgQuery().then(replace, () => undefined);
  }
}

/** Marks of PL/pgSQL's EXECUTE in the parser's JSON: the statement, FOR … IN EXECUTE, RETURN QUERY EXECUTE, OPEN … FOR EXECUTE. */
const DYNAMIC = /"PLpgSQL_stmt_dynexecute"|"PLpgSQL_stmt_dynfors"|"dynquery"/;

/**
 * pg-query-emscripten writes no integer constant below 0 into its JSON: numeric(3,-6) comes out as numeric(3,0). A text that may hold one is
 * read with the grammar of 18 once that of 16 has taken it.
 */
const NEGATIVE = /-\s*\d/;

function codePoints(text: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/**
 * Starts the parser for a server version (major; undefined: unknown). Up to 16 that is PostgreSQL 16's grammar; a statement that is nested
 * too deeply for its small stack is read with 18's, which gives the same model for whatever both accept.
 */
export async function createParser(options: { readonly postgresVersion?: number | undefined } = {}): Promise<Parser> {
  const { postgresVersion } = options;
  useBaselineCompiler();
  const lib = new LibPgQueryEngine(await startLibPgQuery());
  const old = postgresVersion !== undefined && postgresVersion <= 16 ? new PgQueryEngine(await startPgQuery()) : null;
  return {
    grammar: old === null ? 18 : 16,
    parse(sql, nesting = nestingOf(sql)) {
      if (sql.length > MAX_TEXT) return { kind: "limit", message: TOO_LARGE };
      // C strings end at the first zero; PostgreSQL refuses them in any text.
      const zero = sql.indexOf("\0");
      if (zero !== -1)
        return { kind: "syntax-error", message: 'invalid byte sequence for encoding "UTF8": 0x00', offset: codePoints(sql, zero) };
      const older = old?.parse(sql, nesting) ?? null;
      if (older === null) return lib.parse(sql, nesting);
      if (older.kind !== "statements" || !NEGATIVE.test(sql)) return older;
      const newer = lib.parse(sql, nesting);
      return newer.kind === "statements" && newer.statements.length === older.statements.length ? newer : older;
    },
    isDynamic(sql) {
      const json = lib.parseBodies(sql);
      return json === null || DYNAMIC.test(json);
    },
  };
}
