import type { Catalog, Column, Publication, Relation, TypeDefinition } from "../../src/model/catalog.ts";

const BASE: Readonly<Record<string, number>> = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  bit: 1560,
  varbit: 1562,
  numeric: 1700,
  uuid: 2950,
  box: 603,
  line: 628,
  point: 600,
  money: 790,
  bytea: 17,
  tsvector: 3614,
};

const nothing = { notNull: false, default: null, labels: [], attributes: [], checks: [], extension: null, element: null, base: null };

export const TYPES: readonly TypeDefinition[] = [
  ...Object.entries(BASE).map(([name, oid]): TypeDefinition => ({ ...nothing, oid, schema: "pg_catalog", name, kind: "base" })),
  { ...nothing, oid: 1007, schema: "pg_catalog", name: "_int4", kind: "array", element: 23 },
  { ...nothing, oid: 1009, schema: "pg_catalog", name: "_text", kind: "array", element: 25 },
  { ...nothing, oid: 1561, schema: "pg_catalog", name: "_bit", kind: "array", element: 1560 },
];

export interface ColumnSpec extends Partial<Omit<Column, "name" | "position" | "type">> {
  readonly type?: string;
  readonly modifier?: number;
}

/** A column of a built-in type; int4 when none is said. */
export function column(name: string, position: number, spec: ColumnSpec = {}): Column {
  const { type = "int4", modifier = -1, ...rest } = spec;
  const oid = TYPES.find((one) => one.name === type)?.oid ?? 0;
  return {
    name,
    position,
    type: { oid, modifier, text: type },
    notNull: false,
    default: null,
    identity: null,
    generated: null,
    storage: "plain",
    ...rest,
  };
}

/** A table `public.<name>` with a primary key on its first column. */
export function table(name: string, columns: readonly Column[], rest: Partial<Relation> = {}): Relation {
  const [first] = columns;
  return {
    oid: [...name].reduce((sum, char) => sum * 31 + (char.codePointAt(0) ?? 0), 7),
    schema: "public",
    name,
    kind: "table",
    persistence: "permanent",
    columns,
    primaryKey: first === undefined ? null : { name: `${name}_pkey`, columns: [first.name] },
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
    ...rest,
  };
}

export function catalog(relations: readonly Relation[], rest: Partial<Catalog> = {}): Catalog {
  return { relations, types: TYPES, publications: [], searchPath: ["public"], ...rest };
}

export function publication(rest: Partial<Publication> = {}): Publication {
  const publish = ["insert", "update", "delete", "truncate"] as const;
  return {
    oid: 1,
    name: "dbz_publication",
    allTables: false,
    publish,
    viaRoot: false,
    generatedColumns: "none",
    tables: [],
    schemas: [],
    ...rest,
  };
}
