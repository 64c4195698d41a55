import type { Relation } from "../../../src/model/catalog.ts";
import { columnDefinition, generated, typeFor } from "./columns.ts";
import {
  alter,
  anyTable,
  freshName,
  literal,
  one,
  plainName,
  quoted,
  reference,
  some,
  tableOf,
  typeReference,
  userTypes,
} from "./scene.ts";
import type { Make, Scene } from "./scene.ts";

/** A new table's name, in a schema of the search_path or another one that there is. */
export function newTable(scene: Scene): string {
  const name = quoted(freshName(scene));
  return scene.pick(5) === 0 ? `${some(scene, "public", "other", '"Other One"')}.${name}` : name;
}

function constraint(scene: Scene, columns: readonly string[]): string {
  const [column, second] = [one(columns, scene) ?? "id", one(columns, scene) ?? "id"].map(quoted);
  const named = scene.pick(2) === 0 ? `CONSTRAINT ${quoted(plainName(scene, "con"))} ` : "";
  const body = some(
    scene,
    `PRIMARY KEY (${column})`,
    `PRIMARY KEY (${column}, id)`,
    `UNIQUE (${column}, id)`,
    `UNIQUE NULLS NOT DISTINCT (${column})`,
    `UNIQUE (${column}) INCLUDE (${second})`,
    `UNIQUE (${column}) DEFERRABLE`,
    `CHECK (${column} IS NOT NULL OR ${second} IS NULL)`,
    `EXCLUDE USING btree (${column} WITH =)`,
    `FOREIGN KEY (${column}) REFERENCES ${reference(scene, anyTable(scene) ?? { schema: "public", name: "nothing" })}`,
  );
  return `${named}${body}`;
}

function create(scene: Scene): string {
  const columns = ["id"];
  const definitions = [some(scene, "id integer NOT NULL", "id integer NOT NULL", "id bigint PRIMARY KEY", "id bigserial", "id integer")];
  for (let more = scene.pick(5); more > 0; more -= 1) {
    const name = freshName(scene);
    definitions.push(columnDefinition(scene, name, columns));
    columns.push(name);
  }
  if (scene.pick(3) === 0) definitions.push(constraint(scene, columns));
  const head = some(scene, "", "", "", "", "", "UNLOGGED ", "TEMPORARY ");
  const tail = some(scene, "", "", "", " WITH (fillfactor = 70)", " USING heap", " TABLESPACE pg_default");
  return `CREATE ${head}TABLE ${some(scene, "", "", "IF NOT EXISTS ")}${newTable(scene)} (${definitions.join(", ")})${tail}`;
}

const likeOptions = [
  "",
  " INCLUDING ALL",
  " INCLUDING DEFAULTS",
  " INCLUDING DEFAULTS INCLUDING INDEXES",
  " INCLUDING CONSTRAINTS",
  " INCLUDING IDENTITY",
  " INCLUDING GENERATED",
  " INCLUDING STORAGE",
  " INCLUDING ALL EXCLUDING INDEXES",
  " INCLUDING ALL EXCLUDING DEFAULTS EXCLUDING GENERATED",
  " INCLUDING COMMENTS INCLUDING STATISTICS INCLUDING COMPRESSION",
];

const like: Make = (scene) => {
  const [table, second] = [anyTable(scene), anyTable(scene)];
  if (table === null || second === null) return null;
  const parts = [`LIKE ${reference(scene, table)}${one(likeOptions, scene) ?? ""}`];
  if (scene.pick(3) === 0) parts.push(columnDefinition(scene));
  if (scene.pick(8) === 0) parts.push(`LIKE ${reference(scene, second)}`);
  return `CREATE TABLE ${newTable(scene)} (${parts.join(", ")})`;
};

const inherit: Make = (scene) => {
  const [table, second] = [anyTable(scene), anyTable(scene)];
  if (table === null || second === null) return null;
  const parents = scene.pick(3) === 0 && table !== second ? [table, second] : [table];
  const shared = one(table.columns, scene);
  const own =
    scene.pick(3) === 0 && shared !== null
      ? `${quoted(shared.name)} ${shared.type.text}${some(scene, "", " NOT NULL", " DEFAULT NULL", " CHECK (true)")}`
      : some(scene, "", "", columnDefinition(scene));
  return `CREATE TABLE ${newTable(scene)} (${own}) INHERITS (${parents.map((parent) => reference(scene, parent)).join(", ")})`;
};

const asSelect: Make = (scene) => {
  const table = anyTable(scene);
  const column = table === null ? null : one(table.columns, scene);
  if (table === null || column === null) return null;
  const [from, name] = [reference(scene, table), newTable(scene)];
  const value = quoted(column.name);
  return some(
    scene,
    `CREATE TABLE ${name} AS TABLE ${from} WITH NO DATA`,
    `CREATE TABLE ${name} AS SELECT ${value}, 1 AS one, 'x' AS unknown, now() AS at FROM ${from}`,
    `CREATE UNLOGGED TABLE ${name} (a, "B") AS SELECT ${value}, ${value}::text FROM ${from}`,
    `SELECT *, NULL AS nothing INTO ${name} FROM ${from}`,
    `CREATE TABLE IF NOT EXISTS ${name} AS SELECT count(*), max(${value}::text) FROM ${from} GROUP BY ${value}`,
    `CREATE TABLE ${name} AS VALUES (1, 'a', 1.5, ARRAY[1])`,
    `CREATE TABLE ${name} AS WITH w AS (SELECT ${value} AS w FROM ${from}) SELECT w AS "W", coalesce(w::text, 'x') FROM w`,
  );
};

const typed: Make = (scene) => {
  const type = one(userTypes(scene, "composite"), scene);
  if (type === null) return null;
  const attribute = one(type.attributes, scene);
  const options =
    attribute === null
      ? ""
      : some(scene, "", ` (${quoted(attribute.name)} WITH OPTIONS NOT NULL)`, ` (PRIMARY KEY (${quoted(attribute.name)}))`);
  const name = newTable(scene);
  scene.made.typed.push(name);
  return `CREATE TABLE ${name} OF ${typeReference(type)}${options}`;
};

const drop: Make = (scene) => {
  const [table, second] = [anyTable(scene), anyTable(scene)];
  if (table === null || second === null) return null;
  scene.made.former.push(table.name);
  const names = scene.pick(6) === 0 && table !== second ? [table, second] : [table];
  return `DROP TABLE ${some(scene, "", "IF EXISTS ")}${names.map((name) => reference(scene, name)).join(", ")}${some(scene, "", " CASCADE")}`;
};

const rename: Make = (scene) => {
  const table = anyTable(scene);
  if (table === null) return null;
  scene.made.former.push(table.name);
  return `ALTER ${some(scene, "TABLE", "TABLE", "TABLE IF EXISTS", "INDEX", "VIEW")} ${reference(scene, table)} RENAME TO ${quoted(freshName(scene))}`;
};

/** Two tables change places, by way of a third name. */
const swap: Make = (scene) => {
  const first = anyTable(scene);
  if (first === null) return null;
  const second = tableOf(scene, ({ schema, name }) => schema === first.schema && name !== first.name);
  if (second === null) return null;
  const full = (name: string): string => `${quoted(first.schema)}.${quoted(name)}`;
  const steps = [
    `ALTER TABLE ${full(first.name)} RENAME TO tmp_swap`,
    `ALTER TABLE ${full(second.name)} RENAME TO ${quoted(first.name)}`,
    `ALTER TABLE ${full("tmp_swap")} RENAME TO ${quoted(second.name)}`,
  ];
  return `DO $swap$ BEGIN ${steps.map((step) => `${step};`).join(" ")} END $swap$`;
};

const swapColumns: Make = (scene) => {
  const table = tableOf(scene, ({ columns }) => columns.length > 1);
  const [first, second] = [table?.columns[0], table?.columns.at(-1)];
  if (table === null || first === undefined || second === undefined) return null;
  const name = `${quoted(table.schema)}.${quoted(table.name)}`;
  const step = (from: string, to: string): string => `EXECUTE ${literal(`ALTER TABLE ${name} RENAME COLUMN ${from} TO ${to}`)};`;
  return `DO $$ BEGIN ${step(quoted(first.name), "tmp_swap")} ${step(quoted(second.name), quoted(first.name))} ${step("tmp_swap", quoted(second.name))} END $$`;
};

const move: Make = (scene) => {
  const table = anyTable(scene);
  return table === null ? null : alter(scene, table, `SET SCHEMA ${some(scene, "public", "other", '"Other One"')}`);
};

/** A column that fills the rows that are there with a value of each row's own, or one worked out of the others. */
const addSpecial: Make = (scene) => {
  const table = anyTable(scene);
  if (table === null) return null;
  const name = quoted(freshName(scene));
  const { type, defaults } = typeFor(scene);
  return alter(
    scene,
    table,
    some(
      scene,
      `ADD COLUMN ${name} double precision NOT NULL DEFAULT random()`,
      `ADD COLUMN ${name} uuid DEFAULT gen_random_uuid()`,
      `ADD COLUMN ${name} timestamptz NOT NULL DEFAULT clock_timestamp()`,
      `ADD COLUMN ${name} text ${generated(scene, one(table.columns, scene)?.name ?? null)}`,
      `ADD COLUMN ${name} ${type} DEFAULT ${one(defaults, scene) ?? "NULL"}`,
    ),
  );
};

export const addColumn = (scene: Scene, table: Relation): string =>
  `ADD COLUMN ${some(scene, "", "", "IF NOT EXISTS ")}${columnDefinition(
    scene,
    freshName(scene),
    table.columns.map(({ name }) => name),
  )}`;

export const tables = {
  "CREATE TABLE": create,
  "CREATE TABLE … LIKE": like,
  "CREATE TABLE … INHERITS": inherit,
  "CREATE TABLE AS, SELECT INTO": asSelect,
  "CREATE TABLE … OF": typed,
  "DROP TABLE": drop,
  "RENAME of a table": rename,
  "swap of two tables": swap,
  "swap of two columns": swapColumns,
  "SET SCHEMA": move,
  "ADD COLUMN volatile or generated": addSpecial,
} satisfies Readonly<Record<string, Make>>;
