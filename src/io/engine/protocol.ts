import type { RawError, ScriptResult } from "./engine.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** CopyDone: ends a COPY FROM STDIN without data; the server ignores it otherwise (protocol manual, "Message Flow"). */
const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4);

/** A simple Query message, followed by CopyDone so that no COPY waits for data that never comes. */
export function queryMessage(sql: string): Uint8Array {
  const text = encoder.encode(sql.replaceAll("\0", " "));
  const message = new Uint8Array(6 + text.length + copyDone.length);
  message[0] = 0x51;
  new DataView(message.buffer).setUint32(1, text.length + 5);
  message.set(text, 5);
  message.set(copyDone, 6 + text.length);
  return message;
}

/** Reads the server's answer to one simple query as it comes; rows are dropped but for their first values when those are asked for. */
export class AnswerReader {
  completed = 0;
  error: RawError | null = null;
  transaction: ScriptResult["transaction"] | null = null;
  readonly values: (string | null)[] = [];
  #rest = new Uint8Array(0);
  readonly #sql: string;
  readonly #keepValues: boolean;

  constructor(sql: string, keepValues: boolean) {
    this.#sql = sql;
    this.#keepValues = keepValues;
  }

  /** True when the server answered at all; it does not after a crash inside it. */
  get answered(): boolean {
    return this.error !== null || this.completed > 0 || this.#empty;
  }

  #empty = false;

  read(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at + 5 <= bytes.length) {
      const end = at + 1 + view.getUint32(at + 1);
      if (end > bytes.length) break;
      this.#message(String.fromCharCode(view.getUint8(at)), bytes.subarray(at + 5, end));
      at = end;
    }
    // The chunk is a view of the server's memory, which changes under it.
    this.#rest = bytes.slice(at);
  }

  #message(type: string, body: Uint8Array): void {
    if (type === "C") this.completed += 1;
    else if (type === "I") this.#empty = true;
    else if (type === "E") this.error ??= readError(body, this.#sql);
    else if (type === "Z") this.transaction = transactionState(body[0]);
    else if (type === "D" && this.#keepValues) this.values.push(firstValue(body));
  }
}

function transactionState(status: number | undefined): ScriptResult["transaction"] {
  if (status === 0x54) return "open";
  return status === 0x45 ? "failed" : "idle";
}

function firstValue(row: Uint8Array): string | null {
  const length = new DataView(row.buffer, row.byteOffset).getInt32(2);
  return length < 0 ? null : decoder.decode(row.slice(6, 6 + length));
}

function readError(body: Uint8Array, sql: string): RawError {
  const fields = new Map<string, string>();
  for (const part of decoder.decode(body.slice()).split("\0")) {
    if (part !== "") fields.set(part.charAt(0), part.slice(1));
  }
  const position = fields.get("P");
  return {
    code: fields.get("C") ?? "XX000",
    message: fields.get("M") ?? "unknown error",
    detail: fields.get("D") ?? null,
    hint: fields.get("H") ?? null,
    offset: position === undefined ? null : utf16Offset(sql, Number(position) - 1),
  };
}

/** The server counts code points. */
export function utf16Offset(text: string, codePoints: number): number {
  let offset = 0;
  for (let left = codePoints; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a, 0);
  both.set(b, a.length);
  return both;
}
