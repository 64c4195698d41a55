import type { Column, TypeDefinition } from "../model/catalog.ts";
import { isBuiltIn, rootType } from "./type-index.ts";
import type { TypeIndex } from "./type-index.ts";
import { typeSize, UNKNOWN_LENGTH } from "./type-size.ts";
import type { TypeSize } from "./type-size.ts";

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

/**
 * `unreadable`: the column's metadata is hidden from the decoder by the column filter, so it is optional and has no default
 * (PgOutputMessageDecoder.handleRelationMessage). Null when the catalog does not hold the column's type.
 */
export function columnShape(
  column: Column,
  origin: Origin,
  types: TypeIndex,
  searchPath: readonly string[],
  unreadable: boolean,
): ColumnShape | null {
  const declared = types.get(column.type.oid);
  const found = rootType(column.type, types);
  if (declared === undefined || found === null) return null;
  const size = sizeOf(found.type, found.modifier, types);
  const bareNumeric =
    origin === "snapshot" && !found.isDomain && found.type.name === "numeric" && isBuiltIn(found.type) && found.modifier === -1;
  return {
    name: column.name,
    origin,
    typeName: typeName(column, declared, origin, searchPath),
    root: found.type,
    isDomain: found.isDomain,
    types,
    length: bareNumeric ? 0 : size.length,
    scale: bareNumeric ? null : size.scale,
    optional: unreadable || !(column.notNull || (declared.kind === "domain" && declared.notNull)),
    // The driver hands out the expression of a generated column as if it were a default.
    defaultText: unreadable ? null : (column.default ?? column.generated?.expression ?? null),
  };
}

/** Arrays have the length and scale of their element. */
export function sizeOf(type: TypeDefinition, modifier: number, types: TypeIndex): TypeSize {
  const element = type.kind === "array" && type.element !== null ? types.get(type.element) : undefined;
  const one = element ?? type;
  // Vectors keep their dimension in atttypmod, which the driver does not know.
  return isBuiltIn(one) ? typeSize(one.name, modifier) : { length: UNKNOWN_LENGTH, scale: 0 };
}

const SERIAL: Readonly<Record<string, string>> = { int2: "smallserial", int4: "serial", int8: "bigserial" };

function typeName(column: Column, declared: TypeDefinition, origin: Origin, searchPath: readonly string[]): string {
  if (origin === "streaming") return declared.name;
  if (isBuiltIn(declared)) {
    const serial = SERIAL[declared.name];
    return serial !== undefined && column.default?.includes("nextval(") === true ? serial : declared.name;
  }
  return searchPath.includes(declared.schema) ? declared.name : `"${declared.schema}"."${declared.name}"`;
}
