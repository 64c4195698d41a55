/** A type of pg_catalog that needs no catalog to be known. Oids are fixed in PostgreSQL's pg_type.dat. */
export interface BuiltinType {
  readonly oid: number;
  /** typname: `int4`. */
  readonly name: string;
  /** format_type() without a modifier: `integer`. */
  readonly text: string;
  readonly arrayOid: number;
  /** typstorage, which a column takes over. */
  readonly storage: "plain" | "main" | "external" | "extended";
}

const rows: readonly (readonly [string, number, number, string?])[] = [
  ["bool", 16, 1000, "boolean"],
  ["bytea", 17, 1001],
  ["char", 18, 1002, '"char"'],
  ["name", 19, 1003],
  ["int8", 20, 1016, "bigint"],
  ["int2", 21, 1005, "smallint"],
  ["int4", 23, 1007, "integer"],
  ["text", 25, 1009],
  ["oid", 26, 1028],
  ["tid", 27, 1010],
  ["xid", 28, 1011],
  ["json", 114, 199],
  ["xml", 142, 143],
  ["point", 600, 1017],
  ["lseg", 601, 1018],
  ["path", 602, 1019],
  ["box", 603, 1020],
  ["polygon", 604, 1027],
  ["line", 628, 629],
  ["cidr", 650, 651],
  ["float4", 700, 1021, "real"],
  ["float8", 701, 1022, "double precision"],
  ["circle", 718, 719],
  ["macaddr8", 774, 775],
  ["money", 790, 791],
  ["macaddr", 829, 1040],
  ["inet", 869, 1041],
  ["bpchar", 1042, 1014, "character"],
  ["varchar", 1043, 1015, "character varying"],
  ["date", 1082, 1182],
  ["time", 1083, 1183, "time without time zone"],
  ["timestamp", 1114, 1115, "timestamp without time zone"],
  ["timestamptz", 1184, 1185, "timestamp with time zone"],
  ["interval", 1186, 1187],
  ["timetz", 1266, 1270, "time with time zone"],
  ["bit", 1560, 1561],
  ["varbit", 1562, 1563, "bit varying"],
  ["numeric", 1700, 1231],
  ["refcursor", 1790, 2201],
  ["regclass", 2205, 2210],
  ["regtype", 2206, 2211],
  ["uuid", 2950, 2951],
  ["txid_snapshot", 2970, 2949],
  ["pg_lsn", 3220, 3221],
  ["tsvector", 3614, 3643],
  ["tsquery", 3615, 3645],
  ["jsonb", 3802, 3807],
  ["int4range", 3904, 3905],
  ["numrange", 3906, 3907],
  ["tsrange", 3908, 3909],
  ["tstzrange", 3910, 3911],
  ["daterange", 3912, 3913],
  ["int8range", 3926, 3927],
  ["jsonpath", 4072, 4073],
  ["int4multirange", 4451, 6150],
  ["nummultirange", 4532, 6151],
  ["tsmultirange", 4533, 6152],
  ["tstzmultirange", 4534, 6153],
  ["datemultirange", 4535, 6155],
  ["int8multirange", 4536, 6157],
  ["pg_snapshot", 5038, 5039],
  ["xid8", 5069, 271],
];

const PLAIN = new Set(
  "bool char name int8 int2 int4 oid tid xid point lseg box line float4 float8 circle macaddr8 money macaddr date time timestamp timestamptz interval timetz regclass regtype uuid pg_lsn tsquery xid8".split(
    " ",
  ),
);
const MAIN = new Set(["cidr", "inet", "numeric"]);

function storageOf(name: string): BuiltinType["storage"] {
  if (PLAIN.has(name)) return "plain";
  return MAIN.has(name) ? "main" : "extended";
}

const byName = new Map<string, BuiltinType>(
  rows.map(([name, oid, arrayOid, text]) => [name, { oid, name, text: text ?? name, arrayOid, storage: storageOf(name) }]),
);

const serials: Readonly<Record<string, string>> = {
  smallserial: "int2",
  serial2: "int2",
  serial: "int4",
  serial4: "int4",
  bigserial: "int8",
  serial8: "int8",
};

/** The builtin type of that typname, or null. */
export function builtinType(name: string): BuiltinType | null {
  return byName.get(name) ?? null;
}

/** The integer type behind `serial` and its kin, which the grammar takes for type names and CREATE TABLE rewrites; else null. */
export function serialType(name: string): BuiltinType | null {
  const integer = serials[name];
  return integer === undefined ? null : builtinType(integer);
}

// INTERVAL_MASK of utils/timestamp.h, as the grammar writes it into the first modifier.
const intervalFields: Readonly<Record<number, string>> = {
  4: " year",
  2: " month",
  8: " day",
  1024: " hour",
  2048: " minute",
  4096: " second",
  6: " year to month",
  1032: " day to hour",
  3080: " day to minute",
  7176: " day to second",
  3072: " hour to minute",
  7168: " hour to second",
  6144: " minute to second",
};
const FULL_RANGE = 0x7fff;
const FULL_PRECISION = 0xffff;

/** atttypmod of the builtin type for modifiers as written, as its typmodin function computes it; -1 where there is none. */
export function typeModifier(name: string, modifiers: readonly number[]): number {
  const [first, second] = modifiers;
  if (first === undefined) return -1;
  switch (name) {
    case "varchar":
    case "bpchar":
      return first + 4;
    case "numeric":
      return ((first << 16) | ((second ?? 0) & 0x7ff)) + 4;
    case "interval":
      return intervalModifier(first, second);
    case "bit":
    case "varbit":
    case "time":
    case "timetz":
    case "timestamp":
    case "timestamptz":
      return first;
    default:
      return -1;
  }
}

function intervalModifier(range: number, precision: number | undefined): number {
  if (precision === undefined) return range === FULL_RANGE ? -1 : (range << 16) | FULL_PRECISION;
  return (range << 16) | precision;
}

/** What format_type() prints for the builtin type with modifiers as written: `numeric(10,2)`, `timestamp(3) without time zone`. */
export function formatBuiltinType(type: BuiltinType, modifiers: readonly number[]): string {
  const [first, second] = modifiers;
  if (type.name === "interval" && first !== undefined) {
    return `interval${intervalFields[first] ?? ""}${second === undefined ? "" : `(${second})`}`;
  }
  if (type.name === "bpchar" && first === undefined) return "bpchar";
  if (typeModifier(type.name, modifiers) === -1) return type.text;
  if (type.name === "numeric") return `numeric(${first},${second ?? 0})`;
  const space = type.name.startsWith("time") ? type.text.indexOf(" ") : -1;
  return space === -1 ? `${type.text}(${first})` : `${type.text.slice(0, space)}(${first})${type.text.slice(space)}`;
}
