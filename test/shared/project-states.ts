import type { Catalog } from "../../src/model/catalog.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { Projection } from "../../src/model/projection.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { readConnector } from "../../src/project/connector.ts";
import { projectLagging } from "../../src/project/lagging.ts";
import { project } from "../../src/project/project.ts";
import { projectRunning } from "../../src/project/running.ts";
import { openDatabase } from "../project/catalog-from-sql.ts";
import type { Database } from "../project/catalog-from-sql.ts";
import type { Case, Phase, Predict, Predicted, Sent } from "./project-golden.ts";

/** One statement of the migration: the catalog after it, and after its transaction. */
export interface State {
  readonly writes: boolean;
  /** TRUNCATE has an event of its own (skipped.operations), without a key. */
  readonly truncates: boolean;
  readonly catalog: Catalog;
  readonly committed: Catalog;
}

/** What every phase of a case sends, given the catalogs it went through. */
export function predictionsOf(states: {
  readonly before: Catalog;
  readonly migration: readonly State[];
  readonly after: Catalog;
  readonly connector: Connector;
  readonly down: boolean;
}): Predict {
  const { before, migration, after, connector, down } = states;
  const started = once(() => project(before, connector));
  const restarted = once(() => project(after, connector));
  const running = once(() => projectRunning(before, after, connector));
  const lagging = once(() => projectLagging(before, after, connector));
  // Rows are read after their transaction at the earliest, and after all that follows at the latest: which, is a race (FINDINGS §11, correction 4).
  const written = once(() =>
    migration
      .filter(({ writes }) => writes)
      .flatMap(({ catalog, committed, truncates }) => {
        const read = [committed, after].flatMap((now) => projectLagging(catalog, now, connector));
        return truncates ? read.map(withoutKey) : read;
      }),
  );
  return (phase, topic) => {
    switch (phase) {
      case "snapshot":
        return same(sentTo(topic, started(), "snapshot"));
      case "before":
        return same(sentTo(topic, started(), phase));
      case "migration":
        return same(either(sentTo(topic, written(), phase), sentTo(topic, lagging(), phase)));
      case "restarted":
        return same(sentTo(topic, restarted(), phase));
      case "after": {
        const pending = sentTo(topic, lagging(), phase);
        const last = either(sentTo(topic, (down ? restarted : running)(), phase), pending);
        return { last, earlier: down ? pending : last };
      }
      default:
        return phase satisfies never;
    }
  };
}

const same = (sent: readonly Sent[]): Predicted => ({ last: sent, earlier: sent });

/** The second where the first has nothing: rows of a table that is gone. */
const either = (first: readonly Sent[], second: readonly Sent[]): readonly Sent[] => (first.length > 0 ? first : second);

function sentTo(topic: string, projections: readonly Projection[], phase: Phase): readonly Sent[] {
  const sent = projections.flatMap((projection) => {
    const schemas = phase === "snapshot" ? projection.snapshot : projection.streaming;
    return schemas === null ? [] : [{ projection, schemas }];
  });
  const here = sent.filter(({ projection }) => projection.topic === topic);
  // Topics that cannot be predicted (route.by.field): whatever says so itself.
  return here.length > 0 ? here : sent.filter(({ projection }) => projection.caveats.some(({ code }) => code === "transform-unsupported"));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Runs a case statement by statement. */
export async function runCase(database: Database, parser: Parser, one: Case): Promise<Predict> {
  await reset(database);
  for (const sql of one.before) await database.run(sql);
  const before = await database.catalog();
  for (const sql of [...(one.preseed ?? []), ...(one.seed ?? [])]) await attempt(database, sql);
  const migration: State[] = [];
  for (const sql of one.migration ?? []) migration.push(...(await statesOf(database, parser, sql)));
  const after = await database.catalog();
  return predictionsOf({ before, migration, after, connector: connectorOf(one.connector), down: one.down === true });
}

/** One text is one transaction, unless it has its own. */
async function statesOf(database: Database, parser: Parser, sql: string): Promise<readonly State[]> {
  const { statements, problems } = parseMigration(parser, { id: "migration", sql });
  const own = statements.some(({ kind }) => kind === "transaction");
  if (statements.length < 2 || problems.length > 0) {
    const kind = statements.length === 1 ? statements[0]?.kind : "opaque";
    await attempt(database, sql);
    const catalog = await database.catalog();
    return [{ writes: mayWrite(kind), truncates: kind === "truncate", catalog, committed: catalog }];
  }
  const states: Omit<State, "committed">[] = [];
  try {
    if (!own) await database.run("BEGIN");
    for (const { kind, sql: text } of statements) {
      await database.run(text);
      states.push({ writes: mayWrite(kind), truncates: kind === "truncate", catalog: await database.catalog() });
    }
    if (!own) await database.run("COMMIT");
  } catch {
    await database.run("ROLLBACK").catch(() => undefined);
    return [];
  }
  const committed = await database.catalog();
  return states.map((state) => ({ ...state, committed }));
}

function withoutKey(projection: Projection): Projection {
  const { streaming } = projection;
  return streaming === null ? projection : { ...projection, streaming: { ...streaming, key: null, keyAvro: null } };
}

export const mayWrite = (kind: string | undefined): boolean => ["dml", "copy", "select", "do", "truncate", "opaque"].includes(kind ?? "");

/** A statement that PostgreSQL refuses was refused in the recorded run as well. */
async function attempt(database: Database, sql: string): Promise<void> {
  try {
    await database.run(sql);
  } catch {
    await database.run("ROLLBACK").catch(() => undefined);
  }
}

export function connectorOf(overrides: Readonly<Record<string, string>>): Connector {
  return readConnector({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
    ...overrides,
    ...converterOptions(overrides),
  });
}

/** The oracle has one mapping for keys and values: an option of either counts for both. */
function converterOptions(overrides: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const options = Object.entries(overrides).flatMap(([setting, value]) => {
    const name = /^(?:key|value)\.converter\.(.+)$/.exec(setting)?.[1];
    return name === undefined ? [] : [[`key.converter.${name}`, value] as const, [`value.converter.${name}`, value] as const];
  });
  return Object.fromEntries(options);
}

/** A database with the extensions of the oracle's, in a schema that survives from case to case; pgvector's types are stand-ins made of text. */
export async function openOracleDatabase(): Promise<Database> {
  const database = await openDatabase();
  await database.run("CREATE SCHEMA ext; SET search_path = public, ext");
  for (const name of ["citext", "cube", "hstore", "isn", "ltree"]) await database.run(`CREATE EXTENSION ${name} SCHEMA ext`);
  for (const name of ["vector", "halfvec", "sparsevec"]) {
    await database.run(`SET search_path = ext; CREATE TYPE ${name};
      CREATE FUNCTION ${name}_in(cstring) RETURNS ${name} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
      CREATE FUNCTION ${name}_out(${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
      CREATE TYPE ${name} (INPUT = ${name}_in, OUTPUT = ${name}_out, TYPMOD_IN = pg_catalog.varbittypmodin, TYPMOD_OUT = pg_catalog.varbittypmodout);
      SET search_path = public, ext`);
  }
  return database;
}

export async function reset(database: Database): Promise<void> {
  await database.run("ROLLBACK").catch(() => undefined);
  await database.run(`
    SET session_replication_role = origin;
    DO $$ DECLARE n text; BEGIN
      FOR n IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', n); END LOOP;
      FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'ext') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP;
    END $$; CREATE SCHEMA public; SET search_path = public, ext`);
}
