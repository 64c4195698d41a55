/** A node of a changelog, whatever it is written in: an XML element, or a key of a YAML or JSON mapping. */
export interface Element {
  readonly name: string;
  /** XML attributes, and plain values of a mapping. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Character data; of a YAML scalar its value. */
  readonly text: string;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
}

export const childrenNamed = (element: Element, name: string): readonly Element[] =>
  element.children.filter((child) => child.name === name);

export const childNamed = (element: Element, name: string): Element | undefined => element.children.find((child) => child.name === name);

/** An attribute, or the text of a child of that name. */
export function valueOf(element: Element, name: string): string | null {
  return element.attributes[name] ?? childNamed(element, name)?.text ?? null;
}

export const isTrue = (value: string | null): boolean => /^\s*true\s*$/i.test(value ?? "");
