import { type Arbitrary, array, nat, record } from "fast-check";
import { alterTable } from "./ddl/alter-table.ts";
import { other } from "./ddl/other.ts";
import { partitions } from "./ddl/partitions.ts";
import { publications } from "./ddl/publications.ts";
import type { Make, Scene } from "./ddl/scene.ts";
import { tables } from "./ddl/tables.ts";
import { types } from "./ddl/types.ts";

/** A choice that is turned into a statement about what is there by then. */
export interface Choice {
  readonly kind: number;
  /** For picking tables, columns, types and options. */
  readonly picks: readonly number[];
}

export const choices: Arbitrary<readonly Choice[]> = array(
  record({ kind: nat({ max: 9999 }), picks: array(nat({ max: 9999 }), { minLength: 12, maxLength: 12 }) }),
  { minLength: 8, maxLength: 44, size: "max" },
);

/** Run before all others: what the statements speak of, and, of most scripts, something to change besides tables. */
export const setUp = (kind: number): readonly string[] => [
  "CREATE SCHEMA other",
  'CREATE SCHEMA "Other One"',
  "CREATE SEQUENCE public.s",
  ...([
    ["CREATE TYPE mood AS ENUM ('a', 'b c')", "CREATE DOMAIN public.dom AS numeric(10,2) CONSTRAINT dom_positive CHECK (VALUE > 0)"],
    ['CREATE TYPE pair AS (a integer, "B" text)', "CREATE TABLE public.pairs OF pair"],
    ['CREATE TYPE pair AS (a integer, "B" text)', 'CREATE TABLE pairs (id integer PRIMARY KEY, p pair, "Ps" pair[])'],
    [
      "CREATE DOMAIN dom AS text[] DEFAULT '{}'",
      "CREATE TABLE base (id integer PRIMARY KEY, d dom)",
      "CREATE TABLE child () INHERITS (base)",
    ],
    ['CREATE TABLE base (id integer NOT NULL UNIQUE, "T" text)', "CREATE PUBLICATION pub0 FOR TABLE base (id) WHERE (id > 0)"],
    [],
  ][kind % 6] ?? []),
];

const makers: readonly (readonly [name: string, make: Make])[] = [
  ...Object.entries(tables),
  ...Object.entries(alterTable),
  ...Object.entries(partitions),
  ...Object.entries(types),
  ...Object.entries(publications),
  ...Object.entries(other),
  // Twice as often as the rest.
  ...["ADD COLUMN", "ALTER COLUMN … TYPE", "RENAME COLUMN", "DROP COLUMN", "ADD CONSTRAINT", "REPLICA IDENTITY"].map(again(alterTable)),
  ...["ATTACH PARTITION", "CREATE TABLE … PARTITION OF", "CREATE TABLE … PARTITION BY"].map(again(partitions)),
  ...["ALTER TYPE of an enum", "ALTER DOMAIN", "ALTER TYPE of a composite", "rename, move, drop of a type"].map(again(types)),
  ...["DETACH PARTITION", "ATTACH PARTITION"].map(again(partitions)),
  ...["INHERIT, NO INHERIT", "OF, NOT OF", "ALTER TABLE of many commands", "DROP, RENAME, VALIDATE CONSTRAINT"].map(again(alterTable)),
  ...["ALTER COLUMN", "ALTER COLUMN … TYPE"].map(again(alterTable)),
  ...["CREATE PUBLICATION", "ALTER, DROP PUBLICATION"].map(again(publications)),
];

function again(group: Readonly<Record<string, Make>>): (name: string) => readonly [string, Make] {
  return (name) => {
    const make = group[name];
    if (make === undefined) throw new Error(`nothing makes ${name}`);
    return [name, make];
  };
}

/** Tables first, as nearly all else is about one. */
export function makerOf(kind: number, { catalog }: Pick<Scene, "catalog">): { readonly name: string; readonly make: Make } {
  const few = catalog.relations.length < 2;
  const [name, make] =
    makers[few && kind % 4 !== 0 ? (kind % 8 < 6 ? 0 : makers.findIndex(([one]) => one.endsWith("PARTITION BY"))) : kind % makers.length] ??
    [];
  if (name === undefined || make === undefined) throw new Error("there is no maker");
  return { name, make };
}
