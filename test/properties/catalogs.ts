import * as fc from "fast-check";
import { builtinType } from "../../src/model/builtin-type.ts";
import type { Catalog, Column, Publication, Relation, ReplicaIdentity, TypeDefinition, UniqueIndex } from "../../src/model/catalog.ts";

const nothing = { notNull: false, default: null, labels: [], attributes: [], checks: [], extension: null, element: null, base: null };

const BUILT_IN_NAMES =
  "bool bytea char name int8 int2 int4 text oid tid xid json xml point lseg path box polygon line cidr float4 float8 circle macaddr8 money macaddr " +
  "inet bpchar varchar date time timestamp timestamptz interval timetz bit varbit numeric refcursor regclass uuid pg_lsn tsvector tsquery jsonb " +
  "int4range numrange tsrange tstzrange daterange int8range jsonpath int4multirange";

const BUILT_IN: readonly TypeDefinition[] = BUILT_IN_NAMES.split(" ").flatMap((typname): readonly TypeDefinition[] => {
  const type = builtinType(typname);
  if (type === null) return [];
  const kind = typname.endsWith("multirange") ? "multirange" : typname.endsWith("range") ? "range" : "base";
  return [
    { ...nothing, oid: type.oid, schema: "pg_catalog", name: typname, kind },
    { ...nothing, oid: type.arrayOid, schema: "pg_catalog", name: `_${typname}`, kind: "array", element: type.oid },
  ];
});

/** Names that somebody has used: with dots, dashes, digits first, quotes, other scripts, emoji, nothing but blanks, and every unit of UTF-16. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("my-col", "x.y", "1st", "naïve", "名前", "😀", "a b", 'q"q', "$", " ", "Value", "before", "op", "ID", "id"),
  },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 12, unit: "binary" }) },
);

const modifier = fc.oneof(
  fc.constant(-1),
  fc.integer({ min: 0, max: 64 }),
  fc.constantFrom(((10 << 16) | 2) + 4, ((5 << 16) | 2046) + 4, ((3 << 16) | 5) + 4, 2147483647, 6 | 0x7fff0000),
);

const expression = fc.oneof(
  fc.constantFrom(
    "nextval('s'::regclass)",
    "now()",
    "'a'::text",
    "'it''s'::text",
    "NULL::text",
    "34",
    "(34)::bigint",
    "'{}'::text[]",
    "1e400",
  ),
  fc.constantFrom(
    "'infinity'::date",
    "'1 mon -02:00:00'::interval",
    "'NaN'::numeric",
    "'101'::\"bit\"",
    "'-1'::integer",
    "CURRENT_DATE",
    "true",
  ),
  fc.constantFrom(
    "'99999999999999999999'::bigint",
    "1.5",
    "'2024-02-30'::date",
    "'24:00:00'::time",
    "''::text",
    "'1e-400'::double precision",
  ),
  fc.string({ maxLength: 20, unit: "binary" }),
);

/** Types of the user: enums (also without labels), domains over anything (also over one another), composites, extensions, and their arrays. */
const userTypes = fc
  .array(
    fc.record({
      kind: fc.constantFrom("enum", "domain", "composite", "base", "range", "multirange", "pseudo"),
      name: fc.oneof(name, fc.constantFrom("citext", "hstore", "ltree", "geometry", "geography", "vector", "halfvec", "sparsevec", "isbn")),
      labels: fc.array(name, { maxLength: 4 }),
      base: fc.nat(200),
      modifier,
      notNull: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((drawn): readonly TypeDefinition[] => {
    const types: TypeDefinition[] = [];
    for (const [at, one] of drawn.entries()) {
      const oid = 20_000 + at * 2;
      const below = [...BUILT_IN, ...types];
      const base = below[one.base % below.length];
      const isDomain = one.kind === "domain" && base !== undefined;
      types.push({
        ...nothing,
        oid,
        schema: "public",
        name: one.name,
        kind: one.kind,
        labels: one.kind === "enum" ? one.labels.map((label, index) => ({ oid: 30_000 + at * 10 + index, label })) : [],
        base: isDomain ? { oid: base.oid, modifier: one.modifier, text: base.name } : null,
        notNull: isDomain && one.notNull,
      });
      types.push({ ...nothing, oid: oid + 1, schema: "public", name: `_${one.name}`, kind: "array", element: oid });
    }
    return types;
  });

function columns(types: readonly TypeDefinition[]): fc.Arbitrary<readonly Column[]> {
  // One oid that no type has: a catalog that was put together by hand.
  const oid = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...types.map((type) => type.oid)) },
    { weight: 1, arbitrary: fc.constant(99_999) },
  );
  const column = fc.record({
    name,
    type: fc.record({ oid, modifier, text: fc.constant("type") }),
    notNull: fc.boolean(),
    default: fc.option(expression),
    identity: fc.constantFrom(null, null, null, "always", "byDefault"),
    generated: fc.option(fc.record({ kind: fc.constantFrom("stored", "virtual"), expression }), { freq: 8 }),
    storage: fc.constantFrom("plain", "main", "external", "extended"),
  });
  const distinct = fc.uniqueArray(column, { maxLength: 9, selector: (one) => one.name });
  return distinct.map((list) =>
    list.map((one, at): Column => ({ ...one, position: at + 1, default: one.generated === null ? one.default : null })),
  );
}

function relation(oid: number, types: readonly TypeDefinition[]): fc.Arbitrary<Relation> {
  return columns(types).chain((list) => {
    const some = fc.subarray(list.map((one) => one.name));
    const keys = fc
      .subarray(
        list.map((one) => one.name),
        { minLength: Math.min(1, list.length) },
      )
      .map((names) => ({ name: "pk", columns: names }));
    const index = fc.record({ name, columns: some, expressions: fc.boolean() }).map(({ expressions, ...one }): UniqueIndex => ({
      ...one,
      columns: expressions ? [...one.columns, ""] : one.columns,
      expressions,
      partial: false,
      immediate: true,
      valid: true,
      usableAsIdentity: false,
    }));
    return fc.record({
      oid: fc.constant(oid),
      schema: fc.oneof({ weight: 4, arbitrary: fc.constant("public") }, { weight: 1, arbitrary: name }),
      name,
      kind: fc.constantFrom("table", "table", "table", "partitioned", "foreign"),
      persistence: fc.constantFrom("permanent", "permanent", "permanent", "unlogged"),
      columns: fc.constant(list),
      primaryKey: list.length === 0 ? fc.constant(null) : fc.option(keys, { freq: 3 }),
      uniqueIndexes: fc.array(index, { maxLength: 2 }),
      replicaIdentity: fc.constantFrom<ReplicaIdentity>("default", "nothing", "full", { index: "i" }),
      partitionKey: fc.constant(null),
      partitionOf: fc.option(fc.record({ schema: fc.constant("public"), name, bound: fc.constant("") }), { freq: 8 }),
      inherits: fc.constant(null),
    });
  });
}

function publication(relations: readonly Relation[]): fc.Arbitrary<Publication> {
  return fc.record({
    oid: fc.constant(1),
    name: fc.constant("dbz_publication"),
    allTables: fc.boolean(),
    publish: fc.subarray(["insert", "update", "delete", "truncate"] as const),
    viaRoot: fc.boolean(),
    generatedColumns: fc.constantFrom("none", "stored"),
    tables: fc.subarray(
      relations.map(({ schema, name: table, columns: all }) => ({
        schema,
        name: table,
        columns: all.slice(1).map((one) => one.name),
        where: null,
      })),
    ),
    schemas: fc.constant([]),
  });
}

/** Any catalog that could be, and some that could not. */
export const catalogs: fc.Arbitrary<Catalog> = userTypes.chain((own) => {
  const types = [...BUILT_IN, ...own];
  const relations = fc
    .integer({ min: 0, max: 4 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => relation(100 + at, types))));
  return relations.chain((list) =>
    fc.record({
      relations: fc.constant(list),
      types: fc.constant(types),
      publications: fc.option(publication(list), { freq: 3 }).map((one) => (one === null ? [] : [one])),
      searchPath: fc.constant(["public"]),
    }),
  );
});
