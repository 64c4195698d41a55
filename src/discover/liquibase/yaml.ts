import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Node } from "yaml";
import type { Element } from "./element.ts";

/**
 * The root of a YAML or JSON changelog as an element: a mapping's plain values are attributes, and what is nested are children; an item of a
 * list that is a mapping with one key is an element of that name, any other has the list's name. Null where it cannot be read.
 */
export function parseYaml(text: string): Element | null {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const pair = document.contents.items.find(({ key }) => keyText(key) === "databaseChangeLog");
  if (pair === undefined) return null;
  return toElement("databaseChangeLog", pair.value as Node | null, 0, text.length);
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Every node of a parsed document carries its range. */
const rangeOf = (node: unknown, start: number, end: number): readonly [number, number] => {
  const range = (node as { range?: readonly number[] } | null)?.range;
  return [range?.[0] ?? start, range?.[1] ?? end];
};

function toElement(name: string, node: Node | null, from: number, to: number): Element {
  const [start, end] = rangeOf(node, from, to);
  if (isSeq(node)) {
    const children = node.items.flatMap((item) => ofItem(name, item as Node | null, start, end));
    return { name, attributes: {}, children, text: "", start: from, end };
  }
  if (!isMap(node)) return { name, attributes: {}, children: [], text: scalarText(node), start: from, end };
  const attributes: Record<string, string> = {};
  const children: Element[] = [];
  for (const { key, value } of node.items) {
    const [at] = rangeOf(key, start, end);
    if (isMap(value) || isSeq(value)) children.push(toElement(keyText(key), value, at, end));
    else attributes[keyText(key)] = scalarText(value as Node | null);
  }
  return { name, attributes, children, text: "", start: from, end };
}

function ofItem(list: string, item: Node | null, start: number, end: number): readonly Element[] {
  const [at, to] = rangeOf(item, start, end);
  if (isMap(item) && item.items.length === 1) {
    const [pair] = item.items;
    if (pair !== undefined && (isMap(pair.value) || isSeq(pair.value))) return [toElement(keyText(pair.key), pair.value, at, to)];
    if (pair !== undefined && isScalar(pair.value) && list !== "columns") return [toElement(keyText(pair.key), pair.value, at, to)];
  }
  return [toElement(list, item, at, to)];
}

function scalarText(node: unknown): string {
  if (!isScalar(node)) return "";
  const { value, source } = node;
  if (value === null || value === undefined) return "";
  // As the parser of Liquibase prints a number: 1.10 is 1.1, and 1.00 is 1.0; a whole one has all its digits.
  if (typeof value !== "number" || /^[+-]?\d+$/.test(source ?? "")) return typeof value === "string" ? value : (source ?? String(value));
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
