import type { Column, TypeDefinition } from "../model/catalog.ts";
import { isBuiltIn, rootType } from "./type-index.ts";
import type { TypeIndex } from "./type-index.ts";
import { typeSize, UNKNOWN_LENGTH } from "./type-size.ts";
import type { TypeSize } from "./type-size.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

/** The two ways by which Debezium learns about a column: the driver's metadata, or pgoutput's Relation message. */
export type Origin = "snapshot" | "streaming";

/** A column as io.debezium.relational.Column holds it. */
export interface ColumnShape {
  readonly name: string;
  readonly origin: Origin;
  /** Type name as the driver (snapshot) or the type registry (streaming) gives it. */
  readonly typeName: string;
  /** The type below all domains. */
  readonly root: TypeDefinition;
  readonly isDomain: boolean;
  readonly types: TypeIndex;
  readonly length: number;
  /** Null: the driver gives none (numeric without precision, snapshot). */
  readonly scale: number | null;
  readonly optional: boolean;
  /** Text of the default expression; null where Debezium sees none. */
  readonly defaultText: string | null;
}

/** What the driver says of a column at the moment it is asked (java.sql.DatabaseMetaData.getColumns), beside its type. */
export interface DriverColumn {
  readonly optional: boolean;
  readonly defaultText: string | null;
}

/** What the driver says of a column while the catalog is as given. */
export function driverColumn(column: Column, types: TypeIndex): DriverColumn {
  const declared = types.get(column.type.oid);
  return {
    optional: !(column.notNull || (declared?.kind === "domain" && declared.notNull)),
    // The driver hands out the expression of a generated column as if it were a default.
    defaultText: column.default ?? column.generated?.expression ?? null,
  };
}

/**
 * `driver`: null when the driver does not know the column, or the column filter hides it from the decoder: it is then optional and has no default
 * (PgOutputMessageDecoder.handleRelationMessage). Null when the catalog does not hold the column's type.
 */
export function columnShape(
  column: Column,
  origin: Origin,
  types: TypeIndex,
  context: { readonly searchPath: readonly string[]; readonly version: DebeziumVersion },
  driver: DriverColumn | null,
): ColumnShape | null {
  const declared = types.get(column.type.oid);
  const found = rootType(column.type, types);
  if (declared === undefined || found === null) return null;
  const { searchPath, version } = context;
  const size = sizeOf(found.type, found.modifier, types, version);
  const bareNumeric =
    origin === "snapshot" && !found.isDomain && found.type.name === "numeric" && isBuiltIn(found.type) && found.modifier === -1;
  return {
    name: column.name,
    origin,
    // From 3.7 on the stream asks the driver for the name as well (dbz#2232).
    typeName: origin === "streaming" && !atLeast(version, 3, 7) ? declared.name : driverTypeName(column, declared, searchPath),
    root: found.type,
    isDomain: found.isDomain,
    types,
    length: bareNumeric ? 0 : size.length,
    scale: bareNumeric ? null : size.scale,
    optional: driver?.optional ?? true,
    defaultText: driver?.defaultText ?? null,
  };
}

const VECTORS: ReadonlySet<string> = new Set(["vector", "halfvec", "sparsevec"]);

/** Arrays have the length and scale of their element. */
function sizeOf(type: TypeDefinition, modifier: number, types: TypeIndex, version: DebeziumVersion): TypeSize {
  const element = type.kind === "array" && type.element !== null ? types.get(type.element) : undefined;
  const one = element ?? type;
  // Vectors keep their dimension in atttypmod, which the driver does not know and Debezium reads from 3.7 on (dbz#2220).
  if (type.kind === "base" && VECTORS.has(type.name) && atLeast(version, 3, 7)) return { length: modifier, scale: 0 };
  return isBuiltIn(one) ? typeSize(one.name, modifier) : { length: UNKNOWN_LENGTH, scale: 0 };
}

const SERIAL: Readonly<Record<string, string>> = { int2: "smallserial", int4: "serial", int8: "bigserial" };

function driverTypeName(column: Column, declared: TypeDefinition, searchPath: readonly string[]): string {
  if (isBuiltIn(declared)) {
    const serial = SERIAL[declared.name];
    return serial !== undefined && column.default?.includes("nextval(") === true ? serial : declared.name;
  }
  return searchPath.includes(declared.schema) ? declared.name : `"${declared.schema}"."${declared.name}"`;
}
