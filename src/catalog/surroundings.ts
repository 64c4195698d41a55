import { quoteText } from "./sql-names.ts";

/** An object that no catalog holds and a pending migration may name: a view, a function, an index, a constraint. */
export interface Surrounding {
  /** For the user: "view public.active_orders". */
  readonly title: string;
  /** One or more statements that make it. */
  readonly sql: string;
}

/** An index or a constraint of a table that a catalog may hold too. */
export interface TableSurrounding extends Surrounding {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
}

/** What a live database has beside its catalog, as statements that PostgreSQL itself wrote (pg_get_functiondef, pg_get_indexdef …). */
export interface Surroundings {
  readonly schemas: readonly Surrounding[];
  readonly extensions: readonly Surrounding[];
  /** Range types, collations and text search configurations. */
  readonly types: readonly Surrounding[];
  readonly sequences: readonly Surrounding[];
  /** Also aggregates, operators and casts; each may be made again where it is there already. */
  readonly functions: readonly Surrounding[];
  /** Unique indexes and unique constraints: they replace what a catalog alone could only guess. */
  readonly unique: readonly TableSurrounding[];
  /** What must be on a table before it is attached to its parent: other indexes, CHECK and EXCLUDE constraints. */
  readonly local: readonly Surrounding[];
  /** Everything else, in no order: foreign keys, views, triggers, rules, policies, owned sequences. */
  readonly others: readonly Surrounding[];
  /** Made when all else is there; absent from what an earlier version pulled. */
  readonly eventTriggers?: readonly Surrounding[];
}

/** At most this many in one statement, so that none takes long. */
const batch = 100;

/**
 * Statements that make objects in whatever order works, each tried again as long as others succeed. One that cannot be made takes nothing with
 * it: its title is kept in a setting, for `tellLost`.
 */
export function makeAll(objects: readonly Surrounding[]): readonly string[] {
  const statements: string[] = [];
  for (let at = 0; at < objects.length; at += batch) statements.push(makeBatch(objects.slice(at, at + batch)));
  return statements;
}

const arrayOf = (texts: readonly string[]): string => `ARRAY[${texts.map(quoteText).join(", ")}]::text[]`;

function makeBatch(objects: readonly Surrounding[]): string {
  const body = `
DECLARE
  titles text[] := ${arrayOf(objects.map(({ title }) => title))};
  todo text[] := ${arrayOf(objects.map(({ sql }) => sql))};
  left_titles text[];
  left_todo text[];
BEGIN
  LOOP
    left_titles := '{}';
    left_todo := '{}';
    FOR i IN 1 .. pg_catalog.cardinality(todo) LOOP
      BEGIN
        EXECUTE todo[i];
      EXCEPTION WHEN OTHERS THEN
        left_titles := pg_catalog.array_append(left_titles, titles[i]);
        left_todo := pg_catalog.array_append(left_todo, todo[i]);
      END;
    END LOOP;
    EXIT WHEN pg_catalog.cardinality(left_todo) IN (0, pg_catalog.cardinality(todo));
    titles := left_titles;
    todo := left_todo;
  END LOOP;
  PERFORM pg_catalog.set_config('driftgate.lost', pg_catalog.concat_ws(', ', nullif(pg_catalog.current_setting('driftgate.lost', true), ''),
    nullif(pg_catalog.array_to_string(left_titles, ', '), '')), false);
END`;
  const tag = tagFor(body);
  return `DO ${tag}${body}\n${tag}`;
}

/** A dollar quote that the text does not hold. */
function tagFor(text: string): string {
  let tag = "$driftgate$";
  for (let count = 1; text.includes(tag); count += 1) tag = `$driftgate_${count}$`;
  return tag;
}

const lostMessage = "driftgate could not rebuild";

/** Fails, naming what could not be made, so that whoever runs it knows that something is missing from then on. */
export const tellLost = `DO $driftgate$
BEGIN
  IF pg_catalog.current_setting('driftgate.lost', true) <> '' THEN
    RAISE EXCEPTION '${lostMessage}: %', pg_catalog.current_setting('driftgate.lost', true);
  END IF;
END
$driftgate$`;

/** Titles in the error that `tellLost` raises; null where the text is another error. */
export function lostIn(text: string): string | null {
  const start = text.indexOf(`${lostMessage}: `);
  if (start === -1) return null;
  return text.slice(start + lostMessage.length + 2).replace(/ \(P0001\).*$/s, "");
}
