import type { Engine, Limits, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";

/** Takes away everything of the user; roles too, but for those that only a superuser may drop. */
export const emptying = `
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT pubname AS name FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', one.name); END LOOP;
  FOR one IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' LOOP EXECUTE format('DROP EXTENSION %I CASCADE', one.name); END LOOP;
  FOR one IN SELECT fdwname AS name FROM pg_foreign_data_wrapper LOOP EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', one.name); END LOOP;
  FOR one IN SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one.name);
  END LOOP;
  CREATE SCHEMA public;
  FOR one IN SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user AND NOT rolsuper LOOP
    EXECUTE format('DROP OWNED BY %I', one.name);
    EXECUTE format('DROP ROLE %I', one.name);
  END LOOP;
END
$$`;

/** An engine that starts no server of its own but empties `server`: for many short replays. */
export function emptiedEngine(name: string, server: Server): Engine {
  return {
    name,
    fingerprint: name,
    cacheDir: null,
    start: async () => {
      const results = [...(await server.run(["ROLLBACK"])), ...(await server.run(["DISCARD ALL"])), ...(await server.run([emptying]))];
      const failed = results.find(({ error, ended }) => error !== null || ended !== null);
      if (failed !== undefined) throw new Error(`The server could not be emptied: ${JSON.stringify(failed)}`);
      return {
        version: server.version,
        run: (scripts) => server.run(scripts),
        query: (sql) => server.query(sql),
        provideExtension: (extension) => server.provideExtension(extension),
        save: () => Promise.resolve(null),
        close: () => Promise.resolve(),
      };
    },
    close: () => Promise.resolve(),
  };
}

/** One server in process for all replays of a test file, emptied before each: starting one takes longer than most of them. */
export async function openEmptied(limits: Partial<Limits> = {}): Promise<Engine> {
  const opened = await openEngine({ limits: { totalMs: 3_600_000, ...limits } });
  const server = await opened.start(null);
  if (server === null) throw new Error("The engine starts no server");
  return {
    ...emptiedEngine(opened.name, server),
    close: async () => {
      await server.close();
      await opened.close();
    },
  };
}
