import type { Connection } from "pg";
import type { ScriptResult } from "./engine.ts";
import { utf16Offset } from "./protocol.ts";

/** What pg's types leave out of its Connection (pg: lib/connection.js). */
interface CopyConnection {
  endCopyFrom(): void;
}

/** Fields of ErrorResponse, as pg-protocol's DatabaseError has them. */
interface WireError {
  readonly code?: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
}

export interface Answer extends Omit<ScriptResult, "ended"> {
  /** First value of each row, where they are kept. */
  readonly values: readonly (string | null)[];
}

/** A simple query whose rows are dropped and whose statements are counted, for `Client.query` of pg (its "Submittable"). */
export class SimpleQuery {
  readonly answer: Promise<Answer>;
  readonly #sql: string;
  readonly #keepValues: boolean;
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #completed = 0;
  readonly #values: (string | null)[] = [];
  #error: WireError | null = null;

  constructor(sql: string, keepValues = false) {
    this.#sql = sql;
    this.#keepValues = keepValues;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.once("readyForQuery", ({ status }: { readonly status: string }) => this.#finish(status));
    connection.query(this.#sql.replaceAll("\0", " "));
  }

  handleRowDescription(): void {}

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    if (this.#keepValues) this.#values.push(message.fields[0] ?? null);
  }

  handlePortalSuspended(): void {}

  handleCommandComplete(): void {
    this.#completed += 1;
  }

  handleEmptyQuery(): void {}

  /** No data comes: the copy ends at once. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.endCopyFrom();
  }

  handleCopyData(): void {}

  handleError(error: WireError): void {
    // The connection itself has ended: no ReadyForQuery follows.
    if (error.code === undefined) this.#reject(new Error(error.message));
    this.#error ??= error;
  }

  handleReadyForQuery(): void {}

  #finish(status: string): void {
    this.#resolve({ completed: this.#completed, values: this.#values, error: this.#raw(), transaction: stateOf(status) });
  }

  #raw(): Answer["error"] {
    if (this.#error === null) return null;
    const { code = "XX000", message, detail = null, hint = null, position } = this.#error;
    return { code, message, detail, hint, offset: position === undefined ? null : utf16Offset(this.#sql, Number(position) - 1) };
  }
}

function stateOf(status: string): ScriptResult["transaction"] {
  if (status === "T") return "open";
  return status === "E" ? "failed" : "idle";
}
