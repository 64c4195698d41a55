import type { Node, RangeVar } from "@pgsql/types";
import type { QualifiedName } from "../model/statement.ts";

type KeysOfUnion<T> = T extends unknown ? keyof T : never;
export type NodeName = KeysOfUnion<Node>;
type NodeOf<K extends NodeName> = Extract<Node, Record<K, unknown>>[K & keyof Extract<Node, Record<K, unknown>>];

/** A node seen as a record of which exactly one key is set: its type. */
export type NodeRecord = { readonly [K in NodeName]?: NodeOf<K> };

export function read(node: Node | undefined): NodeRecord {
  // Every member of the union is an object with one key, so that reading an absent one gives undefined.
  return (node ?? {}) as NodeRecord;
}

/** The node's type: `SelectStmt`. */
export function nameOf(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

/** The strings of a list of String nodes. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => read(node).String?.sval ?? "");
}

/** The last two parts of a dotted name; a database name before them is left out. */
export function qualify(parts: readonly string[]): QualifiedName {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? "" };
}

export function relationName(relation: RangeVar | undefined): QualifiedName {
  return { schema: relation?.schemaname ?? null, name: relation?.relname ?? "" };
}

/** Name of whatever a statement on objects points to: a list of strings, a type, a string, a function with its arguments. */
export function objectName(node: Node | undefined): QualifiedName {
  const { List, TypeName, String, ObjectWithArgs } = read(node);
  if (List !== undefined) return qualify(strings(List.items));
  if (TypeName !== undefined) return qualify(strings(TypeName.names));
  if (ObjectWithArgs !== undefined) return qualify(strings(ObjectWithArgs.objname));
  return { schema: null, name: String?.sval ?? "" };
}

/** Text of a DefElem's or A_Const's value, as far as it is a constant. */
export function constantText(node: Node | undefined): string | null {
  const { A_Const, String, Integer, Float, Boolean, TypeCast } = read(node);
  if (String !== undefined) return String.sval ?? "";
  if (Integer !== undefined) return `${Integer.ival ?? 0}`;
  if (Float !== undefined) return Float.fval ?? "0";
  if (Boolean !== undefined) return `${Boolean.boolval ?? false}`;
  if (TypeCast !== undefined) return constantText(TypeCast.arg);
  if (A_Const === undefined) return null;
  if (A_Const.sval !== undefined) return A_Const.sval.sval ?? "";
  if (A_Const.ival !== undefined) return `${A_Const.ival.ival ?? 0}`;
  if (A_Const.fval !== undefined) return A_Const.fval.fval ?? "0";
  if (A_Const.boolval !== undefined) return `${A_Const.boolval.boolval ?? false}`;
  return null;
}

/** Syntax of their own from 17 on, function calls before. */
const CONSTRUCTS = ["json", "json_exists", "json_query", "json_scalar", "json_serialize", "json_value", "merge_action"];

/** Names of the functions called anywhere below the node, lower case, unqualified, each once. Iterative: trees can be deep. */
export function functionsIn(root: unknown): readonly string[] {
  const found = new Set<string>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (typeof value === "object" && value !== null) visit(value, open, found);
  }
  for (const name of CONSTRUCTS) found.delete(name);
  return [...found].sort();
}

function visit(value: object, open: unknown[], found: Set<string>): void {
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== "object") continue;
    // `funcname` holds String nodes in FuncCall, and in the PL/pgSQL-free trees nowhere else.
    if (key === "funcname" && Array.isArray(child)) found.add(lastName(child).toLowerCase());
    open.push(child);
  }
}

function lastName(names: readonly Node[]): string {
  return read(names.at(-1)).String?.sval ?? "";
}
