import { parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node as JsonNode, ParseError } from "jsonc-parser";
import { isAlias, isMap, isNode, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document, Pair } from "yaml";
import { UserError } from "../errors.ts";
import { positionAt } from "../model/position.ts";

/** A parsed JSON or YAML text as far as configurations need it. Offsets are those of the text. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly kind: "map";
  readonly entries: readonly TreeEntry[];
  readonly start: number;
}

export interface TreeEntry {
  readonly key: string;
  readonly value: Tree;
  /** From the key's first character to after the value. */
  readonly start: number;
  readonly end: number;
}

interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly start: number;
}

interface ScalarTree {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly start: number;
}

/** JSON with comments and trailing commas. @throws UserError CONNECTOR_INVALID with line and column */
export function parseJsonTree(text: string, path: string): Tree {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [error] = errors;
  if (error !== undefined)
    throw invalidAt(path, text, error.offset, `the JSON cannot be read (${words(printParseErrorCode(error.error))})`);
  if (root === undefined) throw invalidAt(path, text, 0, "it is empty");
  return fromJson(root);
}

function fromJson(node: JsonNode): Tree {
  const start = node.offset;
  const children = node.children ?? [];
  if (node.type === "array") return { kind: "list", items: children.map((item) => fromJson(item)), start };
  if (node.type !== "object") {
    // A JSON scalar is one of these.
    return { kind: "scalar", value: node.value as ScalarTree["value"], start };
  }
  const entries = children.flatMap(({ children: pair, offset, length }): readonly TreeEntry[] => {
    const [key, value] = pair ?? [];
    if (key === undefined || value === undefined) return [];
    return [{ key: String(key.value), value: fromJson(value), start: offset, end: offset + length }];
  });
  return { kind: "map", entries, start };
}

/** All documents of a YAML text, empty ones left out. @throws UserError CONNECTOR_INVALID with line and column */
export function parseYamlTrees(text: string, path: string): readonly Tree[] {
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: true });
  // An empty text has no documents, only their errors.
  const list = Array.isArray(documents) ? documents : [];
  for (const { errors } of list) {
    const [error] = errors;
    if (error !== undefined) throw invalidAt(path, text, error.pos[0], error.message);
  }
  return list.flatMap((document) => {
    if (document.contents === null) return [];
    return [fromYaml(document.contents, { path, text, document, aliases: 0 })];
  });
}

interface YamlReading {
  readonly path: string;
  readonly text: string;
  readonly document: Document;
  aliases: number;
}

/** Aliases of aliases can stand for more than the memory holds. */
const MAX_ALIASES = 50;

function fromYaml(node: unknown, reading: YamlReading): Tree {
  if (isAlias(node)) {
    reading.aliases += 1;
    const target = node.resolve(reading.document);
    if (target === undefined || reading.aliases > MAX_ALIASES)
      throw invalidAt(reading.path, reading.text, node.range?.[0] ?? 0, `the alias *${node.source} cannot be resolved`);
    return fromYaml(target, reading);
  }
  if (isMap(node)) return { kind: "map", entries: node.items.map((pair) => yamlEntry(pair, reading)), start: startOf(node) };
  if (isSeq(node)) return { kind: "list", items: node.items.map((item) => fromYaml(item, reading)), start: startOf(node) };
  const value: unknown = isScalar(node) ? node.value : null;
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return { kind: "scalar", value: isPlain ? value : null, start: startOf(node) };
}

function yamlEntry({ key, value }: Pair, reading: YamlReading): TreeEntry {
  const start = startOf(key);
  const end = isNode(value) ? value.range?.[1] : undefined;
  // A null key (`~`) stands for the value of the mapping itself in the YAML of Quarkus.
  return { key: isScalar(key) ? String(key.value ?? "") : "", value: fromYaml(value, reading), start, end: end ?? start };
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** The one message about a file that cannot be read as a configuration. */
export function invalidAt(path: string, text: string, offset: number, detail: string): UserError {
  const { line, column } = positionAt(text, offset);
  return new UserError("CONNECTOR_INVALID", `${path}:${line}:${column}: ${detail}. Correct the file.`);
}
