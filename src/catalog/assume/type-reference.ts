import type { Column, TypeDefinition, TypeReference } from "../../model/catalog.ts";
import { builtinType, formatBuiltinType, serialType, typeModifier } from "../../model/builtin-type.ts";
import type { BuiltinType } from "../../model/builtin-type.ts";
import { ident } from "../../model/sql-name.ts";
import type { QualifiedName, WrittenType } from "../../model/statement.ts";
import type { Draft } from "./draft.ts";

export const UNKNOWN_TYPE: TypeReference = { oid: 0, modifier: -1, text: "unknown" };

export interface ResolvedType {
  readonly type: TypeReference;
  readonly storage: Column["storage"];
  readonly isSerial: boolean;
}

/** The type a written one stands for; a type that neither PostgreSQL nor the catalog knows keeps its text, with oid 0 and a doubt. */
export function resolveType(draft: Draft, written: WrittenType): ResolvedType {
  const { schema, name } = written.name;
  const serial = schema === null ? serialType(name) : null;
  if (serial !== null) return { type: builtinReference(draft, serial, written), storage: "plain", isSerial: true };
  const own = findType(draft, written.name);
  if (own !== null) return { type: ownReference(draft, own, written), storage: storageOf(draft, own, written), isSerial: false };
  const builtin = schema === null || schema === "pg_catalog" ? builtinType(name) : null;
  if (builtin !== null) {
    const storage = written.dimensions > 0 ? "extended" : builtin.storage;
    return { type: builtinReference(draft, builtin, written), storage, isSerial: false };
  }
  draft.doubt(`type ${written.text} is not known`);
  return { type: { oid: 0, modifier: -1, text: written.text }, storage: "extended", isSerial: false };
}

/** A type of the catalog outside pg_catalog, by the search path. */
export function findType(draft: Draft, name: QualifiedName): TypeDefinition | null {
  const schemas = name.schema === null ? draft.searchPath : [name.schema];
  for (const schema of schemas) {
    const type = draft.types.find((candidate) => candidate.name === name.name && candidate.schema === schema);
    if (type !== undefined && schema !== "pg_catalog") return type;
  }
  return null;
}

/** What format_type() prints for a type outside pg_catalog, with an empty search_path. */
export function typeText(schema: string, name: string): string {
  return `${ident(schema)}.${ident(name)}`;
}

function builtinReference(draft: Draft, builtin: BuiltinType, written: WrittenType): TypeReference {
  ensure(draft, { oid: builtin.oid, schema: "pg_catalog", name: builtin.name, kind: baseKind(builtin.name), element: null });
  const modifier = typeModifier(builtin.name, written.modifiers);
  const text = formatBuiltinType(builtin, written.modifiers);
  if (written.dimensions === 0) return { oid: builtin.oid, modifier, text };
  ensure(draft, { oid: builtin.arrayOid, schema: "pg_catalog", name: `_${builtin.name}`, kind: "array", element: builtin.oid });
  return { oid: builtin.arrayOid, modifier, text: `${text}[]` };
}

function baseKind(name: string): TypeDefinition["kind"] {
  if (name.endsWith("multirange")) return "multirange";
  return name.endsWith("range") ? "range" : "base";
}

function ownReference(draft: Draft, type: TypeDefinition, written: WrittenType): TypeReference {
  const text = typeText(type.schema, type.name);
  if (written.dimensions === 0) return { oid: type.oid, modifier: -1, text };
  const known = draft.types.find((candidate) => candidate.element === type.oid);
  const array =
    known ??
    draft.addType(definition({ oid: draft.nextOid(), schema: type.schema, name: `_${type.name}`, kind: "array", element: type.oid }));
  return { oid: array.oid, modifier: -1, text: `${text}[]` };
}

/** An enum is four bytes; a domain is stored as its base. */
function storageOf(draft: Draft, type: TypeDefinition, written: WrittenType): Column["storage"] {
  if (written.dimensions > 0) return "extended";
  if (type.kind === "enum") return "plain";
  const base = draft.types.find((candidate) => candidate.oid === type.base?.oid);
  if (base === undefined) return "extended";
  return builtinType(base.name)?.storage ?? storageOf(draft, base, written);
}

type TypeParts = Pick<TypeDefinition, "oid" | "schema" | "name" | "kind" | "element"> & Partial<TypeDefinition>;

export function definition(parts: TypeParts): TypeDefinition {
  return { base: null, notNull: false, default: null, labels: [], attributes: [], checks: [], extension: null, ...parts };
}

/** The catalog lists every type that a column uses. */
function ensure(draft: Draft, parts: TypeParts): void {
  if (!draft.types.some((type) => type.oid === parts.oid)) draft.addType(definition(parts));
}
