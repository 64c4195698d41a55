import { Client } from "pg";
import { printing } from "../../catalog/query.ts";
import { UserError } from "../../errors.ts";
import { databaseError, lockedError, stateOf } from "./errors.ts";

export interface DatabaseLimits {
  /** Longest time to connect, in milliseconds. */
  readonly connectMs: number;
  /** Longest time for one question, in milliseconds. */
  readonly statementMs: number;
  /** Longest time to wait for a lock of another session, in milliseconds. */
  readonly lockMs: number;
}

const defaultLimits: DatabaseLimits = { connectMs: 10_000, statementMs: 30_000, lockMs: 5_000 };
const oldest = 12;

/**
 * A user's database, asked inside one read-only transaction with time limits, so that all answers are of one moment, nothing can be written
 * and no lock is waited for long. Works for a role that may only connect, behind a transaction pooler and on a hot standby.
 */
export class Database {
  /** Major version of the server. */
  readonly version: number;
  /** Its URL as it may be shown. */
  readonly shown: string;
  readonly #client: Client;
  readonly #limits: DatabaseLimits;

  private constructor(client: Client, version: number, shown: string, limits: DatabaseLimits) {
    this.#client = client;
    this.version = version;
    this.shown = shown;
    this.#limits = limits;
  }

  /** @throws UserError DATABASE_… where it cannot be reached or used, within the limits. */
  static async open(url: string, over: Partial<DatabaseLimits> = {}): Promise<Database> {
    const limits = { ...defaultLimits, ...over };
    const shown = shownUrl(url);
    const client = newClient(url, limits);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string }>("SELECT pg_catalog.current_setting('server_version_num') AS version");
      const version = Math.floor(Number(rows[0]?.version ?? 0) / 10_000);
      if (version < oldest)
        throw new UserError("DATABASE_UNSUPPORTED", `the database ${shown} is PostgreSQL ${version}; driftgate reads ${oldest} and later`);
      const database = new Database(client, version, shown, limits);
      await database.#begin();
      return database;
    } catch (error) {
      // A socket that never answers is not waited for a second time.
      void client.end().catch(() => undefined);
      throw databaseError(error, shown);
    }
  }

  /** Rows of one query of ours. @throws UserError DATABASE_… */
  async rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    try {
      const { rows } = await this.#client.query<Record<string, unknown>>(sql);
      return rows;
    } catch (error) {
      if (stateOf(error) === "55P03") throw lockedError(this.shown, Math.round(this.#limits.lockMs / 1000), await this.#holders());
      throw databaseError(error, this.shown);
    }
  }

  /** First column of the only row, as text. */
  async text(sql: string): Promise<string> {
    const [row = {}] = await this.rows(sql);
    return String(Object.values(row)[0] ?? "");
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #begin(): Promise<void> {
    const { statementMs, lockMs } = this.#limits;
    const settings = [...printing.filter((setting) => !setting.startsWith("statement_timeout")), ...limitSettings(statementMs, lockMs)];
    await this.#client.query(
      [
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        "SELECT pg_catalog.set_config('driftgate.schemas', pg_catalog.to_json(pg_catalog.current_schemas(false))::pg_catalog.text, true)",
        ...settings.map((setting) => `SET LOCAL ${setting}`),
      ].join(";\n"),
    );
  }

  /** Who holds an ACCESS EXCLUSIVE lock; the view of locks is open to every role. */
  async #holders(): Promise<readonly string[]> {
    try {
      await this.#client.query("ROLLBACK");
      const { rows } = await this.#client.query<{ name: string; pid: number }>(
        `SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, l.pid FROM pg_catalog.pg_locks l
         JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
           AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
         ORDER BY 1 LIMIT 5`,
      );
      return rows.map(({ name, pid }) => `${name} by process ${pid}`);
    } catch {
      return [];
    } finally {
      // What is asked next is asked as before, at a later moment.
      await this.#begin();
    }
  }
}

const limitSettings = (statementMs: number, lockMs: number): readonly string[] => [
  `statement_timeout = ${statementMs}`,
  `lock_timeout = ${lockMs}`,
  `idle_in_transaction_session_timeout = ${statementMs * 10}`,
];

function newClient(url: string, limits: DatabaseLimits): Client {
  if (/^(?:mysql|mariadb):\/\//i.test(url))
    throw new UserError(
      "DATABASE_UNSUPPORTED",
      "this is the URL of a MySQL database: Debezium reads its binlog, which driftgate knows of and does not cover yet; give a PostgreSQL database",
    );
  if (!/^postgres(?:ql)?:\/\//.test(url))
    throw new UserError("USAGE", "this is no URL of a PostgreSQL database; write postgres://user@host:5432/database");
  let client: Client;
  try {
    client = new Client({
      connectionString: withLibpqModes(url),
      connectionTimeoutMillis: limits.connectMs,
      // The server ends a statement itself; this is for one that does not answer at all.
      query_timeout: limits.statementMs + 5_000,
      application_name: "driftgate",
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError("USAGE", `this is no URL of a PostgreSQL database (${reason}); write postgres://user@host:5432/database`);
  }
  // A connection that ends while nothing is asked is found out by the next question.
  client.on("error", () => undefined);
  return client;
}

/** sslmode as libpq means it (manual, "SSL Mode Descriptions"): pg itself takes `require` for `verify-full`, and warns. */
const withLibpqModes = (url: string): string =>
  /[?&]sslmode=/.test(url) && !url.includes("uselibpqcompat=") ? `${url}&uselibpqcompat=true` : url;

/** A URL with neither password nor parameters. */
export function shownUrl(url: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(url);
    return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
  } catch {
    return "given";
  }
}
