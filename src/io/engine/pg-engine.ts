import { randomBytes } from "node:crypto";
import { escapeIdentifier } from "pg";
import type { Client } from "pg";
import { UserError } from "../../errors.ts";
import type { Engine, Limits, Server } from "./engine.ts";
import { PgServer, connect, hidePassword } from "./pg-server.ts";

const userRelations = `SELECT count(*)::int AS count FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')`;

/**
 * An engine on a server of the user's. The database of the URL must be empty; each replay runs in a database of its own beside it, dropped
 * afterwards. A superuser's URL only serves to make that database and a plain role that owns it: the migrations may be a stranger's, and a
 * superuser can read files and start programs.
 */
export function urlEngine(url: string, limits: Limits): Engine {
  return { name: "url", fingerprint: "url", cacheDir: null, start: () => startScratch(url, limits), close: async () => undefined };
}

/** @throws UserError when the server cannot be reached or used. */
export async function startScratch(url: string, limits: Limits): Promise<Server> {
  const client = await connect(url);
  const name = `driftgate_${randomBytes(6).toString("hex")}`;
  try {
    const { rows } = await client.query<{ count: number; superuser: boolean }>(
      `SELECT (${userRelations}) AS count, rolsuper AS superuser FROM pg_catalog.pg_roles WHERE rolname = current_user`,
    );
    const { count = 0, superuser = false } = rows[0] ?? {};
    if (count > 0) {
      throw new UserError(
        "ENGINE_FAILED",
        `the scratch database ${hidePassword(url)} is not empty: it has ${count} tables, views or sequences; give an empty one, since migrations are run on its server`,
      );
    }
    const roles = await roleNames(client);
    const password = randomBytes(18).toString("hex");
    if (superuser) await client.query(`CREATE ROLE ${name} LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0${superuser ? ` OWNER ${name}` : ""}`);
    return await PgServer.open(scratchUrl(url, name, superuser ? password : null), limits, () => dropScratch(url, name, roles));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      "ENGINE_FAILED",
      `no database can be created beside ${hidePassword(url)}: ${error instanceof Error ? error.message : String(error)}; its role needs CREATEDB`,
    );
  } finally {
    await client.end();
  }
}

function scratchUrl(url: string, name: string, password: string | null): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  if (password !== null) [parsed.username, parsed.password] = [name, password];
  return parsed.href;
}

async function roleNames(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ rolname: string }>("SELECT rolname FROM pg_catalog.pg_roles");
  return rows.map(({ rolname }) => rolname);
}

/** Roles belong to the cluster and not to the database: those that were not there before go too. */
async function dropScratch(url: string, name: string, before: readonly string[]): Promise<void> {
  const client = await connect(url);
  await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  const made = (await roleNames(client)).filter((role) => !before.includes(role));
  for (const role of made) await client.query(`DROP ROLE ${escapeIdentifier(role)}`).catch(() => undefined);
  await client.end();
}
