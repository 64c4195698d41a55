import type { Catalog, Column, Relation, TypeDefinition } from "../../../src/model/catalog.ts";

/** What is there when a statement is made up. */
export interface Scene {
  readonly catalog: Catalog;
  /** Inside a transaction block. */
  readonly open: boolean;
  readonly made: Made;
  /** A number from 0 up to, not including, `count`. */
  readonly pick: (count: number) => number;
}

/** Names that no catalog of ours lists; some may be gone again. */
export interface Made {
  serial: number;
  readonly indexes: string[];
  readonly views: string[];
  readonly sequences: string[];
  readonly functions: string[];
  readonly constraints: string[];
  readonly savepoints: string[];
  /** Tables of a composite type. */
  readonly typed: string[];
  /** Names that a table or column had once, to be taken again. */
  readonly former: string[];
}

export const nothingMade = (): Made => ({
  serial: 0,
  indexes: [],
  views: [],
  sequences: [],
  functions: [],
  constraints: [],
  savepoints: [],
  typed: [],
  former: [],
});

/** A statement for the scene; null where it has nothing to be about. */
export type Make = (scene: Scene) => string | null;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function one<Item>(items: readonly Item[], { pick }: Pick<Scene, "pick">): Item | null {
  return items.length === 0 ? null : (items[pick(items.length)] ?? null);
}

/** One of texts of which there is at least one. */
export const some = ({ pick }: Pick<Scene, "pick">, ...texts: readonly [string, ...string[]]): string =>
  texts[pick(texts.length)] ?? texts[0];

const stems = [
  "orders",
  "t",
  "Order Lines",
  "größe",
  "名前",
  "user",
  'say "x"',
  "dot.ted",
  "$x",
  " ",
  "😀",
  "a_rather_long_name_that_goes_on_and_on_beyond_what_postgresql_keeps_of_it",
  "ein_ziemlich_länger_als_dreiundsechzig_zeichen_währender_spaltenname_übermäßig",
  "UPPER",
];

/** A name that nothing has yet, mostly; sometimes one that something had before, and one longer than the 63 bytes that PostgreSQL keeps. */
export function freshName(scene: Scene): string {
  const { made } = scene;
  made.serial += 1;
  const former = scene.pick(6) === 0 ? one(made.former, scene) : null;
  if (former !== null) return former;
  // In front, as a long name loses its end.
  return `${some(scene, "n", "N", "")}${made.serial}${one(stems, scene) ?? "t"}`;
}

/** One that needs no quotes, for what is named in texts of ours. */
export function plainName(scene: Scene, stem: string): string {
  scene.made.serial += 1;
  return `${stem}${scene.made.serial}`;
}

/** The way from a session to what is there: without the schema where the search_path leads to it, now and then. */
export function reference(scene: Scene, { schema, name }: { readonly schema: string; readonly name: string }): string {
  const { searchPath, relations } = scene.catalog;
  const first = searchPath.find((path) => relations.some((relation) => relation.schema === path && relation.name === name));
  return first === schema && scene.pick(3) > 0 ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

export const anyTable = (scene: Scene): Relation | null => one(scene.catalog.relations, scene);

export const tableOf = (scene: Scene, isOne: (relation: Relation) => boolean): Relation | null =>
  one(scene.catalog.relations.filter(isOne), scene);

/** Types that the user made and a column may have. */
export const userTypes = (scene: Scene, kind: TypeDefinition["kind"]): readonly TypeDefinition[] =>
  scene.catalog.types.filter((type) => type.kind === kind && type.schema !== "pg_catalog");

export const typeReference = ({ schema, name }: TypeDefinition): string => `${quoted(schema)}.${quoted(name)}`;

/** A statement on a table and one of its columns. */
export const onColumn =
  (make: (table: Relation, column: Column, scene: Scene) => string | null): Make =>
  (scene) => {
    const table = anyTable(scene);
    const column = table === null ? null : one(table.columns, scene);
    return table === null || column === null ? null : make(table, column, scene);
  };

/** `ALTER TABLE` of the table, with its variants in how it is named. */
export function alter(scene: Scene, table: Relation, rest: string): string {
  const head = some(scene, "", "", "", "", "IF EXISTS ", "ONLY ");
  return `ALTER TABLE ${head}${reference(scene, table)} ${rest}`;
}
