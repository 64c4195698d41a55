import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, YAMLMap } from "yaml";
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
  return new Reader(document).element("databaseChangeLog", pair.value, 0, text.length);
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Every node of a parsed document carries its range. */
const rangeOf = (node: unknown, start: number, end: number): readonly [number, number] => {
  const range = (node as { range?: readonly number[] } | null)?.range;
  return [range?.[0] ?? start, range?.[1] ?? end];
};

/** Deeper than any changelog: an anchor may hold an alias of itself. */
const maxDepth = 100;

class Reader {
  readonly #document: Document;
  #depth = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  element(name: string, written: unknown, from: number, to: number): Element {
    const node = this.#target(written);
    const [start, end] = rangeOf(written, from, to);
    const empty: Element = { name, attributes: {}, children: [], text: "", start: from, end };
    if (this.#depth > maxDepth) return empty;
    this.#depth += 1;
    try {
      if (isSeq(node)) return { ...empty, children: node.items.flatMap((item) => this.#items(name, item, start, end)) };
      if (!isMap(node)) return { ...empty, text: scalarText(node) };
      return { ...empty, ...this.#contents(node, start, end) };
    } finally {
      this.#depth -= 1;
    }
  }

  /** What an alias stands for. */
  #target(node: unknown): unknown {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  #contents(node: YAMLMap, start: number, end: number): Pick<Element, "attributes" | "children"> {
    const attributes: Record<string, string> = {};
    const children: Element[] = [];
    const own = new Set(node.items.map(({ key }) => keyText(key)));
    for (const { key, value } of node.items) {
      const name = keyText(key);
      const [at] = rangeOf(key, start, end);
      const target = this.#target(value);
      if (name === "<<") {
        for (const merged of isSeq(target) ? target.items.map((item) => this.#target(item)) : [target]) {
          if (!isMap(merged)) continue;
          const more = this.#contents(merged, at, end);
          for (const [key2, text] of Object.entries(more.attributes)) if (!own.has(key2)) attributes[key2] ??= text;
          children.push(...more.children.filter((child) => !own.has(child.name)));
        }
      } else if (isMap(target) || isSeq(target)) children.push(this.element(name, value, at, end));
      else if (target !== null && (!isScalar(target) || target.value !== null)) attributes[name] = scalarText(target);
    }
    return { attributes, children };
  }

  #items(list: string, written: unknown, start: number, end: number): readonly Element[] {
    const [at, to] = rangeOf(written, start, end);
    const item = this.#target(written);
    if (isMap(item) && item.items.length === 1) {
      const [pair] = item.items;
      const value = this.#target(pair?.value);
      if (pair !== undefined && (isMap(value) || isSeq(value) || (isScalar(value) && list !== "columns")))
        return [this.element(keyText(pair.key), pair.value, at, to)];
    }
    // An item with several keys is several elements; a key that comes twice counts as it stands last, and plain texts are attributes (ChangeSet.handleChildNode).
    if (isMap(item) && (list === "changes" || list === "databaseChangeLog")) {
      const last = new Map(item.items.map((pair) => [keyText(pair.key), pair]));
      return [...last].flatMap(([name, pair]) =>
        isScalar(pair.value) && (name !== "sql" || pair.value.value === null) ? [] : [this.element(name, pair.value, at, to)],
      );
    }
    return [this.element(list, written, at, to)];
  }
}

function scalarText(node: unknown): string {
  if (!isScalar(node)) return "";
  const { value, source } = node;
  if (value === null || value === undefined) return "";
  // As the parser of Liquibase prints a number: 1.10 is 1.1, and 1.00 is 1.0; a whole one has all its digits.
  if (typeof value !== "number" || /^[+-]?\d+$/.test(source ?? "")) return typeof value === "string" ? value : (source ?? String(value));
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
