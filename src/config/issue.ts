import type { z } from "zod";
import { nearestName } from "../model/near-name.ts";
import { configSchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** `registry.url`, `ignore[0].rule`: entries of a list are counted from 0, as in JavaScript and jq. */
export const keyPath = (path: Path): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");

/**
 * What is wrong at a path, in a sentence that begins with it.
 * @param value what stands there; undefined where nothing does
 */
export function issueSentence(issue: Issue, value: unknown): string {
  const where = keyPath(issue.path) || "the file";
  const wanted = wantedBy(issue);
  if (wanted === null) return `${where}: ${issue.message}`;
  return value === undefined ? `${where} is missing; it takes ${wanted}` : `${where} takes ${wanted}${nearValue(issue, value)}`;
}

function wantedBy(issue: Issue): string | null {
  switch (issue.code) {
    case "invalid_type":
      return kindWords(issue.expected, issue.path);
    case "invalid_union": {
      // Of a value that may have several forms zod says only that it is invalid; what each form begins with says more.
      const kinds = issue.errors.flatMap(([first]) =>
        first?.code === "invalid_type" && first.path.length === 0 ? [kindWords(first.expected, issue.path)] : [],
      );
      return kinds.length === 0 ? null : either([...new Set(kinds)]);
    }
    case "invalid_value":
      return either(issue.values.map(String));
    case "too_small":
      return issue.origin === "string"
        ? "a text that is not empty"
        : `${String(issue.minimum)} or ${issue.origin === "array" ? "more entries" : "more"}`;
    case "too_big":
      return `${String(issue.maximum)} or less`;
    case "invalid_format":
      return issue.format === "date" ? "a day written as 2027-01-31" : null;
    default:
      return null;
  }
}

/** What is most likely meant: a misspelt word of a fixed set, a number in quotes. */
function nearValue(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof value === "number") return ": write it in quotes";
  if (issue.code === "invalid_type" && typeof value === "string" && /^\d+$/.test(value)) return ": write it without quotes";
  if (issue.code !== "invalid_value" || typeof value !== "string") return "";
  const near = nearestName(value, issue.values.map(String));
  return near === null ? `, not "${value}"` : `; did you mean "${near}"?`;
}

function kindWords(kind: string, path: Path): string {
  const keys = kind === "object" ? knownKeys(path).filter((key) => !key.startsWith("$")) : [];
  if (keys.length > 0) return `keys of its own: ${keys.slice(0, 4).join(", ")}${keys.length > 4 ? " …" : ""}`;
  return KINDS[kind] ?? `a value of type ${kind}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;

/** The key that a misspelt or misplaced one stands for: a near one beside it, else one of that name in another section. */
export function meantKey(key: string, path: Path): string | null {
  const near = nearestName(key, knownKeys(path));
  if (near !== null) return near;
  for (const section of ["", ...knownKeys([])]) {
    const keys = knownKeys(section === "" ? [] : [section]);
    const same = keys.find((one) => plain(one) === plain(key));
    if (same !== undefined) return section === "" ? same : `${section}.${same}`;
  }
  return null;
}

const plain = (name: string): string => name.replaceAll(/[_-]/g, "").toLowerCase();

function knownKeys(path: Path): readonly string[] {
  let schema: unknown = configSchema;
  for (const part of path) schema = childOf(schema, part);
  return Object.keys(shapeOf(schema) ?? {});
}

function childOf(schema: unknown, part: PropertyKey): unknown {
  // unwrap() has gone through the array to its element already.
  if (typeof part === "number") return schema;
  return shapeOf(schema)?.[String(part)];
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | null {
  const inner = unwrap(schema);
  // zod's objects carry their keys in `shape`; nothing else does.
  return inner !== null && typeof inner === "object" && "shape" in inner ? (inner.shape as Record<string, unknown>) : null;
}

function unwrap(schema: unknown): unknown {
  let inner: unknown = schema;
  while (inner !== null && typeof inner === "object" && "unwrap" in inner && typeof inner.unwrap === "function") inner = inner.unwrap();
  return inner ?? null;
}
