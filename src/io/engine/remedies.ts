import type { MigrationTool } from "../../model/migration.ts";
import { quoteName } from "../../model/sql-name.ts";
import type { Statement } from "../../model/statement.ts";
import type { RawError, Server } from "./engine.ts";
import { extensionScripts, isIdleCall } from "./missing-extensions.ts";
import { needs, providerOf, systemCollation } from "./providers.ts";
import { plainHypertable } from "./partitioning-extensions.ts";
import { makeOfPlatform } from "./supabase-platform.ts";
import { toolTable } from "./tool-tables.ts";

/** What to do about a statement that this server refused. */
export type Remedy =
  /** What it lacked is there now: try again. */
  | { readonly kind: "retry" }
  /** As retry, and what is there now is part of the catalog before the statement. */
  | { readonly kind: "prepared" }
  /** Run the script in its place. */
  | { readonly kind: "instead"; readonly script: string }
  /** It cannot run here, and nothing the stream sees depends on it. */
  | { readonly kind: "ignore" }
  /** It cannot run here, and what it would have done is not known. */
  | { readonly kind: "skip"; readonly code: string; readonly reason: string }
  /** PostgreSQL wants it outside a transaction block. */
  | { readonly kind: "autocommit" }
  /** PostgreSQL would refuse it anywhere. */
  | { readonly kind: "refuse" };

/** What is missing on this server of what a migration's real server had. */
export interface Missing {
  /** Names of extensions that are not there or only in part. */
  readonly extensions: Set<string>;
  /** Statements that were left out. */
  skipped: number;
  /** Parts of a hosting platform's own that were made. */
  readonly platform: Set<string>;
}

/** Of the migration that the statement is in. */
export interface Circumstances {
  readonly tool: MigrationTool;
  /** It did get through on the real server, or nothing is known of what came before it. */
  readonly isPast: boolean;
}

const named = (pattern: RegExp, text: string): string | null => pattern.exec(text)?.[1] ?? null;

/** Finds and applies the remedy; the server is outside a transaction block. */
export async function remedy(
  server: Server,
  { tool, isPast }: Circumstances,
  statement: Statement,
  error: RawError,
  missing: Missing,
): Promise<Remedy> {
  // active_sql_transaction; invalid_transaction_termination: a COMMIT in a DO block or procedure wants it as well.
  if (error.code === "25001" || error.code === "2D000") return { kind: "autocommit" };
  const own = error.code === "42P01" ? toolTable(tool, error.message) : null;
  if (own !== null && (await succeeds(server, own))) return { kind: "prepared" };
  const role = named(/^role "(.*)" does not exist$/, error.message);
  if (role !== null) return (await succeeds(server, `CREATE ROLE ${quoteName(role)}`)) ? { kind: "retry" } : { kind: "refuse" };
  if (tool === "supabase" && (await makeOfPlatform(server, error, missing.platform))) return { kind: "prepared" };
  // Made outside of the migrations, as roles are: by the image's scripts, by another service. In a new migration it is an error to tell.
  const schema = isPast && error.code === "3F000" ? named(/^schema "(.*)" does not exist$/, error.message) : null;
  if (schema !== null && (await succeeds(server, `CREATE SCHEMA ${quoteName(schema)}`))) return { kind: "retry" };
  const collation = error.code === "42704" ? systemCollation(error.message) : null;
  if (collation !== null && (await succeeds(server, `CREATE COLLATION pg_catalog.${quoteName(collation)} FROM "C"`)))
    return { kind: "retry" };
  if (isPast && /^(42704|42883)$/.test(error.code) && (await madeOutside(server, error.message, missing))) return { kind: "prepared" };
  const tablespace = named(/^tablespace "(.*)" does not exist$/, error.message);
  if (tablespace !== null) {
    const made = await succeeds(server, "SET allow_in_place_tablespaces = on", `CREATE TABLESPACE ${quoteName(tablespace)} LOCATION ''`);
    return made ? { kind: "retry" } : { kind: "refuse" };
  }
  const extension = named(/^extension "(.*)" is not available$/, error.message) ?? named(/extension\/([^/"]*)\.control/, error.message);
  if (extension !== null)
    return missingExtension(server, extension, statement.kind === "create-extension" ? statement.schema : null, missing);
  const slot = named(/^replication slot "(.*)" does not exist$/, error.message);
  if (slot !== null) {
    const reason = `it drops, copies or moves the replication slot "${slot}", which only the real server has: if a connector reads from it, the stream loses its place`;
    return { kind: "skip", code: "sql-not-executed", reason };
  }
  // In process wal_level is "replica"; a new slot changes no table.
  if (error.message.startsWith("logical decoding requires")) return { kind: "ignore" };
  if (isLimit(error)) {
    const reason = `the catalog engine has not the room or the time for it, so what it does is not known: ${error.message}`;
    return { kind: "skip", code: "sql-limit", reason };
  }
  // A name in GRANT, COMMENT or ALTER … ON DATABASE is that of the real database, which is not this one.
  if (error.code === "3D000" && statement.kind === "other") return aboutDatabase(statement);
  // The bootstrap role, which the session here is, must stay a superuser; attributes of roles shape no table.
  if (error.code === "0A000" && error.message === "permission denied to alter role") return { kind: "ignore" };
  // Migrations run as a plain role on a real server; in process the session's role is a superuser.
  if (error.code === "42501")
    return { kind: "skip", code: "sql-not-executed", reason: `the role it runs as in the catalog engine may not do it: ${error.message}` };
  // Classes 22 and 23: rows decide, and those of the real tables are not here. Rows change no table's shape.
  if (statement.kind === "dml" && /^2[23]/.test(error.code)) return { kind: "ignore" };
  if (isPast && isForeignKeyToUnknown(statement, error)) return { kind: "ignore" };
  return lacking(statement, error, missing);
}

/** A key to a table that another product made in the same database: it limits rows, and shapes no table. */
function isForeignKeyToUnknown(statement: Statement, { code, message }: RawError): boolean {
  if (code !== "42P01" || statement.kind !== "alter-table") return false;
  const unknown = named(/^relation "(?:.*\.)?(.*)" does not exist$/, message);
  return unknown !== statement.relation.name && statement.commands.every(({ kind }) => kind === "add-foreign-key");
}

/**
 * Insufficient resources (class 53: temp_file_limit, memory, a disk), statement_too_complex (the depth of the stack), and query_canceled by
 * the migration's own statement_timeout, on rows and a machine that are not the real ones (manual, appendix A).
 */
const isLimit = ({ code }: RawError): boolean => code.startsWith("53") || code === "54001" || code === "57014";

/** Settings of the database are those of sessions to come: of these, search_path decides where later migrations make their tables. */
function aboutDatabase({ sql }: Statement): Remedy {
  if (!/\bsearch_path\b/i.test(sql)) return { kind: "ignore" };
  const reason =
    "it sets the search_path of a database that the catalog engine does not have, so where later statements make their tables is not known";
  return { kind: "skip", code: "sql-not-executed", reason };
}

async function succeeds(server: Server, ...scripts: readonly string[]): Promise<boolean> {
  const results = await server.run(scripts);
  return results.length === scripts.length && results.every((result) => result.error === null && result.ended === null);
}

async function missingExtension(server: Server, name: string, schema: string | null, missing: Missing): Promise<Remedy> {
  if (await server.provideExtension(name)) return { kind: "retry" };
  if (missing.extensions.has(name)) return { kind: "ignore" };
  missing.extensions.add(name);
  const scripts = extensionScripts(name);
  if (scripts !== null && scripts.length === 0) return { kind: "ignore" };
  if (scripts !== null) return { kind: "instead", script: (schema === null ? scripts : within(schema, scripts)).join(";\n") };
  return {
    kind: "skip",
    code: "extension-missing",
    reason: `the extension "${name}" is not available in the catalog engine, so what it provides is not known`,
  };
}

/** An extension that somebody else made in the database, as a superuser must in many places; made here with what it needs. */
async function madeOutside(server: Server, message: string, missing: Missing): Promise<boolean> {
  const provider = providerOf(message);
  if (provider === null || missing.extensions.has(provider.extension)) return false;
  const { extension, schema } = provider;
  for (const name of needs[extension] ?? []) await server.provideExtension(name);
  const where = schema === null ? "" : ` SCHEMA ${quoteName(schema)}`;
  if (await server.provideExtension(extension)) {
    // What it is looked for in may be a schema that is not on the path.
    return succeeds(server, `CREATE EXTENSION ${quoteName(extension)}${where} CASCADE`);
  }
  missing.extensions.add(extension);
  const scripts = extensionScripts(extension);
  return scripts !== null && scripts.length > 0 && succeeds(server, (schema === null ? scripts : within(schema, scripts)).join(";\n"));
}

/** Run with the schema first in the path, and the path as it was again behind it. */
function within(schema: string, scripts: readonly string[]): readonly string[] {
  return [
    "SELECT pg_catalog.set_config('driftgate.search_path', pg_catalog.current_setting('search_path'), true)",
    `SET LOCAL search_path = ${quoteName(schema)}, public`,
    ...scripts,
    "SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('driftgate.search_path'), true)",
  ];
}

/** Undefined types, functions and operators may be what a missing extension would have brought, undefined relations what a skipped statement would have. */
function lacking(statement: Statement, error: RawError, missing: Missing): Remedy {
  const byExtension = missing.extensions.size > 0 && /^(42704|42883|22023|0A000|42P17|3F000)$/.test(error.code);
  const bySkipped = missing.skipped > 0 && /^(42704|42883|42P01|42703|3F000)$/.test(error.code);
  if (!byExtension && !bySkipped) return { kind: "refuse" };
  if (statement.kind === "create-index" && !statement.unique) return { kind: "ignore" };
  if (statement.kind === "select" && isIdleCall(missing.extensions, statement.functions)) return { kind: "ignore" };
  if (statement.kind === "call" && isIdleCall(missing.extensions, [statement.name.name])) return { kind: "ignore" };
  if (byExtension && error.message.startsWith("unrecognized parameter namespace")) {
    const plain = statement.kind === "create-table" ? plainHypertable(statement.sql, written(statement.relation)) : null;
    if (plain !== null) return { kind: "instead", script: plain };
    // Options of an extension's storage.
    if (statement.kind === "alter-table" && statement.commands.every(({ kind }) => kind === "other")) return { kind: "ignore" };
  }
  if (statement.kind === "other" || statement.kind === "function" || statement.kind === "create-view") return { kind: "ignore" };
  // Rows change no table's shape.
  if (statement.kind === "dml") return { kind: "ignore" };
  const cause = byExtension
    ? `extension ${[...missing.extensions].map((name) => `"${name}"`).join(", ")} is missing`
    : "an earlier statement could not run";
  return { kind: "skip", code: "sql-not-executed", reason: `it cannot run in the catalog engine, where ${cause}: ${error.message}` };
}

const written = ({ schema, name }: { readonly schema: string | null; readonly name: string }): string =>
  schema === null ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
