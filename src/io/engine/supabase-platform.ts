import type { RawError, Server } from "./engine.ts";

/**
 * What every Supabase project has before its first migration, as far as migrations name it: made by the image and by the services auth,
 * storage and realtime (supabase/postgres: migrations/db; supabase/auth and supabase/storage: migrations, as of 2026). Bodies of functions
 * give no value: none is needed for the shape of a table.
 */
interface Section {
  readonly extensions?: readonly string[];
  readonly scripts: readonly string[];
  /** Each with its result type. */
  readonly functions?: readonly string[];
}

/** The path of the role `postgres` in a Supabase project. */
export const supabaseSearchPath: readonly string[] = ["$user", "public", "extensions"];

const sections: Readonly<Record<string, Section>> = {
  extensions: {
    extensions: ["uuid-ossp", "pgcrypto"],
    scripts: [
      "CREATE SCHEMA IF NOT EXISTS extensions",
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA extensions',
      "CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA extensions",
    ],
  },
  auth: {
    scripts: [
      "CREATE SCHEMA IF NOT EXISTS auth",
      enumType("auth.aal_level", "'aal1', 'aal2', 'aal3'"),
      enumType("auth.factor_type", "'totp', 'webauthn', 'phone'"),
      enumType("auth.factor_status", "'unverified', 'verified'"),
      `CREATE TABLE IF NOT EXISTS auth.users (instance_id uuid, id uuid NOT NULL PRIMARY KEY, aud varchar(255), role varchar(255), email varchar(255),
        encrypted_password varchar(255), email_confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255),
        confirmation_sent_at timestamptz, recovery_token varchar(255), recovery_sent_at timestamptz, email_change_token_new varchar(255),
        email_change varchar(255), email_change_sent_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
        is_super_admin boolean, created_at timestamptz, updated_at timestamptz, phone text DEFAULT NULL::varchar UNIQUE, phone_confirmed_at timestamptz,
        phone_change text DEFAULT ''::varchar, phone_change_token varchar(255) DEFAULT '', phone_change_sent_at timestamptz,
        confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
        email_change_token_current varchar(255) DEFAULT '', email_change_confirm_status smallint DEFAULT 0, banned_until timestamptz,
        reauthentication_token varchar(255) DEFAULT '', reauthentication_sent_at timestamptz, is_sso_user boolean NOT NULL DEFAULT false,
        deleted_at timestamptz, is_anonymous boolean NOT NULL DEFAULT false)`,
      `CREATE TABLE IF NOT EXISTS auth.identities (provider_id text NOT NULL, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
        identity_data jsonb NOT NULL, provider text NOT NULL, last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz,
        email text GENERATED ALWAYS AS (lower(identity_data->>'email')) STORED, id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
        CONSTRAINT identities_provider_id_provider_unique UNIQUE (provider_id, provider))`,
      `CREATE TABLE IF NOT EXISTS auth.sessions (id uuid NOT NULL PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
        created_at timestamptz, updated_at timestamptz, factor_id uuid, aal auth.aal_level, not_after timestamptz, refreshed_at timestamp,
        user_agent text, ip inet, tag text, oauth_client_id uuid, refresh_token_hmac_key text, refresh_token_counter bigint, scopes text)`,
      `CREATE TABLE IF NOT EXISTS auth.mfa_factors (id uuid NOT NULL PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
        friendly_name text, factor_type auth.factor_type NOT NULL, status auth.factor_status NOT NULL, created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL, secret text, phone text, last_challenged_at timestamptz UNIQUE, web_authn_credential jsonb,
        web_authn_aaguid uuid, last_webauthn_challenge_data jsonb)`,
    ],
    functions: ["auth.uid() uuid", "auth.role() text", "auth.email() text", "auth.jwt() jsonb"],
  },
  storage: {
    scripts: [
      "CREATE SCHEMA IF NOT EXISTS storage",
      enumType("storage.buckettype", "'STANDARD', 'ANALYTICS', 'VECTOR'"),
      `CREATE TABLE IF NOT EXISTS storage.buckets (id text NOT NULL PRIMARY KEY, name text NOT NULL CONSTRAINT bname UNIQUE, owner uuid,
        created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), public boolean DEFAULT false, avif_autodetection boolean DEFAULT false,
        file_size_limit bigint, allowed_mime_types text[], owner_id text, type storage.buckettype NOT NULL DEFAULT 'STANDARD')`,
      `CREATE TABLE IF NOT EXISTS storage.objects (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, bucket_id text REFERENCES storage.buckets,
        name text, owner uuid, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), last_accessed_at timestamptz DEFAULT now(),
        metadata jsonb, path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED, version text, owner_id text, user_metadata jsonb)`,
    ],
    functions: ["storage.foldername(name text) text[]", "storage.filename(name text) text", "storage.extension(name text) text"],
  },
  realtime: {
    scripts: [
      "CREATE SCHEMA IF NOT EXISTS realtime",
      `CREATE TABLE IF NOT EXISTS realtime.messages (topic text NOT NULL, extension text NOT NULL, payload jsonb, event text, private boolean DEFAULT false,
        updated_at timestamp NOT NULL DEFAULT now(), inserted_at timestamp NOT NULL DEFAULT now(), id uuid NOT NULL DEFAULT gen_random_uuid(),
        PRIMARY KEY (id, inserted_at)) PARTITION BY RANGE (inserted_at)`,
    ],
    functions: [
      "realtime.topic() text",
      "realtime.send(payload jsonb, event text, topic text, private boolean DEFAULT true) void",
      "realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text DEFAULT 'ROW') void",
    ],
  },
  supabase_realtime: { scripts: ["CREATE PUBLICATION supabase_realtime"] },
  // Schemas of services that migrations hardly name anything in.
  ...Object.fromEntries(
    ["graphql", "graphql_public", "pgbouncer", "supabase_functions", "vault"].map((name) => [
      name,
      { scripts: [`CREATE SCHEMA IF NOT EXISTS ${name}`] },
    ]),
  ),
};

/** Functions of the extensions that lie in the schema `extensions`, which is on the path. */
const ofExtensions = /^function (?:uuid_\w+|digest|hmac|crypt|gen_salt|gen_random_bytes|pgp_\w+|armor|dearmor|encrypt|decrypt)\(/;

/** The part of the platform that the object of PostgreSQL's message belongs to; null where it is none of it. */
function sectionOf({ code, message }: RawError): string | null {
  if (!/^(3F000|42P01|42704|42883)$/.test(code) || !message.endsWith("does not exist")) return null;
  if (ofExtensions.test(message)) return "extensions";
  const name = /^(?:schema|publication) "(.*?)"|^(?:relation|type) "(.*?)\.|^function (\w+)\./.exec(message)?.slice(1).find(Boolean) ?? "";
  return Object.hasOwn(sections, name) ? name : null;
}

/**
 * Makes what a Supabase project has of itself, where PostgreSQL misses some of it. The server is outside a transaction block. False where it is
 * nothing of the platform, or that part is there already.
 * @param made parts that are there; what is made is added
 */
export async function makeOfPlatform(server: Server, error: RawError, made: Set<string>): Promise<boolean> {
  const name = sectionOf(error);
  const section = name === null ? undefined : sections[name];
  if (name === null || section === undefined || made.has(name)) return false;
  for (const extension of section.extensions ?? []) await server.provideExtension(extension);
  const scripts = [...section.scripts, ...(section.functions ?? []).map(functionScript)];
  // The migration's own settings do not count for what was there before it.
  const results = await server.run([`BEGIN; SET LOCAL search_path = public; SET LOCAL check_function_bodies = off`, ...scripts, "COMMIT"]);
  made.add(name);
  const last = results.at(-1);
  if (last !== undefined && last.error === null && last.ended === null) return true;
  if (last?.transaction !== "idle") await server.run(["ROLLBACK"]);
  return false;
}

function enumType(name: string, labels: string): string {
  return `DO $$ BEGIN IF to_regtype('${name}') IS NULL THEN CREATE TYPE ${name} AS ENUM (${labels}); END IF; END $$`;
}

/** As `auth.uid() uuid`; made unless one of this name is there. */
function functionScript(signature: string): string {
  const [, name = "", parameters = "", result = ""] = /^([\w.]+)\((.*)\) (\S+)$/.exec(signature) ?? [];
  const body = result === "void" ? "" : `SELECT NULL::${result}`;
  return `DO $do$ BEGIN IF to_regproc('${name}') IS NULL THEN
CREATE FUNCTION ${name}(${parameters}) RETURNS ${result} LANGUAGE ${result === "void" ? "plpgsql AS 'BEGIN END'" : `sql STABLE AS '${body}'`};
END IF; END $do$`;
}
