import type { Column } from "../../../src/model/catalog.ts";
import { freshName, one, plainName, quoted, reference, some, typeReference } from "./scene.ts";
import type { Scene } from "./scene.ts";

/** Types with texts that may stand as defaults: some are kept as they are, some rewritten, some not constant. */
const types: readonly (readonly [type: string, ...defaults: string[]])[] = [
  ["integer", "0", "-1", "1 + 1", "'7'"],
  ["bigint", "nextval('s')", "34", "'34'::bigint", "length('abc')"],
  ["smallint", "1", "1::smallint"],
  ["text", "'it''s'", "CURRENT_USER", "'a' || 'b'", "NULL", "E'\\n'", "upper('x')", "current_setting('server_encoding')"],
  ["varchar(40)", "'x'::text", "'x'"],
  ["varchar", "md5(random()::text)"],
  ["char(3)", "'abc'", "'a'"],
  ["name", "'n'", "CURRENT_CATALOG"],
  ["numeric(10,2)", "1.5", "'1.50'", "1e3"],
  ["numeric(5,-2)", "100"],
  ["numeric", "'NaN'", "0.10", "1/3.0"],
  ["boolean", "true", "'off'", "NOT false", "1 > 0"],
  ["timestamp(3)", "now()", "'2020-01-01'", "LOCALTIMESTAMP(3)"],
  ["timestamptz", "CURRENT_TIMESTAMP", "now() AT TIME ZONE 'utc'", "clock_timestamp()", "to_timestamp(0)"],
  ["date", "'2020-01-01'", "CURRENT_DATE", "now()", "'infinity'"],
  ["time(2)", "'10:00'", "LOCALTIME"],
  ["timetz", "'10:00+02'", "CURRENT_TIME"],
  ["interval", "'1 day'", "'1 mon -2 hours'", "make_interval(days => 3)"],
  ["interval day to second(2)", "'1 day'"],
  ["uuid", "gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"],
  ["jsonb", "'{}'", "'{\"a\": [1, 2]}'::jsonb", "jsonb_build_object('a', 1)", "to_jsonb(1)"],
  ["json", "'[]'"],
  ["bytea", "'\\x00'", "decode('00', 'hex')"],
  ["text[]", "'{}'", "ARRAY['a','b']", "ARRAY[]::text[]", "string_to_array('a,b', ',')"],
  ["integer[][]", "'{{1},{2}}'"],
  ["int4range", "'[1,2)'", "int4range(1, 2)"],
  ["tstzmultirange", "'{}'"],
  ["inet", "'10.0.0.1'"],
  ["cidr", "'10.0.0.0/8'"],
  ["macaddr", "'08:00:2b:01:02:03'"],
  ["bit(3)", "B'101'"],
  ["varbit(8)", "B'1'"],
  ["money", "5", "'1.23'"],
  ["double precision", "random()", "1e400", "'infinity'", "pi()"],
  ["real", "0.1", "1.0"],
  ["point", "'(0,0)'", "point(1, 2)"],
  ["xml", "'<a/>'"],
  ["tsvector", "to_tsvector('english', 'a b')"],
  ["oid", "0", "'s'::regclass"],
  ["regclass", "'s'"],
  ['"char"', "'a'"],
  ["pg_lsn", "'0/0'"],
];

interface Typed {
  readonly type: string;
  readonly defaults: readonly string[];
}

export function typeFor(scene: Scene): Typed {
  const own = scene.pick(5) === 0 ? one(scene.catalog.types.filter(isUsers), scene) : null;
  if (own !== null) {
    const type = `${typeReference(own)}${scene.pick(5) === 0 ? "[]" : ""}`;
    const [label] = own.labels;
    const value = label === undefined || type.endsWith("]") ? null : `'${label.label.replaceAll("'", "''")}'`;
    return { type, defaults: value === null ? ["NULL"] : [value, `${value}::${type}`] };
  }
  const [type = "text", ...defaults] = one(types, scene) ?? [];
  return { type, defaults };
}

const isUsers = ({ schema, kind }: { readonly schema: string; readonly kind: string }): boolean =>
  schema !== "pg_catalog" && (kind === "enum" || kind === "domain" || kind === "composite" || kind === "range");

export const defaultFor = (scene: Scene): string => one(typeFor(scene).defaults, scene) ?? "NULL";

const sequenceOptions = ["", "", " (START 10 INCREMENT 5)", " (MINVALUE -5 MAXVALUE 100 CYCLE)", " (SEQUENCE NAME own_%)"];

export function identity(scene: Scene): string {
  const options = (one(sequenceOptions, scene) ?? "").replace("own_%", plainName(scene, "own_seq"));
  return `GENERATED ${some(scene, "ALWAYS", "BY DEFAULT")} AS IDENTITY${options}`;
}

/** An expression of another column, for generated columns. */
export const generation = (column: string | null, scene: Scene): string =>
  column === null
    ? some(scene, "1", "2 * 3")
    : some(scene, `${quoted(column)}`, `length(${quoted(column)}::text)`, `CASE WHEN ${quoted(column)} IS NULL THEN 0 ELSE 1 END`);

export const generated = (scene: Scene, column: string | null): string =>
  `GENERATED ALWAYS AS (${generation(column, scene)})${some(scene, " STORED", " STORED", " VIRTUAL", "")}`;

/** A column with all that may stand behind its type. */
export function columnDefinition(scene: Scene, name = freshName(scene), others: readonly string[] = []): string {
  const head = quoted(name);
  const { type, defaults } = typeFor(scene);
  const value = one(defaults, scene) ?? "NULL";
  const other = one(others, scene);
  const table =
    scene.pick(3) === 0
      ? one(
          scene.catalog.relations.filter(({ primaryKey }) => primaryKey?.columns.length === 1),
          scene,
        )
      : null;
  const named = plainName(scene, "con");
  switch (scene.pick(17)) {
    case 0:
      return `${head} ${some(scene, "bigint", "integer", "smallint")} ${identity(scene)}`;
    case 1:
      return `${head} ${some(scene, "serial", "bigserial", "smallserial")}`;
    case 2:
      return `${head} ${type} DEFAULT ${value}`;
    case 3:
      return `${head} ${type} NOT NULL`;
    case 4:
      return `${head} ${type} NOT NULL DEFAULT ${value}`;
    case 5:
      return `${head} ${type} ${scene.pick(2) === 0 ? `CONSTRAINT ${named} ` : ""}CHECK (${head} IS NOT NULL)${some(scene, "", " NO INHERIT")}`;
    case 6:
      return `${head} ${some(scene, "text", "varchar(9)")} COLLATE ${some(scene, '"C"', 'pg_catalog."default"', '"POSIX"')}`;
    case 7:
      return `${head} ${some(scene, "text", "integer", "bigint")} ${generated(scene, other)}`;
    case 8:
      return `${head} ${type} CONSTRAINT ${named} NOT NULL`;
    case 9:
      return `${head} ${type} ${some(scene, "UNIQUE", "UNIQUE NULLS NOT DISTINCT", "UNIQUE DEFERRABLE INITIALLY DEFERRED", "PRIMARY KEY")}`;
    case 10:
      return table === null ? `${head} ${type} NULL` : `${head} integer REFERENCES ${reference(scene, table)} ON DELETE CASCADE`;
    case 11:
      return `${head} text ${some(scene, "COMPRESSION pglz", "STORAGE EXTERNAL", "STORAGE PLAIN")}`;
    default:
      return `${head} ${type}`;
  }
}

/** Types to which PostgreSQL casts the column's values by itself, at assignment. */
export function widened({ type }: Column, scene: Scene): string {
  if (/^(smallint|integer|bigint|real|double|numeric)/.test(type.text))
    return some(scene, "bigint", "numeric", "numeric(12,3)", "double precision", "integer", "text");
  if (/^(character|text|name)/.test(type.text)) return some(scene, "text", "varchar", "varchar(200)", "varchar(3)", "char(5)", "name");
  if (/^(timestamp|date)/.test(type.text)) return some(scene, "timestamp", "timestamptz", "timestamptz(0)", "date");
  if (/^(time|interval)/.test(type.text)) return some(scene, "time", "interval", "interval(0)");
  return some(scene, "text", type.text, "varchar(100)");
}
