import { type Arbitrary, array, nat, record } from "fast-check";

/** A choice that the interpreter turns into a statement about what is there by then. */
export interface Choice {
  readonly kind: number;
  /** For picking tables, columns, types and options. */
  readonly picks: readonly number[];
}

export const choices: Arbitrary<readonly Choice[]> = array(
  record({ kind: nat({ max: 9999 }), picks: array(nat({ max: 9999 }), { minLength: 8, maxLength: 8 }) }),
  { minLength: 6, maxLength: 40, size: "max" },
);

/** A unit that is sent together: one statement, or a transaction block. */
export type Unit = readonly string[];

interface Table {
  name: string;
  columns: string[];
  partitioned: boolean;
}

interface State {
  readonly tables: Table[];
  readonly types: string[];
  readonly enums: string[];
  readonly composites: string[];
  readonly publications: string[];
  readonly indexes: string[];
  serial: number;
}

type Make = (state: State, pick: (count: number) => number) => string | null;

const names = [
  "orders",
  "Order Lines",
  "größe",
  "Käufe",
  "t",
  "a_rather_long_name_that_goes_on_and_on_beyond_what_postgresql_keeps_of_it",
  "user",
  "名前",
];
const columnNames = ["id", "name", "Total", "order", "größe", "a b", "c", "note", "at", "flag"];
const types: readonly (readonly [type: string, fallback: string | null])[] = [
  ["integer", "0"],
  ["bigint", "nextval('s')"],
  ["smallint", "1"],
  ["text", "'it''s'"],
  ["varchar(40)", "'x'::text"],
  ["char(3)", "'abc'"],
  ["numeric(10,2)", "1.5"],
  ["numeric", "'NaN'"],
  ["boolean", "true"],
  ["timestamp(3)", "now()"],
  ["timestamptz", "CURRENT_TIMESTAMP"],
  ["date", "'2020-01-01'"],
  ["time(2)", "'10:00'"],
  ["interval", "'1 day'"],
  ["uuid", "gen_random_uuid()"],
  ["jsonb", "'{}'"],
  ["bytea", "'\\x00'"],
  ["text[]", "'{}'"],
  ["int4range", null],
  ["inet", "'10.0.0.1'"],
  ["bit(3)", "B'101'"],
  ["money", "5"],
  ["double precision", "random()"],
];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** PostgreSQL keeps 63 bytes, and no half character. */
function kept(name: string): string {
  const bytes = new TextEncoder().encode(name);
  return bytes.length <= 63 ? name : new TextDecoder().decode(bytes.slice(0, 63)).replace(/\uFFFD+$/, "");
}

function one<Item>(items: readonly Item[], pick: (count: number) => number): Item | null {
  return items.length === 0 ? null : (items[pick(items.length)] ?? null);
}

function typeOf(state: State, pick: (count: number) => number): readonly [string, string | null] {
  const own = pick(6) === 0 ? one(state.types, pick) : null;
  return own === null ? (one(types, pick) ?? ["text", null]) : [pick(5) === 0 ? `${own}[]` : own, null];
}

function columnDefinition(state: State, pick: (count: number) => number, name: string): string {
  const [type, fallback] = typeOf(state, pick);
  const parts = [`${quoted(name)} ${type}`];
  const extra = pick(8);
  if (extra === 0) return `${quoted(name)} bigint GENERATED ${pick(2) === 0 ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`;
  if (extra === 1 && fallback !== null) parts.push(`DEFAULT ${fallback}`);
  if (extra === 2) parts.push("NOT NULL");
  if (extra === 3 && fallback !== null) parts.push(`NOT NULL DEFAULT ${fallback}`);
  if (extra === 4) parts.push(`CHECK (${quoted(name)} IS NOT NULL)`);
  if (extra === 5 && type === "text") parts.push('COLLATE "C"');
  return parts.join(" ");
}

const fresh = (state: State, name: string): string => {
  state.serial += 1;
  return kept(`${name}${state.serial}`);
};

/** On a table that is there, and one of its columns. */
const onColumn =
  (make: (table: Table, column: string, state: State, pick: (count: number) => number) => string | null): Make =>
  (state, pick) => {
    const table = one(state.tables, pick);
    const column = table === null ? null : one(table.columns, pick);
    return table === null || column === null ? null : make(table, column, state, pick);
  };

const alter = (table: Table, rest: string): string => `ALTER TABLE ${table.name} ${rest}`;

const makers: readonly Make[] = [
  (state, pick) => {
    const name = quoted(fresh(state, one(names, pick) ?? "t"));
    const columns = ["id", ...columnNames.slice(1, 2 + pick(5))];
    const key = ["", ", PRIMARY KEY (id)", `, PRIMARY KEY (${quoted(columns.at(-1) ?? "id")}, id)`, ", UNIQUE (id)"][pick(4)] ?? "";
    state.tables.push({ name, columns: [...columns], partitioned: false });
    const unlogged = pick(12) === 0 ? "UNLOGGED " : "";
    return `CREATE ${unlogged}TABLE ${name} (${["id integer NOT NULL", ...columns.slice(1).map((column) => columnDefinition(state, pick, column))].join(", ")}${key})`;
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    const name = one(columnNames, pick);
    if (table === null || name === null) return null;
    const column = fresh(state, name);
    table.columns.push(column);
    return alter(table, `ADD COLUMN ${columnDefinition(state, pick, column)}`);
  },
  onColumn((table, column, _, pick) => {
    table.columns.splice(table.columns.indexOf(column), 1);
    return alter(table, `DROP COLUMN ${quoted(column)}${pick(2) === 0 ? " CASCADE" : ""}`);
  }),
  onColumn((table, column, state, pick) => {
    const name = fresh(state, one(columnNames, pick) ?? "c");
    table.columns[table.columns.indexOf(column)] = name;
    return alter(table, `RENAME COLUMN ${quoted(column)} TO ${quoted(name)}`);
  }),
  onColumn((table, column, state, pick) => {
    const [type] = typeOf(state, pick);
    return alter(table, `ALTER COLUMN ${quoted(column)} DROP DEFAULT, ALTER COLUMN ${quoted(column)} TYPE ${type} USING NULL::${type}`);
  }),
  onColumn((table, column, _, pick) => alter(table, `ALTER COLUMN ${quoted(column)} ${pick(2) === 0 ? "SET" : "DROP"} NOT NULL`)),
  onColumn((table, column, _, pick) => {
    const fallback = one(types, pick)?.[1] ?? "NULL";
    return alter(table, `ALTER COLUMN ${quoted(column)} ${pick(3) === 0 ? "DROP DEFAULT" : `SET DEFAULT ${fallback}`}`);
  }),
  onColumn((table, column, _, pick) => {
    const kind = pick(4);
    if (kind === 0) return alter(table, `ADD PRIMARY KEY (${quoted(column)})`);
    if (kind === 1) return alter(table, `ADD UNIQUE (${quoted(column)})`);
    return alter(table, `ADD CHECK (${quoted(column)} IS NOT NULL) NOT VALID`);
  }),
  onColumn((table, column, state, pick) => {
    const name = quoted(fresh(state, "idx"));
    state.indexes.push(name);
    const tail = ["", " WHERE false", " NULLS NOT DISTINCT", " INCLUDE (id)"][pick(4)] ?? "";
    const key = pick(5) === 0 ? `md5(${quoted(column)}::text)` : quoted(column);
    return `CREATE ${pick(3) === 0 ? "" : "UNIQUE "}INDEX ${name} ON ${table.name} (${key})${tail}`;
  }),
  (state, pick) => {
    const index = one(state.indexes, pick);
    return index === null ? null : `DROP INDEX ${index}`;
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    if (table === null) return null;
    const index = one(state.indexes, pick);
    const wanted = ["FULL", "NOTHING", "DEFAULT", index === null ? "FULL" : `USING INDEX ${index}`][pick(4)] ?? "FULL";
    return alter(table, `REPLICA IDENTITY ${wanted}`);
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    if (table === null) return null;
    const before = table.name;
    const name = quoted(fresh(state, one(names, pick) ?? "t"));
    table.name = before.startsWith("other.") ? `other.${name}` : name;
    return `ALTER TABLE ${before} RENAME TO ${name}`;
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    if (table === null) return null;
    const before = table.name;
    const away = !before.startsWith("other.");
    table.name = away ? `other.${before}` : before.slice("other.".length);
    return `ALTER TABLE ${before} SET SCHEMA ${away ? "other" : "public"}`;
  },
  (state, pick) => {
    const at = state.tables.length === 0 ? -1 : pick(state.tables.length);
    const [table] = at === -1 ? [] : state.tables.splice(at, 1);
    return table === undefined ? null : `DROP TABLE ${table.name} CASCADE`;
  },
  (state, pick) => {
    const name = fresh(state, "mood");
    state.types.push(name);
    state.enums.push(name);
    return `CREATE TYPE ${name} AS ENUM ('a'${pick(2) === 0 ? ", 'b c', 'd''e'" : ""})`;
  },
  (state, pick) => {
    const name = one(state.enums, pick);
    if (name === null) return null;
    const label = fresh(state, "label");
    return pick(3) === 0
      ? `ALTER TYPE ${name} RENAME VALUE 'a' TO '${label}'`
      : `ALTER TYPE ${name} ADD VALUE '${label}'${pick(2) === 0 ? " BEFORE 'a'" : ""}`;
  },
  (state, pick) => {
    const name = fresh(state, "dom");
    state.types.push(name);
    return `CREATE DOMAIN ${name} AS ${one(types, pick)?.[0] ?? "text"}${["", " NOT NULL", " CHECK (VALUE IS NOT NULL)"][pick(3)] ?? ""}`;
  },
  (state, pick) => {
    const name = fresh(state, "pair");
    state.types.push(name);
    state.composites.push(name);
    return `CREATE TYPE ${name} AS (a ${one(types, pick)?.[0] ?? "text"}, "B" text)`;
  },
  (state, pick) => {
    const name = one(state.composites, pick);
    if (name === null) return null;
    const attribute = fresh(state, "attr");
    return (
      [
        `ALTER TYPE ${name} ADD ATTRIBUTE ${attribute} integer CASCADE`,
        `ALTER TYPE ${name} DROP ATTRIBUTE IF EXISTS a CASCADE`,
        `ALTER TYPE ${name} RENAME ATTRIBUTE "B" TO ${attribute} CASCADE`,
      ][pick(3)] ?? null
    );
  },
  (state, pick) => {
    const at = state.types.length === 0 ? -1 : pick(state.types.length);
    const [name] = at === -1 ? [] : state.types.splice(at, 1);
    return name === undefined ? null : `DROP TYPE ${name} CASCADE`;
  },
  (state, pick) => {
    const name = quoted(fresh(state, "parts"));
    state.tables.push({ name, columns: ["id", "at"], partitioned: true });
    return `CREATE TABLE ${name} (id integer, at date NOT NULL${pick(2) === 0 ? ", PRIMARY KEY (id, at)" : ""}) PARTITION BY ${pick(2) === 0 ? "RANGE" : "LIST"} (at)`;
  },
  (state, pick) => {
    const root = one(
      state.tables.filter(({ partitioned }) => partitioned),
      pick,
    );
    if (root === null) return null;
    const name = quoted(fresh(state, "part"));
    state.tables.push({ name, columns: ["id", "at"], partitioned: false });
    const year = 2000 + state.serial;
    return pick(3) === 0
      ? `CREATE TABLE ${name} PARTITION OF ${root.name} DEFAULT`
      : `CREATE TABLE ${name} PARTITION OF ${root.name} FOR VALUES ${pick(2) === 0 ? `FROM ('${year}-01-01') TO ('${year + 1}-01-01')` : `IN ('${year}-02-02')`}`;
  },
  (state, pick) => {
    const root = one(
      state.tables.filter(({ partitioned }) => partitioned),
      pick,
    );
    const part = one(state.tables, pick);
    if (root === null || part === null) return null;
    const year = 3000 + state.serial;
    return pick(2) === 0
      ? `ALTER TABLE ${root.name} DETACH PARTITION ${part.name}`
      : `ALTER TABLE ${root.name} ATTACH PARTITION ${part.name} FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01')`;
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    if (table === null) return null;
    const name = quoted(fresh(state, "copy"));
    state.tables.push({ name, columns: [...table.columns], partitioned: false });
    return pick(2) === 0
      ? `CREATE TABLE ${name} (LIKE ${table.name}${["", " INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING INDEXES"][pick(3)] ?? ""})`
      : pick(2) === 0
        ? `CREATE TABLE ${name} () INHERITS (${table.name})`
        : `CREATE TABLE ${name} AS TABLE ${table.name} WITH NO DATA`;
  },
  (state, pick) => {
    const table = one(state.tables, pick);
    const name = fresh(state, "pub");
    state.publications.push(name);
    const column = table === null ? null : one(table.columns, pick);
    const options = ["", " WITH (publish = 'insert, update')", " WITH (publish_via_partition_root = true)"][pick(3)] ?? "";
    if (table === null || column === null || pick(4) === 0)
      return `CREATE PUBLICATION ${name} FOR ${pick(2) === 0 ? "ALL TABLES" : "TABLES IN SCHEMA public"}${options}`;
    return `CREATE PUBLICATION ${name} FOR TABLE ${table.name}${["", ` (${quoted(column)})`, ` WHERE (${quoted(column)} IS NOT NULL)`][pick(3)] ?? ""}${options}`;
  },
  (state, pick) => {
    const name = one(state.publications, pick);
    const table = one(state.tables, pick);
    if (name === null || table === null) return null;
    return (
      [
        `ALTER PUBLICATION ${name} ADD TABLE ${table.name}`,
        `ALTER PUBLICATION ${name} DROP TABLE ${table.name}`,
        `ALTER PUBLICATION ${name} SET TABLE ${table.name}`,
        `ALTER PUBLICATION ${name} SET (publish = 'delete')`,
        `DROP PUBLICATION ${name}`,
      ][pick(5)] ?? null
    );
  },
  onColumn((table, column, state, pick) => {
    const second = one(table.columns, pick) ?? column;
    const added = fresh(state, "many");
    table.columns.push(added);
    return alter(
      table,
      `ADD COLUMN ${quoted(added)} text DEFAULT 'x', ALTER COLUMN ${quoted(second)} DROP NOT NULL, ALTER COLUMN ${quoted(added)} SET NOT NULL`,
    );
  }),
  onColumn((table, column, state, pick) => {
    const added = fresh(state, "gen");
    table.columns.push(added);
    return alter(
      table,
      `ADD COLUMN ${quoted(added)} text GENERATED ALWAYS AS (${quoted(column)}::text) ${pick(2) === 0 ? "STORED" : "VIRTUAL"}`,
    );
  }),
  onColumn(
    (table, column) =>
      `DO $$ BEGIN EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS by_do text', '${table.name.replaceAll("'", "''")}'); ALTER TABLE ${table.name} ALTER COLUMN ${quoted(column)} DROP DEFAULT; END $$`,
  ),
  onColumn((table, column, state) => `CREATE VIEW ${quoted(fresh(state, "view"))} AS SELECT ${quoted(column)} FROM ${table.name}`),
  onColumn((table, column, _, pick) => `COMMENT ON COLUMN ${table.name}.${quoted(column)} IS '${pick(9)}'`),
  (state, pick) => {
    const table = one(state.tables, pick);
    return table === null ? null : alter(table, pick(2) === 0 ? "SET UNLOGGED" : "SET LOGGED");
  },
];

/** Names of the makers, for the share of each kind in a run. */
export const kindOf = (sql: string): string =>
  sql
    .split(/[\s(]+/, 2)
    .join(" ")
    .toUpperCase();

/** Statements in the order of the choices; some go together in a transaction that commits or is taken back. */
export function scriptOf(all: readonly Choice[]): readonly Unit[] {
  const state: State = { tables: [], types: [], enums: [], composites: [], publications: [], indexes: [], serial: 0 };
  const units: Unit[] = [["CREATE SCHEMA other"], ["CREATE SEQUENCE s"]];
  let block: string[] | null = null;
  for (const { kind, picks } of all) {
    let at = 0;
    const pick = (count: number): number => (picks[at++ % picks.length] ?? 0) % count;
    const sql = makers[state.tables.length === 0 ? 0 : kind % makers.length]?.(state, pick) ?? null;
    if (sql === null) continue;
    if (block !== null) {
      block.push(sql);
      if (kind % 3 === 0) {
        units.push(["BEGIN", ...block, kind % 2 === 0 ? "COMMIT" : "ROLLBACK"]);
        block = null;
      }
    } else if (kind % 7 === 0) block = [sql];
    else units.push([sql]);
  }
  if (block !== null) units.push(["BEGIN", ...block, "COMMIT"]);
  return units;
}
