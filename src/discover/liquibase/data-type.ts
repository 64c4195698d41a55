/** Names that Liquibase turns into another type for PostgreSQL, in lower case and without what stands in parentheses (liquibase-core 4.31: datatype/core/*). */
const types: Readonly<Record<string, string>> = {
  ...named("BIGINT", "bigint int8 integer8 bigserial serial8 java.sql.types.bigint java.lang.long java.math.biginteger"),
  ...named("INTEGER", "int integer int4 int32 serial serial4 java.sql.types.integer java.lang.integer"),
  ...named("SMALLINT", "smallint int2 smallserial serial2 tinyint java.sql.types.smallint java.sql.types.tinyint"),
  ...named("BOOLEAN", "boolean bool java.sql.types.boolean java.lang.boolean"),
  ...named(
    "TEXT",
    "text clob longtext mediumtext tinytext nclob ntext longvarchar longnvarchar java.sql.types.clob java.sql.types.nclob java.sql.types.longvarchar java.sql.types.longnvarchar",
  ),
  ...named("OID", "blob java.sql.types.blob"),
  ...named(
    "BYTEA",
    "longblob tinyblob mediumblob bytea binary varbinary image longvarbinary java.sql.types.binary java.sql.types.varbinary java.sql.types.longvarbinary",
  ),
  ...named("DOUBLE PRECISION", "double java.sql.types.double java.lang.double"),
  ...named("UUID", "uuid uniqueidentifier java.util.uuid"),
  ...named("DECIMAL", "money currency smallmoney"),
  ...named("XML", "xml xmltype java.sql.types.sqlxml"),
  ...named("DATE", "date java.sql.types.date java.sql.date"),
};

/** Those that keep what stands in parentheses. */
const sized: Readonly<Record<string, string>> = {
  ...named(
    "VARCHAR",
    "varchar varchar2 nvarchar nvarchar2 character varying java.sql.types.varchar java.sql.types.nvarchar java.lang.string",
  ),
  ...named("CHAR", "char character bpchar java.sql.types.char java.sql.types.nchar"),
  ...named("DECIMAL", "decimal java.sql.types.decimal java.math.bigdecimal"),
  ...named("NUMERIC", "numeric number java.sql.types.numeric"),
  ...named("FLOAT", "float java.sql.types.float java.lang.float"),
};

const times: Readonly<Record<string, readonly [name: string, zone: string]>> = {
  ...Object.fromEntries(
    "timestamp datetime smalldatetime datetime2 java.sql.types.timestamp java.sql.timestamp java.util.date java.sql.types.datetime"
      .split(" ")
      .map((name) => [name, ["TIMESTAMP", "WITHOUT TIME ZONE"] as const]),
  ),
  timestamptz: ["TIMESTAMP", "WITH TIME ZONE"],
  "java.sql.types.timestamp_with_timezone": ["TIMESTAMP", "WITH TIME ZONE"],
  time: ["TIME", "WITHOUT TIME ZONE"],
  "java.sql.types.time": ["TIME", "WITHOUT TIME ZONE"],
  "java.sql.time": ["TIME", "WITHOUT TIME ZONE"],
  timetz: ["TIME", "WITH TIME ZONE"],
  "java.sql.types.time_with_timezone": ["TIME", "WITH TIME ZONE"],
};

function named(type: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, type]));
}

/** A changelog's type as Liquibase writes it for PostgreSQL; one that it does not know stays, without the case of its letters. */
export function dataType(written: string): string {
  const [, name = written, size = "", rest = ""] = /^\s*("[^"]*"|[\w.]+)\s*(\([^)]*\))?\s*(.*?)\s*$/s.exec(written) ?? [];
  const key = name.toLowerCase();
  if (key === "character" && /^varying/i.test(rest)) return `VARCHAR${/\([^)]*\)/.exec(rest)?.[0] ?? ""}`;
  if (key === "double" && /^precision$/i.test(rest)) return "DOUBLE PRECISION";
  const time = times[key];
  if (time !== undefined) return `${time[0]}${size} ${rest === "" ? time[1] : rest}`;
  const found = types[key];
  if (found !== undefined && !rest.startsWith("[")) return found;
  const kept = sized[key];
  // Oracle's (255 BYTE) and (255 CHAR) are a number of characters here (CharType, VarcharType).
  if (kept === "VARCHAR" && /^\(\s*2147483647\s*\)$/.test(size)) return "CHARACTER VARYING";
  if (kept?.endsWith("CHAR") === true && !rest.startsWith("[")) return `${kept}${size.replace(/\s+(?:BYTE|CHAR)\s*\)$/i, ")")}`;
  if (kept !== undefined && !rest.startsWith("[")) return `${kept}${size}`;
  // A list behind the type: Liquibase puts the size behind it too, where PostgreSQL does not want it.
  return rest.startsWith("[") ? `${kept ?? found ?? name}${size}${rest}` : `${name}${size}${rest === "" ? "" : ` ${rest}`}`;
}
