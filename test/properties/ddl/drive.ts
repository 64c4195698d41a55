import { CatalogReader } from "../../../src/io/engine/catalog-reader.ts";
import type { RawError, Server } from "../../../src/io/engine/engine.ts";
import type { Catalog } from "../../../src/model/catalog.ts";
import { emptying } from "../../support/emptied-engine.ts";
import type { Choice } from "../ddl-scripts.ts";
import { makerOf, setUp } from "../ddl-scripts.ts";
import { nothingMade } from "./scene.ts";
import type { Made, Scene } from "./scene.ts";

/** A statement that the server took, and what was there afterwards. */
export interface Taken {
  readonly kind: string;
  readonly sql: string;
  readonly catalog: Catalog;
}

/** A statement that it did not take. */
export interface Refused {
  readonly kind: string;
  readonly sql: string;
  readonly error: RawError;
  /** How many of the taken ones were before it. */
  readonly after: number;
}

export interface Driven {
  readonly taken: readonly Taken[];
  readonly refused: readonly Refused[];
}

const guard = "driftgate_guard";

/** Of the statements that come before the drawn ones. */
export const setUpKind = "set up";

/** Makes up statements one by one from what a server has by then, and runs them on it: what it takes is a script that every PostgreSQL of its version takes. */
export class Driver {
  readonly #server: Server;
  readonly #reader: CatalogReader;

  constructor(server: Server) {
    this.#server = server;
    this.#reader = new CatalogReader(server);
  }

  async drive(choices: readonly Choice[]): Promise<Driven> {
    await emptyServer(this.#server);
    const run = new Run(this.#server, this.#reader);
    for (const sql of setUp(choices[0]?.kind ?? 0)) await run.take(setUpKind, sql);
    for (const choice of choices) await run.next(choice);
    await run.end();
    return run;
  }
}

/** Takes away everything of the user's, and settings of the session. */
export async function emptyServer(server: Server): Promise<void> {
  await server.run(["ROLLBACK"]);
  for (const sql of ["RESET ALL", "DISCARD TEMP", emptying]) {
    const [result] = await server.run([sql]);
    if (result?.error !== null) throw new Error(`The server could not be emptied: ${JSON.stringify(result)}`);
  }
}

class Run implements Driven {
  readonly taken: Taken[] = [];
  readonly refused: Refused[] = [];
  readonly #server: Server;
  readonly #reader: CatalogReader;
  readonly #made: Made = nothingMade();
  /** Number of statements before the open block; null outside. */
  #block: number | null = null;
  #catalog: Catalog | null = null;
  /** A refused statement left something behind, so what follows cannot be told without it. */
  #spoiled = false;

  constructor(server: Server, reader: CatalogReader) {
    this.#server = server;
    this.#reader = reader;
  }

  async next({ kind, picks }: Choice): Promise<void> {
    if (this.#spoiled) return;
    let at = 0;
    // Beyond the drawn numbers they come again, mixed.
    const pick = (count: number): number => {
      const drawn = picks[at % picks.length] ?? 0;
      const mixed = drawn + Math.floor(at / picks.length) * 7919 + at;
      at += 1;
      return mixed % count;
    };
    if (pick(7) === 0)
      return this.#block === null
        ? this.#begin()
        : this.#finish(["COMMIT", "COMMIT", "COMMIT", "ROLLBACK", "COMMIT AND CHAIN"][pick(5)] ?? "COMMIT");
    if (this.#catalog === null) throw new Error("nothing was read yet");
    const scene: Scene = { catalog: this.#catalog, open: this.#block !== null, made: this.#made, pick };
    const { name, make } = makerOf(kind, scene);
    const sql = make(scene);
    if (sql !== null) await this.take(name, sql);
  }

  async end(): Promise<void> {
    if (this.#block !== null) await this.#finish("COMMIT");
  }

  /** Runs it; in a block behind a savepoint, so that what is refused spoils nothing. */
  async take(kind: string, sql: string): Promise<void> {
    const isControl = /^(SAVEPOINT|ROLLBACK|RELEASE)/.test(sql);
    const guarded = this.#block !== null && !isControl;
    if (guarded) await this.#send(`SAVEPOINT ${guard}`);
    const error = await this.#send(sql);
    if (error !== null) {
      this.refused.push({ kind, sql, error, after: this.taken.length });
      if (guarded) await this.#send(`ROLLBACK TO SAVEPOINT ${guard}; RELEASE SAVEPOINT ${guard}`);
      else if (isControl) await this.#finish("ROLLBACK");
      // These commit on their way: an invalid index, a detached part may stay.
      else this.#spoiled = /CONCURRENTLY|COMMIT/.test(sql);
      return;
    }
    if (guarded) await this.#send(`RELEASE SAVEPOINT ${guard}`);
    this.#keepSavepoints(sql);
    await this.#add(kind, sql);
  }

  async #begin(): Promise<void> {
    this.#block = this.taken.length;
    await this.#send("BEGIN");
    await this.#add("BEGIN", "BEGIN");
  }

  async #finish(sql: string): Promise<void> {
    this.#made.savepoints.length = 0;
    const error = await this.#send(sql);
    if (error !== null) {
      // A deferred constraint: the block is gone as a whole.
      this.taken.length = this.#block ?? 0;
      this.#block = null;
      this.#catalog = (await this.#reader.read(null, "all", false)).catalog;
      return;
    }
    if (!sql.endsWith("CHAIN")) this.#block = null;
    await this.#add(sql, sql);
    if (this.#block !== null) this.#block = this.taken.length;
  }

  async #add(kind: string, sql: string): Promise<void> {
    const isSame = this.#catalog !== null && /^(BEGIN|COMMIT|SAVEPOINT|RELEASE)/.test(sql);
    const catalog = isSame ? this.#catalog : (await this.#reader.read(null, "all", this.#block !== null)).catalog;
    this.#catalog = catalog;
    if (catalog !== null) this.taken.push({ kind, sql, catalog });
  }

  #keepSavepoints(sql: string): void {
    const { savepoints } = this.#made;
    const known = /^(ROLLBACK TO|RELEASE)(?: SAVEPOINT)? (\w+)/.exec(sql);
    const at = savepoints.indexOf(known?.[2] ?? "");
    if (at !== -1) savepoints.length = known?.[1] === "RELEASE" ? at : at + 1;
  }

  async #send(sql: string): Promise<RawError | null> {
    const [result] = await this.#server.run([sql]);
    if (result === undefined || result.ended !== null) throw new Error(`The server ended in ${sql}: ${JSON.stringify(result)}`);
    return result.error;
  }
}
