import type { Relation } from "../../../src/model/catalog.ts";
import { columnDefinition, identity } from "./columns.ts";
import { anyTable, freshName, one, quoted, reference, some, tableOf } from "./scene.ts";
import type { Make, Scene } from "./scene.ts";
import { newTable } from "./tables.ts";

const create: Make = (scene) => {
  const key = some(scene, "PARTITION BY RANGE (at)", "PARTITION BY LIST (at)", "PARTITION BY HASH (id)", "PARTITION BY RANGE (at, id)");
  const extra = some(
    scene,
    "",
    `, ${columnDefinition(scene, freshName(scene), ["id", "at"])}`,
    ", PRIMARY KEY (id, at)",
    ", UNIQUE (at, id)",
  );
  if (scene.pick(8) === 0)
    return `CREATE TABLE ${newTable(scene)} (id integer, at date) PARTITION BY LIST ((date_trunc('year', at::timestamp)))`;
  return `CREATE TABLE ${newTable(scene)} (id integer ${some(scene, "", "NOT NULL", identity(scene))}, at date NOT NULL${extra}) ${key}`;
};

/** Bounds that hardly ever overlap others. */
function bound({ partitionKey }: Relation, scene: Scene): string {
  scene.made.serial += 1;
  const year = 2000 + scene.made.serial;
  if (scene.pick(6) === 0) return "DEFAULT";
  if (partitionKey?.startsWith("HASH") === true) return `FOR VALUES WITH (MODULUS 16, REMAINDER ${year % 16})`;
  if (partitionKey?.startsWith("LIST") === true) return `FOR VALUES IN ('${year}-02-02', '${year}-03-03'${some(scene, "", ", NULL")})`;
  const more = partitionKey?.includes(",") === true;
  return `FOR VALUES FROM ('${year}-01-01'${more ? ", MINVALUE" : ""}) TO ('${year + 1}-01-01'${more ? ", 7" : ""})`;
}

const partitioned = (scene: Scene): Relation | null => tableOf(scene, ({ kind }) => kind === "partitioned");

const createPart: Make = (scene) => {
  const root = partitioned(scene);
  if (root === null) return null;
  const column = one(root.columns, scene);
  const own =
    column === null
      ? ""
      : some(
          scene,
          "",
          "",
          ` (${quoted(column.name)} DEFAULT NULL)`,
          ` (${quoted(column.name)} WITH OPTIONS NOT NULL)`,
          ` (UNIQUE (${quoted(column.name)}))`,
          ` (CHECK (${quoted(column.name)} IS NOT NULL))`,
        );
  const below = some(scene, "", "", "", " PARTITION BY RANGE (at)", " PARTITION BY LIST (id)");
  return `CREATE TABLE ${newTable(scene)} PARTITION OF ${reference(scene, root)}${own} ${bound(root, scene)}${below}`;
};

/** A table with the columns of a partitioned one, in another order, of which it can become a partition. */
const createLookalike: Make = (scene) => {
  const root = partitioned(scene);
  if (root === null) return null;
  const columns = root.columns.map(({ name, type, notNull, generated }) => {
    const made = generated === null ? "" : ` GENERATED ALWAYS AS (${generated.expression}) ${generated.kind.toUpperCase()}`;
    return `${quoted(name)} ${type.text}${notNull ? " NOT NULL" : ""}${made}`;
  });
  return `CREATE TABLE ${newTable(scene)} (${(scene.pick(2) === 0 ? columns : columns.toReversed()).join(", ")})`;
};

const sameNames = (first: Relation, second: Relation): boolean =>
  first.columns.length === second.columns.length &&
  first.columns.every(({ name }) => second.columns.some((column) => column.name === name));

const attach: Make = (scene) => {
  const root = partitioned(scene);
  if (root === null) return null;
  const part =
    tableOf(scene, (table) => table !== root && table.partitionOf === null && sameNames(table, root)) ??
    (scene.pick(3) === 0 ? anyTable(scene) : null);
  if (part === null || part === root) return createLookalike(scene);
  return `ALTER TABLE ${reference(scene, root)} ATTACH PARTITION ${reference(scene, part)} ${bound(root, scene)}`;
};

const detach: Make = (scene) => {
  const part = tableOf(scene, ({ partitionOf }) => partitionOf !== null);
  if (part?.partitionOf === null || part === null) return null;
  return `ALTER TABLE ${reference(scene, part.partitionOf)} DETACH PARTITION ${reference(scene, part)}${scene.open ? "" : some(scene, "", "", " CONCURRENTLY")}`;
};

const onlyIndex: Make = (scene) => {
  const root = partitioned(scene);
  const column = one(root?.columns ?? [], scene);
  if (root === null || column === null) return null;
  const name = quoted(freshName(scene));
  scene.made.indexes.push(name);
  return `CREATE ${some(scene, "UNIQUE ", "")}INDEX ${name} ON ${some(scene, "", "ONLY ")}${reference(scene, root)} (${quoted(column.name)}, id, at)`;
};

export const partitions = {
  "CREATE TABLE … PARTITION BY": create,
  "CREATE TABLE … PARTITION OF": createPart,
  "CREATE TABLE like a partition": createLookalike,
  "ATTACH PARTITION": attach,
  "DETACH PARTITION": detach,
  "CREATE INDEX of a partitioned table": onlyIndex,
} satisfies Readonly<Record<string, Make>>;
