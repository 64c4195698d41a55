import type { Migration } from "../../model/migration.ts";
import type { Statement } from "../../model/statement.ts";
import type { Skipped } from "./run.ts";

const harmless: Skipped = { reason: "", harmless: true };
const unknown = (reason: string): Skipped => ({ reason, harmless: false });

/**
 * Statements that are not run at all: those on the server and its databases, and those that would keep the engine from reading its own
 * catalog. Null for all others. What is applied already cannot touch the stream any more.
 */
export function standsOutside(statement: Statement, migration: Migration): Skipped | null {
  if (statement.kind === "function" && statement.name.schema === "pg_catalog")
    return unknown("it changes one of PostgreSQL's own functions, which the reading of the catalog stands on");
  if (statement.kind === "set") return ofEncoding(statement, migration);
  const found = ofServer(statement);
  return found !== null && migration.state === "baseline" ? harmless : found;
}

function ofServer(statement: Statement): Skipped | null {
  const { sql } = statement;
  if (statement.kind === "subscription") return ofSubscription(sql);
  if (statement.kind === "rename" && /\balter\s+database\b/i.test(sql))
    return unknown(`it renames the database "${statement.from}": a connector that reads it looks for the name in its database.dbname`);
  if (statement.kind !== "other" && statement.kind !== "opaque") return null;
  switch (statement.name) {
    case "AlterSystemStmt":
      return ofSettings(sql);
    case "DropdbStmt":
      return unknown("it drops a database: if a connector reads that one, its stream ends there");
    case "AlterDatabaseStmt":
      return /\b(allow_connections|connection\s+limit)\b/i.test(sql)
        ? unknown("it limits who may connect to a database: a connector that reads it needs connections of its own")
        : harmless;
    case "CreatedbStmt":
    case "CreateTableSpaceStmt":
    case "DropTableSpaceStmt":
    case "NotifyStmt":
    case "ListenStmt":
      return harmless;
    default:
      return null;
  }
}

/**
 * Rows come into this database's tables or cease to, as by INSERT; no table changes its shape (manual of CREATE SUBSCRIPTION). The slot is
 * at the publisher, by the subscription's name unless another is given.
 */
function ofSubscription(sql: string): Skipped {
  return /\bslot_name\s*=?\s*(?!none\b)['"\w]/i.test(sql)
    ? unknown("it takes a replication slot by its name: if a connector reads from that slot, the stream loses its place")
    : harmless;
}

/** What logical decoding and the connector's session stand on (manual, "Replication", "Write Ahead Log", "Connections"), and where tables are made. */
const settings = new Set([
  "all",
  "hba_file",
  "idle_replication_slot_timeout",
  "listen_addresses",
  "logical_decoding_work_mem",
  "max_connections",
  "max_replication_slots",
  "max_slot_wal_keep_size",
  "max_wal_senders",
  "port",
  "search_path",
  "ssl",
  "sync_replication_slots",
  "synchronized_standby_slots",
  "wal_level",
  "wal_sender_timeout",
]);

function ofSettings(sql: string): Skipped {
  const name = /\balter\s+system\s+(?:re)?set\s+"?([\w.]+)/i.exec(sql)?.[1]?.toLowerCase();
  if (name !== undefined && !settings.has(name)) return harmless;
  const what = name === undefined || name === "all" ? "settings" : name;
  return unknown(
    `it changes ${what} of the server, which the connector's slot and session stand on: compare it with what the connector needs`,
  );
}

/** Files are read as UTF-8, and sent so; what a session in another encoding makes of it depends on every character that is not ASCII. */
function ofEncoding(statement: Statement & { readonly kind: "set" }, migration: Migration): Skipped | null {
  const [value = ""] = statement.values;
  if (statement.name !== "client_encoding" || value === "" || /^(utf-?8|unicode|sql_ascii)$/i.test(value)) return null;
  // oxlint-disable-next-line no-control-regex -- ASCII is all of these
  if (migration.pieces.every(({ sql }) => /^[\x00-\x7f]*$/.test(sql))) return harmless;
  return unknown(
    `it sets client_encoding to ${value}, and the file has characters other than ASCII, which PostgreSQL would then not read as UTF-8`,
  );
}
