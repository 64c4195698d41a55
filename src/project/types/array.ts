import type { TypeSettings } from "../settings.ts";
import { isBuiltIn } from "../type-index.ts";
import { atLeast } from "../version.ts";
import { binarySchema, bitSchema } from "./binary.ts";
import { arrayOf } from "./build.ts";
import type { TypeSchema } from "./build.ts";
import { timeSchema } from "./temporal.ts";
import { enumSchema } from "./text.ts";
import type { SizedType } from "./sized-type.ts";

/** Arrays that Debezium knows by oid and has no schema for: left out even with include.unknown.datatypes. */
const NEVER: ReadonlySet<string> = new Set(["money", "name", "interval", "varbit", "xml", "point", "refcursor"]);

/** Elements of built-in types with an array case of their own; every other element that has a schema is required. */
const OPTIONAL_ITEMS: ReadonlySet<string> = new Set([
  "int2",
  "int4",
  "int8",
  "oid",
  "float4",
  "float8",
  "bool",
  "char",
  "bpchar",
  "varchar",
  "text",
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
  "numeric",
  "date",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
  "uuid",
  "json",
  "jsonb",
  "bytea",
]);
const OPTIONAL_EXTENSION_ITEMS: ReadonlySet<string> = new Set(["citext", "hstore", "ltree", "geometry", "geography"]);

/** Arrays carry no name; more than one dimension is not told apart. `scalar` makes the schema of one element. */
export function arraySchema(
  sized: SizedType,
  settings: TypeSettings,
  scalar: (sized: SizedType, settings: TypeSettings) => TypeSchema | null,
): TypeSchema | null {
  const element = sized.type.element === null ? undefined : sized.types.get(sized.type.element);
  const unknown = settings.includeUnknown ? arrayOf(binarySchema(settings.binary), false) : null;
  if (element === undefined) return unknown;
  if (element.kind === "enum") return arrayOf(enumSchema(element), false);
  const builtIn = isBuiltIn(element);
  if (builtIn && NEVER.has(element.name)) return null;
  // Debezium has no array case for bit: a bit(n)[] column gets the scalar's schema.
  if (builtIn && element.name === "bit") return bitSchema(sized.length);
  // Measured: up to Debezium 3.0 the elements of time(p)[] are microseconds, whatever the precision and time.precision.mode.
  if (builtIn && element.name === "time" && !atLeast(settings.version, 3, 1)) return arrayOf(timeSchema("microseconds", 6), true);
  const items =
    element.kind === "base" || element.kind === "range"
      ? scalar({ ...sized, type: element }, { ...settings, includeUnknown: false })
      : null;
  if (items === null) return unknown;
  return arrayOf(items, (builtIn ? OPTIONAL_ITEMS : OPTIONAL_EXTENSION_ITEMS).has(element.name));
}
