import type { TypeName } from "@pgsql/types";
import { builtinType, formatBuiltinType } from "../model/builtin-type.ts";
import { ident } from "../model/sql-name.ts";
import type { QualifiedName, WrittenType } from "../model/statement.ts";
import { constantText, qualify, read, strings } from "./tree.ts";

/** A type as written. Its text is what format_type() would print for a builtin type, else the name with its modifiers. */
export function writtenType(type: TypeName | undefined): WrittenType {
  const name = withCatalog(qualify(strings(type?.names)));
  const modifiers = modifiersOf(type);
  const dimensions = (type?.arrayBounds ?? []).length;
  const text = type?.pct_type === true ? `${printName(name)}%TYPE` : baseText(name, type, modifiers);
  return { name, modifiers, dimensions, text: text + (dimensions > 0 ? "[]" : "") };
}

/** JSON is a keyword from 17 on, whose grammar names the schema; before it is a plain name, which finds pg_catalog first. */
function withCatalog(name: QualifiedName): QualifiedName {
  return name.schema === null && name.name === "json" ? { schema: "pg_catalog", name: "json" } : name;
}

function modifiersOf(type: TypeName | undefined): readonly number[] {
  const modifiers: number[] = [];
  for (const node of type?.typmods ?? []) {
    const text = constantOf(node);
    if (text === null || !/^-?\d+$/.test(text)) return [];
    modifiers.push(Number(text));
  }
  return modifiers;
}

/** A constant, a negated constant (`numeric(3,-2)`), or a bare word (`geometry(Point, 4326)`). */
function constantOf(node: Parameters<typeof read>[0]): string | null {
  const { A_Expr, ColumnRef } = read(node);
  if (ColumnRef !== undefined) return strings(ColumnRef.fields).join(".");
  if (A_Expr === undefined) return constantText(node);
  const value = A_Expr.lexpr === undefined && strings(A_Expr.name)[0] === "-" ? constantText(A_Expr.rexpr) : null;
  return value === null ? null : `-${value}`;
}

function baseText(name: QualifiedName, type: TypeName | undefined, modifiers: readonly number[]): string {
  const builtin = name.schema === null || name.schema === "pg_catalog" ? builtinType(name.name) : null;
  if (builtin !== null) return formatBuiltinType(builtin, modifiers);
  const written = (type?.typmods ?? []).map((node) => constantOf(node) ?? "?");
  return printName(name) + (written.length > 0 ? `(${written.join(",")})` : "");
}

function printName(name: QualifiedName): string {
  return name.schema === null ? ident(name.name) : `${ident(name.schema)}.${ident(name.name)}`;
}
