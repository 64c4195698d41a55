import type { TypeSettings } from "../settings.ts";
import { isBuiltIn } from "../type-index.ts";
import { atLeast } from "../version.ts";
import { arraySchema } from "./array.ts";
import { binarySchema, bitSchema } from "./binary.ts";
import { plain } from "./build.ts";
import type { TypeSchema } from "./build.ts";
import { CIRCLE, GEOGRAPHY, geometrySchema, LINE, POINT } from "./geometry.ts";
import type { SizedType } from "./sized-type.ts";
import { moneySchema, numericSchema } from "./numeric.ts";
import { dateSchema, intervalSchema, timeSchema, timestampSchema, zonedTimeSchema, zonedTimestampSchema } from "./temporal.ts";
import { enumSchema, hstoreSchema, JSON_TEXT, LTREE, TSVECTOR, UUID, XML } from "./text.ts";
import { DOUBLE_VECTOR, FLOAT_VECTOR, SPARSE_VECTOR } from "./vector.ts";

/**
 * Schema of a column of this type (PostgresValueConverter.schemaBuilder); null when Debezium leaves the column out of its events.
 */
export function typeSchema(sized: SizedType, settings: TypeSettings): TypeSchema | null {
  const { type } = sized;
  if (type.kind === "enum") return enumSchema(type);
  if (type.kind === "array") return arraySchema(sized, settings, typeSchema);
  const known = isBuiltIn(type) ? builtInSchema(sized, settings) : extensionSchema(type.name, settings);
  return known ?? (settings.includeUnknown ? binarySchema(settings.binary) : null);
}

const BY_NAME: Readonly<Record<string, TypeSchema>> = {
  int2: plain("int16"),
  int4: plain("int32"),
  int8: plain("int64"),
  oid: plain("int64"),
  float4: plain("float"),
  float8: plain("double"),
  bool: plain("boolean"),
  json: JSON_TEXT,
  jsonb: JSON_TEXT,
  xml: XML,
  uuid: UUID,
  point: POINT,
};

/** Types whose values are plain strings; their arrays, but for `name` and `char`, are arrays of optional strings. */
const STRINGS: ReadonlySet<string> = new Set([
  "bpchar",
  "varchar",
  "text",
  "name",
  "char",
  "inet",
  "cidr",
  "macaddr",
  "macaddr8",
  "int4range",
  "int8range",
  "numrange",
  "tsrange",
  "tstzrange",
  "daterange",
]);

function builtInSchema(sized: SizedType, settings: TypeSettings): TypeSchema | null {
  const { name } = sized.type;
  const fixed = BY_NAME[name];
  if (fixed !== undefined) return fixed;
  if (STRINGS.has(name)) return plain("string");
  const precision = sized.scale ?? -1;
  switch (name) {
    case "bit":
    case "varbit":
      return bitSchema(sized.length);
    case "numeric":
      return numericSchema(sized.length, sized.scale, settings.decimal);
    case "money":
      return moneySchema(settings.moneyDigits, settings.decimal);
    case "bytea":
      return binarySchema(settings.binary);
    case "date":
      return dateSchema(settings.temporal);
    case "time":
      return timeSchema(settings.temporal, precision);
    case "timestamp":
      return timestampSchema(settings.temporal, precision);
    case "timetz":
      return zonedTimeSchema(settings.temporal);
    case "timestamptz":
      return zonedTimestampSchema(settings.temporal);
    case "interval":
      return intervalSchema(settings.temporal, settings.interval);
    case "tsvector":
      return atLeast(settings.version, 3, 3) ? TSVECTOR : null;
    default:
      return shapeSchema(name, settings);
  }
}

/** The built-in geometric types that Debezium reads from 3.7 on. */
function shapeSchema(name: string, settings: TypeSettings): TypeSchema | null {
  if (!atLeast(settings.version, 3, 7)) return null;
  if (name === "circle") return CIRCLE;
  if (name === "line") return LINE;
  return ["box", "lseg", "path", "polygon"].includes(name) ? geometrySchema(settings.version) : null;
}

/** Types of extensions, found by their bare name whatever their schema (io.debezium.connector.postgresql.TypeRegistry). */
function extensionSchema(name: string, settings: TypeSettings): TypeSchema | null {
  const vectors = atLeast(settings.version, 3, 0);
  switch (name) {
    case "citext":
    case "isbn":
      return plain("string");
    case "hstore":
      return hstoreSchema(settings.hstore);
    case "ltree":
      return LTREE;
    case "geometry":
      return geometrySchema(settings.version);
    case "geography":
      return GEOGRAPHY;
    case "vector":
      return vectors ? DOUBLE_VECTOR : null;
    case "halfvec":
      return vectors ? FLOAT_VECTOR : null;
    case "sparsevec":
      return vectors ? SPARSE_VECTOR : null;
    default:
      return null;
  }
}
