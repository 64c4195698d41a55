import { anyTable, one, plainName, quoted, reference, some } from "./scene.ts";
import type { Make, Scene } from "./scene.ts";

/** A table in a publication: whole, some columns, some rows, both. */
function member(scene: Scene): string {
  const table = anyTable(scene);
  const column = quoted(one(table?.columns ?? [], scene)?.name ?? "id");
  const key = quoted(table?.primaryKey?.columns[0] ?? "id");
  const name = table === null ? "nothing" : reference(scene, table);
  return some(
    scene,
    name,
    name,
    `ONLY ${name}`,
    `${name} (${column})`,
    `${name} (${key}${key === column ? "" : `, ${column}`})`,
    `${name} WHERE (${column} IS NOT NULL)`,
    `${name} (${column}) WHERE (${key} IS NOT NULL AND ${column}::text <> 'x')`,
  );
}

const options = [
  "",
  "",
  " WITH (publish = 'insert, update')",
  " WITH (publish = '')",
  " WITH (publish_via_partition_root = true)",
  " WITH (publish = 'delete,truncate', publish_via_partition_root)",
  " WITH (publish_generated_columns = stored)",
];

const create: Make = (scene) => {
  const members = some(
    scene,
    `TABLE ${member(scene)}`,
    `TABLE ${member(scene)}`,
    `TABLE ${member(scene)}, ${member(scene)}`,
    `TABLE ${member(scene)}, TABLES IN SCHEMA other`,
    "ALL TABLES",
    "TABLES IN SCHEMA public",
    "TABLES IN SCHEMA public, other",
    "TABLES IN SCHEMA CURRENT_SCHEMA",
  );
  return `CREATE PUBLICATION ${plainName(scene, "pub")}${some(scene, ` FOR ${members}`, ` FOR ${members}`, ` FOR ${members}`, "")}${one(options, scene) ?? ""}`;
};

const change: Make = (scene) => {
  const publication = one(scene.catalog.publications, scene);
  if (publication === null) return null;
  const listed = one(publication.tables, scene);
  const out = listed === null ? member(scene) : reference(scene, listed);
  const name = quoted(publication.name);
  return some(
    scene,
    `ALTER PUBLICATION ${name} ADD TABLE ${member(scene)}`,
    `ALTER PUBLICATION ${name} DROP TABLE ${out}`,
    `ALTER PUBLICATION ${name} SET TABLE ${member(scene)}`,
    `ALTER PUBLICATION ${name} SET TABLE ${member(scene)}, ${member(scene)}`,
    `ALTER PUBLICATION ${name} ADD TABLES IN SCHEMA other`,
    `ALTER PUBLICATION ${name} SET TABLES IN SCHEMA public`,
    `ALTER PUBLICATION ${name} DROP TABLES IN SCHEMA ${quoted(one(publication.schemas, scene) ?? "public")}`,
    `ALTER PUBLICATION ${name} SET (${some(scene, "publish = 'delete'", "publish_via_partition_root = true", "publish_generated_columns = none")})`,
    `ALTER PUBLICATION ${name} RENAME TO ${quoted(plainName(scene, "Pub "))}`,
    `DROP PUBLICATION ${some(scene, "", "IF EXISTS ")}${name}`,
  );
};

export const publications = { "CREATE PUBLICATION": create, "ALTER, DROP PUBLICATION": change } satisfies Readonly<Record<string, Make>>;
