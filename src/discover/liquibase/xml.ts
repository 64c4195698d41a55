import type { Element } from "./element.ts";

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
  readonly start: number;
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16), whole);
    if (decimal !== undefined) return codePoint(Number(decimal), whole);
    return named[name ?? ""] ?? whole;
  });
}

const codePoint = (code: number, otherwise: string): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise);

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

// Comments, processing instructions, document types and CDATA are tokens of their own, so that a tag in them is none.
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE[^[>]*(?:\[[\s\S]*?\])?\s*>|<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+|</g;

/**
 * The root element of an XML document, prefixes of names left out; null where it is not well-formed. Entities of a document type are not
 * expanded: a changelog has none, and they are a way into the reader's files and memory.
 */
export function parseXml(document: string): Element | null {
  const stack: Open[] = [];
  for (const match of document.matchAll(token)) {
    const [whole, data, closing, opening, attributes = "", empty] = match;
    const top = stack.at(-1);
    if (opening !== undefined) {
      const element: Open = {
        name: localName(opening),
        attributes: readAttributes(attributes),
        children: [],
        text: "",
        start: match.index,
      };
      if (empty !== "/") stack.push(element);
      else if (top === undefined) return finish(element, match.index + whole.length);
      else top.children.push(finish(element, match.index + whole.length));
    } else if (closing !== undefined) {
      const element = stack.pop();
      if (element === undefined || element.name !== localName(closing)) return null;
      const done = finish(element, match.index + whole.length);
      const parent = stack.at(-1);
      if (parent === undefined) return done;
      parent.children.push(done);
    } else if (data !== undefined && top !== undefined) {
      top.text += data;
    } else if (whole === "<") {
      return null;
    } else if (!whole.startsWith("<") && top !== undefined) {
      top.text += unescape(whole);
    }
  }
  return null;
}

const finish = ({ name, attributes, children, text, start }: Open, end: number): Element => ({
  name,
  attributes,
  children,
  text,
  start,
  end,
});

/** White space in an attribute is a blank each (XML 1.0, "Attribute-Value Normalization"). */
function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found[localName(match[1] ?? "")] = unescape((match[2] ?? match[3] ?? "").replaceAll(/\r\n|[\r\n\t]/g, " "));
  }
  return found;
}
