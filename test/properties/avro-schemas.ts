import type { JsonObject, JsonValue } from "../../src/model/json.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SchemaPair {
  readonly reader: JsonValue;
  readonly writer: JsonValue;
}

/** Two valid schemas that are alike: the second is made by the same choices but for some. */
export function schemaPair(seed: number): SchemaPair {
  const next = numbersOf(seed);
  const made: number[] = [];
  const reader = schema(() => {
    const choice = next();
    made.push(choice);
    return choice;
  });
  const noise = next() * 0.25;
  let at = 0;
  const writer = schema(() => {
    const known = made[at];
    at += 1;
    return known === undefined || next() < noise ? next() : known;
  });
  return { reader, writer };
}

interface Making {
  readonly choose: () => number;
  /** Full names that may be referred to, and the kind of type behind. */
  readonly named: Map<string, string>;
}

function schema(choose: () => number): JsonValue {
  const making: Making = { choose, named: new Map() };
  // Mostly a record, as in a registry.
  return choose() < 0.85 ? record(making, 3) : typeOf(making, 3);
}

const pick = <Item>({ choose }: Making, items: readonly [Item, ...Item[]]): Item => items[Math.floor(choose() * items.length)] ?? items[0];

const primitives = ["int", "long", "float", "double", "string", "bytes", "boolean", "null"] as const;

function typeOf(making: Making, depth: number): JsonValue {
  const kind = making.choose();
  if (depth === 0 || kind < 0.4) return primitive(making);
  if (kind < 0.6) return union(making, depth - 1);
  if (kind < 0.68) return { type: "array", items: typeOf(making, depth - 1) };
  if (kind < 0.74) return { type: "map", values: typeOf(making, depth - 1) };
  if (kind < 0.84) return enumeration(making);
  if (kind < 0.89) return fixed(making);
  return record(making, depth - 1);
}

function primitive(making: Making): JsonValue {
  const type = pick(making, primitives);
  return making.choose() < 0.8 ? type : { type, "connect.name": pick(making, ["a.B", "a.C"]) };
}

function union(making: Making, depth: number): JsonValue {
  const branches: JsonValue[] = making.choose() < 0.7 ? ["null"] : [];
  const names = new Set(branches.map(branchName));
  for (let more = Math.floor(making.choose() * 3); more >= 0; more -= 1) {
    const before = new Map(making.named);
    const branch = typeOf(making, depth);
    const name = branchName(branch);
    if (Array.isArray(branch) || names.has(name)) {
      // What it defined is gone with it.
      for (const defined of making.named.keys()) if (!before.has(defined)) making.named.delete(defined);
      continue;
    }
    names.add(name);
    branches.push(branch);
  }
  return branches;
}

/** What a union may have once only. */
function branchName(branch: JsonValue): string {
  if (typeof branch === "string") return branch;
  const { type, name, namespace } = branch as JsonObject;
  return name === undefined ? String(type) : `${String(namespace ?? "")}.${String(name)}`.replace(/^\./, "");
}

/** A new full name, or null where it is taken and the type has to be referred to. */
function nameFor(
  making: Making,
  names: readonly [string, ...string[]],
): { readonly name: string; readonly namespace: string; readonly full: string } {
  const [name, namespace] = [pick(making, names), pick(making, ["x", "x", "y.z"])];
  return { name, namespace, full: `${namespace}.${name}` };
}

function define(making: Making, names: readonly [string, ...string[]], kind: string, make: (own: JsonObject) => JsonValue): JsonValue {
  const { name, namespace, full } = nameFor(making, names);
  const known = making.named.get(full);
  if (known !== undefined) return full;
  making.named.set(full, kind);
  const aliases = making.choose() < 0.15 ? { aliases: [pick(making, ["R", "S", "x.S", "y.z.R", "E", "x.F"])] } : {};
  return make({ name, namespace, ...aliases });
}

function record(making: Making, depth: number): JsonValue {
  return define(making, ["R", "S", "T", "U"], "record", (own) => {
    const fields: JsonValue[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) if (making.choose() < 0.6) fields.push(field(making, name, depth));
    return { type: making.choose() < 0.03 ? "error" : "record", ...own, fields };
  });
}

function field(making: Making, name: string, depth: number): JsonValue {
  const type = typeOf(making, depth);
  const alias = making.choose() < 0.1 ? { aliases: [pick(making, ["a", "b", "c", "f"]), "g"].filter((one) => one !== name) } : {};
  const value = making.choose() < 0.5 ? defaultOf(type) : undefined;
  return { name, type, ...(value === undefined ? {} : { default: value }), ...alias };
}

/** A valid default of the type, where one is easily written. */
function defaultOf(type: JsonValue): JsonValue | undefined {
  if (Array.isArray(type)) return type.length === 0 ? undefined : defaultOf(type[0]);
  const name = typeof type === "string" ? type : (type as JsonObject)["type"];
  switch (name) {
    case "null":
      return null;
    case "int":
    case "long":
    case "float":
    case "double":
      return 1;
    case "string":
    case "bytes":
      return "d";
    case "boolean":
      return true;
    case "array":
      return [];
    case "map":
      return {};
    default:
      return undefined;
  }
}

function enumeration(making: Making): JsonValue {
  return define(making, ["E", "G"], "enum", (own) => {
    const symbols = ["A", "B", "C", "D"].filter(() => making.choose() < 0.7);
    const [first] = symbols;
    return { type: "enum", ...own, symbols, ...(first !== undefined && making.choose() < 0.3 ? { default: first } : {}) };
  });
}

function fixed(making: Making): JsonValue {
  return define(making, ["F", "H"], "fixed", (own) => ({ type: "fixed", ...own, size: 1 + Math.floor(making.choose() * 3) }));
}
