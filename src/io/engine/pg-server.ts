import { Client } from "pg";
import { UserError } from "../../errors.ts";
import type { Dump, Limits, QueryAnswer, ScriptResult, Server } from "./engine.ts";
import { SimpleQuery } from "./simple-query.ts";
import type { Answer } from "./simple-query.ts";

/** Extensions that read files or reach other servers are not made available: the server is a real process. */
const reaching = new Set(["adminpack", "dblink", "file_fdw", "postgres_fdw"]);

/** One session on a real PostgreSQL server, over the wire. A script that takes too long is cancelled from a second connection. */
export class PgServer implements Server {
  readonly version: string;
  readonly #client: Client;
  readonly #url: string;
  readonly #limits: Limits;
  readonly #deadline: number;
  readonly #onClose: () => Promise<void>;

  private constructor(client: Client, version: string, url: string, limits: Limits, onClose: () => Promise<void>) {
    this.#client = client;
    this.version = version;
    this.#url = url;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.totalMs;
    this.#onClose = onClose;
  }

  /** @throws UserError when the server cannot be reached. */
  static async open(url: string, limits: Limits, onClose: () => Promise<void> = async () => undefined): Promise<PgServer> {
    const client = await connect(url);
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return new PgServer(client, (rows[0]?.server_version ?? "").replace(/ .*/, ""), url, limits, onClose);
  }

  async run(scripts: readonly string[]): Promise<readonly ScriptResult[]> {
    const results: ScriptResult[] = [];
    for (const sql of scripts) {
      const result = await this.#runOne(sql);
      results.push(result);
      if (result.error !== null || result.ended !== null) break;
    }
    return results;
  }

  async query(sql: string): Promise<QueryAnswer> {
    return this.#client.query(new SimpleQuery(sql, true)).answer;
  }

  /** What the server has, it has. */
  async provideExtension(name: string): Promise<boolean> {
    if (reaching.has(name)) return false;
    const { rowCount } = await this.#client.query("SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = $1", [name]);
    return rowCount === 1;
  }

  async save(): Promise<Dump | null> {
    return null;
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
    await this.#onClose();
  }

  async #runOne(sql: string): Promise<ScriptResult> {
    const allowed = Math.min(this.#limits.scriptMs, this.#deadline - performance.now());
    if (allowed <= 0) {
      const reason = `was not run: all migrations together took longer than ${Math.round(this.#limits.totalMs / 1000)} s`;
      return { completed: 0, error: null, transaction: "idle", ended: { kind: "time", reason } };
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void this.#cancel();
    }, allowed);
    try {
      const answer = await this.#client.query(new SimpleQuery(sql)).answer;
      return late && answer.error?.code === "57014" ? await this.#ended(allowed, answer) : resultOf(answer);
    } catch (error) {
      throw new UserError(
        "ENGINE_FAILED",
        `the scratch server ended the connection: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** As if the transaction had never been. */
  async #ended(allowedMs: number, { transaction }: Answer): Promise<ScriptResult> {
    if (transaction !== "idle") await this.#client.query("ROLLBACK");
    const reason = `did not end within ${Math.max(1, Math.round(allowedMs / 1000))} s`;
    return { completed: 0, error: null, transaction: "idle", ended: { kind: "time", reason } };
  }

  async #cancel(): Promise<void> {
    // pg's types leave it out; its documentation has it (Client, "processID").
    const { processID } = this.#client as unknown as { readonly processID: number };
    const second = await connect(this.#url).catch(() => null);
    await second?.query("SELECT pg_catalog.pg_cancel_backend($1)", [processID]).catch(() => undefined);
    await second?.end().catch(() => undefined);
  }
}

function resultOf({ completed, error, transaction }: Answer): ScriptResult {
  return { completed, error, transaction, ended: null };
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: "driftgate" });
  // A connection that ends while nothing is asked is found out by the next question.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new UserError(
      "DATABASE_UNREACHABLE",
      `the scratch database ${hidePassword(url)} cannot be reached: ${error instanceof Error ? error.message : String(error)}; check its address and that it takes connections`,
    );
  }
}

/** A URL without what must not be shown. */
export function hidePassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.username === "" ? "" : `${parsed.username}@`}${parsed.host}${parsed.pathname}`;
  } catch {
    return "given";
  }
}
