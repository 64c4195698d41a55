import { supabaseSearchPath } from "../io/engine/supabase-platform.ts";
import type { MigrationTool } from "../model/migration.ts";

/** How a migration tool's own session differs from the server's default. */
export interface ToolSession {
  readonly searchPath?: readonly string[];
  /** Schemas that it makes before it runs anything. */
  readonly schemas?: readonly string[];
}

/**
 * Flyway puts its default schema in front of the search path, and makes it where it is not there (org.flywaydb.database.postgresql:
 * PostgreSQLConnection.changeCurrentSchemaTo; documentation, "Create Schemas").
 * @param values of the tool's placeholders, from its own files and ours
 */
export function toolSession(tool: MigrationTool, values: Readonly<Record<string, string>>): ToolSession {
  if (tool === "supabase") return { searchPath: supabaseSearchPath };
  const schema = tool === "flyway" ? values["flyway:defaultSchema"] : undefined;
  if (schema === undefined || schema === "" || schema === "public") return {};
  return { searchPath: [schema, "$user", "public"], schemas: [schema] };
}
