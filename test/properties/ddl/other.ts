import { alter, anyTable, freshName, literal, one, onColumn, plainName, quoted, reference, some } from "./scene.ts";
import type { Make, Scene } from "./scene.ts";

const createIndex = onColumn((table, column, scene) => {
  const name = quoted(freshName(scene));
  const value = quoted(column.name);
  const unnamed = scene.pick(5) === 0;
  if (!unnamed) scene.made.indexes.push(`${quoted(table.schema)}.${name}`);
  const key = some(
    scene,
    value,
    value,
    value,
    `md5(${value}::text)`,
    `(${value}::text || 'x')`,
    `${value} DESC NULLS LAST`,
    `${value}, id`,
  );
  const tail = some(scene, "", "", " WHERE false", ` WHERE ${value} IS NOT NULL`, " NULLS NOT DISTINCT", " INCLUDE (id)");
  const how = scene.open ? "" : some(scene, "", "", "", "CONCURRENTLY ");
  return `CREATE ${some(scene, "UNIQUE ", "UNIQUE ", "")}INDEX ${how}${unnamed ? "" : name} ON ${reference(scene, table)} (${key})${tail}`;
});

const indexChange: Make = (scene) => {
  const table = anyTable(scene);
  const own = one(table?.uniqueIndexes ?? [], scene);
  const index =
    own !== null && table !== null && scene.pick(2) === 0 ? `${quoted(table.schema)}.${quoted(own.name)}` : one(scene.made.indexes, scene);
  const second = one(scene.made.indexes, scene);
  if (index === null) return null;
  return some(
    scene,
    `DROP INDEX ${scene.open ? "" : some(scene, "", "", "CONCURRENTLY ")}${index}`,
    `DROP INDEX IF EXISTS ${index} CASCADE`,
    `ALTER ${some(scene, "INDEX", "TABLE")} ${index} RENAME TO ${quoted(freshName(scene))}`,
    `ALTER INDEX ${second ?? index} ATTACH PARTITION ${index}`,
    `REINDEX INDEX ${index}`,
  );
};

const view = onColumn((table, column, scene) => {
  const name = quoted(freshName(scene));
  const value = quoted(column.name);
  const from = reference(scene, table);
  const known = one(scene.made.views, scene) ?? name;
  if (scene.pick(2) === 0) {
    scene.made.views.push(name);
    return some(
      scene,
      `CREATE VIEW ${name} AS SELECT ${value} FROM ${from}`,
      `CREATE VIEW ${name} WITH (security_barrier) AS TABLE ${from}`,
      `CREATE MATERIALIZED VIEW ${name} AS SELECT ${value}, count(*) FROM ${from} GROUP BY 1 WITH NO DATA`,
      `CREATE OR REPLACE VIEW ${known} AS SELECT * FROM ${from}`,
    );
  }
  return some(
    scene,
    `DROP VIEW ${known} CASCADE`,
    `DROP MATERIALIZED VIEW IF EXISTS ${known}`,
    `ALTER VIEW ${known} RENAME TO ${quoted(freshName(scene))}`,
    `ALTER VIEW ${known} RENAME COLUMN ${value} TO ${quoted(freshName(scene))}`,
    `CREATE RULE ${plainName(scene, "r")} AS ON DELETE TO ${from} DO INSTEAD NOTHING`,
  );
});

const sequence = onColumn((table, column, scene) => {
  const name = plainName(scene, "seq");
  const known = one(scene.made.sequences, scene) ?? "s";
  const owner = `${reference(scene, table)}.${quoted(column.name)}`;
  scene.made.sequences.push(name);
  return some(
    scene,
    `CREATE SEQUENCE ${name} OWNED BY ${owner}`,
    `CREATE SEQUENCE IF NOT EXISTS ${name} AS smallint START 5`,
    `ALTER SEQUENCE ${known} OWNED BY ${owner}`,
    `ALTER SEQUENCE ${known} RENAME TO ${name}`,
    `ALTER SEQUENCE ${known} SET SCHEMA other`,
    `DROP SEQUENCE ${known} CASCADE`,
    alter(scene, table, `ALTER COLUMN ${quoted(column.name)} SET DEFAULT nextval('${known}')`),
  );
});

const func = onColumn((table, column, scene) => {
  const name = plainName(scene, "f");
  const known = one(scene.made.functions, scene) ?? "length";
  const from = reference(scene, table);
  const value = quoted(column.name);
  const choice = scene.pick(7);
  if (choice < 3) scene.made.functions.push(name);
  if (choice === 0) return `CREATE FUNCTION ${name}(text DEFAULT 'a') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT length($1)'`;
  if (choice === 1)
    return `CREATE OR REPLACE FUNCTION ${name}(text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN 1; END $f$`;
  if (choice === 2) return `CREATE FUNCTION ${name}(text) RETURNS integer LANGUAGE sql IMMUTABLE RETURN length($1)`;
  return some(
    scene,
    alter(scene, table, `ADD COLUMN ${quoted(freshName(scene))} integer DEFAULT ${known}('x')`),
    alter(scene, table, `ADD COLUMN ${quoted(freshName(scene))} integer GENERATED ALWAYS AS (${known}(${value}::text)) STORED`),
    `CREATE UNIQUE INDEX ON ${from} (${known}(${value}::text))`,
    `ALTER FUNCTION ${known} RENAME TO ${name}`,
    `DROP FUNCTION ${known} CASCADE`,
  );
});

const schema: Make = (scene) => {
  const name = plainName(scene, "sch");
  const known = one([...new Set(scene.catalog.relations.map((relation) => relation.schema))], scene) ?? "other";
  return some(
    scene,
    `CREATE SCHEMA ${name} CREATE TABLE ${quoted(freshName(scene))} (id int PRIMARY KEY) CREATE VIEW v AS SELECT 1 AS one`,
    `CREATE SCHEMA IF NOT EXISTS ${name}`,
    `ALTER SCHEMA ${quoted(known)} RENAME TO ${name}`,
    `ALTER SCHEMA "Other One" RENAME TO ${name}`,
    'CREATE SCHEMA IF NOT EXISTS "Other One"',
    "CREATE SCHEMA IF NOT EXISTS other",
    `DROP SCHEMA ${some(scene, quoted(known), "other", '"Other One"')}${some(scene, "", " CASCADE")}`,
  );
};

const settings: Make = (scene) =>
  some(
    scene,
    "SET search_path TO other, public",
    'SET search_path = "Other One", other',
    "SET LOCAL search_path = other",
    "RESET search_path",
    "SELECT pg_catalog.set_config('search_path', 'public', false)",
    "SET datestyle = 'German, DMY'",
    "SET intervalstyle = 'iso_8601'",
    "SET timezone = 'Asia/Tokyo'",
    "SET quote_all_identifiers = on",
    "SET standard_conforming_strings = on",
    "SET check_function_bodies = off",
    "SET bytea_output = 'escape'",
  );

const rows = onColumn((table, column, scene) => {
  const name = reference(scene, table);
  return some(
    scene,
    `INSERT INTO ${name} DEFAULT VALUES`,
    `INSERT INTO ${name} (${quoted(column.name)}) VALUES (DEFAULT), (DEFAULT)`,
    `UPDATE ${name} SET ${quoted(column.name)} = DEFAULT`,
    `DELETE FROM ${name} WHERE ${quoted(column.name)} IS NULL`,
    `TRUNCATE ${name} CASCADE`,
  );
});

const around = onColumn((table, column, scene) => {
  const name = reference(scene, table);
  const value = quoted(column.name);
  const text = literal(freshName(scene));
  return some(
    scene,
    `COMMENT ON COLUMN ${name}.${value} IS ${text}`,
    `COMMENT ON TABLE ${name} IS ${text}`,
    `COMMENT ON SCHEMA public IS NULL`,
    `GRANT SELECT (${value}), UPDATE (${value}) ON ${name} TO PUBLIC`,
    `REVOKE ALL ON ${name} FROM PUBLIC`,
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
    `CREATE POLICY ${plainName(scene, "p")} ON ${name} USING (${value} IS NOT NULL)`,
    `CREATE STATISTICS ${plainName(scene, "st")} ON ${value}, id FROM ${name}`,
    `ANALYZE ${name}`,
  );
});

const trigger = onColumn((table, column, scene) => {
  const name = plainName(scene, "tr");
  const on = reference(scene, table);
  return some(
    scene,
    `CREATE TRIGGER ${name} BEFORE UPDATE OF ${quoted(column.name)} ON ${on} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    `CREATE CONSTRAINT TRIGGER ${name} AFTER INSERT ON ${on} DEFERRABLE FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  );
});

/** DDL that no statement of the file shows: in blocks, in texts that are put together, in parts that are taken back. */
const hidden: Make = (scene) => {
  const table = anyTable(scene);
  const column = one(table?.columns ?? [], scene);
  if (table === null || column === null) return null;
  const full = `${quoted(table.schema)}.${quoted(table.name)}`;
  const added = quoted(freshName(scene));
  const add = `ALTER TABLE ${full} ADD COLUMN IF NOT EXISTS ${added} text DEFAULT 'x'`;
  const loosen = `ALTER TABLE ${full} ALTER COLUMN ${quoted(column.name)} DROP NOT NULL`;
  return some(
    scene,
    `DO $do$ BEGIN EXECUTE ${literal(add)}; END $do$`,
    `DO $do$ BEGIN EXECUTE format('ALTER TABLE %I.%I ADD by_format %s', ${literal(table.schema)}, ${literal(table.name)}, 'int'); END $do$`,
    `DO $do$ BEGIN ${add}; BEGIN ${loosen}; RAISE EXCEPTION 'taken back'; EXCEPTION WHEN OTHERS THEN NULL; END; END $do$`,
    `DO $do$ DECLARE r record; BEGIN FOR r IN SELECT relname, nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND relpersistence = 'p' AND nspname IN ('public', 'other') ORDER BY c.oid LOOP EXECUTE format('ALTER TABLE %I.%I ADD COLUMN IF NOT EXISTS by_loop timestamptz DEFAULT now()', r.nspname, r.relname); END LOOP; END $do$`,
    scene.open ? add : `DO $do$ BEGIN ${add}; COMMIT; CREATE TABLE ${plainName(scene, "gone")} (a int); ROLLBACK; END $do$`,
    `DO $do$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE column_name = ${literal(column.name)}) THEN ${loosen}; END IF; END $do$`,
  );
};

/** In a block only: parts that are taken back or kept. */
const savepoint = (scene: Scene): string | null => {
  if (!scene.open) return null;
  const known = one(scene.made.savepoints, scene);
  const name = plainName(scene, "sp");
  if (known === null || scene.pick(2) === 0) {
    scene.made.savepoints.push(name);
    return `SAVEPOINT ${name}`;
  }
  return some(scene, `ROLLBACK TO SAVEPOINT ${known}`, `ROLLBACK TO ${known}`, `RELEASE SAVEPOINT ${known}`);
};

export const other = {
  "CREATE INDEX": createIndex,
  "ALTER, DROP INDEX": indexChange,
  "views and rules": view,
  sequences: sequence,
  functions: func,
  schemas: schema,
  "SET search_path and printing": settings,
  rows,
  "COMMENT, GRANT, POLICY, STATISTICS": around,
  triggers: trigger,
  "DO, EXECUTE": hidden,
  SAVEPOINT: savepoint,
} satisfies Readonly<Record<string, Make>>;
