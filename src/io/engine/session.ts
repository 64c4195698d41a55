import { emptyCatalog } from "../../catalog/to-catalog.ts";
import type { Catalog } from "../../model/catalog.ts";
import type { Migration } from "../../model/migration.ts";
import { quoteName } from "../../model/sql-name.ts";
import type { Unknown } from "../../model/report.ts";
import type { Statement, SyntaxProblem } from "../../model/statement.ts";
import type { Step } from "../../model/step.ts";
import type { CatalogReader, Reading } from "./catalog-reader.ts";
import type { Server } from "./engine.ts";
import type { Missing } from "./remedies.ts";

export type ParseStatements = (migration: Migration) => {
  readonly statements: readonly Statement[];
  readonly problems: readonly SyntaxProblem[];
};

/** What a replay carries from one migration to the next. */
export interface Session {
  readonly server: Server;
  readonly reader: CatalogReader;
  readonly parse: ParseStatements;
  /** Of the role or database, where the user's is not the server's default. */
  readonly searchPath: readonly string[] | null;
  readonly missing: Missing;
  readonly problems: Unknown[];
  readonly syntaxProblems: SyntaxProblem[];
  readonly steps: Step[];
  /** Null until first read. */
  reading: Reading | null;
  transaction: number;
  /** Some migration changed settings that a new session starts with. */
  ownSettings: boolean;
  /** A history was replayed or a baseline given: a table nobody knows does not exist. */
  hasHistory: boolean;
  /** Pending migrations are told as applied ones. */
  readonly arePast: boolean;
  /** The state after the history is being written. */
  saving: Promise<void> | null;
}

/** Migration that stands for a given state of before. As with psql, a statement of it that fails does not stop the others. */
export const baselineId = "(baseline)";

export const currentCatalog = (session: Session): Catalog => session.reading?.catalog ?? emptyCatalog;

/** What a session can be left with: settings, roles, temporary tables, prepared statements, locks. */
const sessionState = /\b(set|reset|temp|temporary|prepare|declare|listen|load|set_config|pg_advisory_lock|pg_temp)\b/i;
const startSettings = /\balter\s+(database|role|user|system)\b/i;

/** What DISCARD ALL stands for (its manual page), but for the prepared statements: the query that reads the catalog is one. */
const discard = [
  "CLOSE ALL",
  "SET SESSION AUTHORIZATION DEFAULT",
  "RESET ALL",
  "UNLISTEN *",
  "SELECT pg_catalog.pg_advisory_unlock_all()",
  "DISCARD TEMP",
  "DISCARD SEQUENCES",
];

/** Scripts that give the next migration a fresh session, as a tool that connects anew has. */
export function resetScripts(session: Session, sql: string): readonly string[] {
  if (startSettings.test(sql)) session.ownSettings = true;
  if (!sessionState.test(sql) && !session.ownSettings) return [];
  return [...(/\bprepare\b/i.test(sql) ? ["DISCARD ALL"] : discard), ...startScripts(session)];
}

/** Scripts that make a session start as the user's do. */
export function startScripts(session: Session): readonly string[] {
  const path = session.searchPath === null ? [] : [`SET search_path TO ${session.searchPath.map(quoteName).join(", ")}`];
  return session.ownSettings ? [...path, roleSettings] : path;
}

/** ALTER DATABASE … SET and ALTER ROLE … SET take effect when a session starts (manual of both); this server's never ends. */
const roleSettings = `SELECT pg_catalog.set_config(pg_catalog.split_part(entry, '=', 1), pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1), false)
FROM (SELECT pg_catalog.unnest(setconfig) AS entry FROM pg_catalog.pg_db_role_setting
  WHERE setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
    AND setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))
  ORDER BY setrole <> 0, setdatabase <> 0) AS settings
WHERE entry LIKE 'search_path=%'`;
