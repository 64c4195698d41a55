import type { Catalog, Column } from "../model/catalog.ts";
import { quoteName } from "../model/sql-name.ts";
import { titleOf } from "./sql-names.ts";

/** Types of well-known extensions, by the name that a column shows; a snapshot does not say whose a type is. */
const typeExtensions: Readonly<Record<string, string>> = {
  citext: "citext",
  cube: "cube",
  geography: "postgis",
  geometry: "postgis",
  halfvec: "vector",
  hstore: "hstore",
  isbn: "isn",
  ltree: "ltree",
  sparsevec: "vector",
  vector: "vector",
};

const systemSchemas: ReadonlySet<string> = new Set(["pg_catalog", "information_schema"]);

/** Every schema that something is in. */
export function schemasOf(catalog: Catalog): readonly string[] {
  const used = [
    ...[...catalog.relations, ...catalog.types].map(({ schema }) => schema),
    ...namedTypes(catalog).map(({ schema }) => schema),
    ...catalog.publications.flatMap(({ schemas }) => schemas),
    ...catalog.searchPath,
  ];
  return [...new Set(used)].filter((schema) => !systemSchemas.has(schema));
}

interface NamedType {
  readonly schema: string;
  readonly name: string;
}

/** Types of a user's schema that columns, domains and composites name; format_type() prints no schema for PostgreSQL's own. */
function namedTypes(catalog: Catalog): readonly NamedType[] {
  const texts = [
    ...catalog.relations.flatMap(({ columns }) => columns.map(({ type }) => type.text)),
    ...catalog.types.flatMap(({ base, attributes }) => [base?.text ?? "", ...attributes.map(({ type }) => type.text)]),
  ];
  const found = new Map<string, NamedType>();
  for (const text of texts) {
    const [, schema, name] = /^(\w+|"(?:[^"]|"")+")\.(\w+|"(?:[^"]|"")+")/.exec(text) ?? [];
    if (schema !== undefined && name !== undefined) found.set(`${schema}.${name}`, { schema: unquoted(schema), name: unquoted(name) });
  }
  return [...found.values()];
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

const isDescribed = (catalog: Catalog, { schema, name }: NamedType): boolean =>
  [
    ...catalog.types.filter(({ kind, extension }) => extension !== null || (kind !== "base" && kind !== "range" && kind !== "multirange")),
    ...catalog.relations,
  ].some((other) => other.schema === schema && other.name === name);

export function extensionsOf(catalog: Catalog): readonly string[] {
  const named = catalog.types.flatMap(({ extension, schema, kind }) =>
    extension === null || kind === "array" ? [] : [[extension, schema] as const],
  );
  const shown = namedTypes(catalog).flatMap((type) => {
    const extension = isDescribed(catalog, type) ? undefined : typeExtensions[type.name];
    return extension === undefined ? [] : [[extension, type.schema] as const];
  });
  return [...new Map([...named, ...shown])].map(
    ([name, schema]) => `CREATE EXTENSION IF NOT EXISTS ${quoteName(name)} SCHEMA ${quoteName(schema)} CASCADE`,
  );
}

/** Types of the user's own that the catalog does not describe are ranges; what of is not known, and text has every value. */
export function rangesOf(catalog: Catalog): readonly string[] {
  const unknown = namedTypes(catalog).filter((type) => !isDescribed(catalog, type) && !Object.hasOwn(typeExtensions, type.name));
  const titles = unknown.map(({ schema, name }) => titleOf({ schema, name: name.replace(/_multirange$/, "") }));
  return [...new Set(titles)].map((title) => `CREATE TYPE ${title} AS RANGE (subtype = text)`);
}

/** An expression that a table or a unique index evaluates, and what is known about it. */
interface Expression {
  readonly text: string;
  /** Type of the column that takes its value. */
  readonly type: string;
  readonly columns: readonly Column[];
}

function expressionsOf(catalog: Catalog): readonly Expression[] {
  return catalog.relations.flatMap(({ columns, uniqueIndexes }) => [
    ...columns.flatMap(({ default: value, generated, type }) => {
      const text = value ?? generated?.expression ?? null;
      return text === null ? [] : [{ text, type: type.text, columns }];
    }),
    // What an index keeps of an expression has no type in the catalog; text can be a key.
    ...uniqueIndexes.flatMap((index) =>
      index.columns.flatMap((column, at) => (column === "" ? [{ text: index.entries?.[at] ?? "", type: "text", columns }] : [])),
    ),
  ]);
}

/** Of what defaults name by regclass, which is mostly nextval(); what is no table of the catalog is a sequence, or may as well be one. */
export function sequencesOf(catalog: Catalog): readonly string[] {
  const tables = new Set(catalog.relations.map(titleOf));
  const found = expressionsOf(catalog).flatMap(({ text }) =>
    [...text.matchAll(/'((?:[^']|'')+)'::regclass\b/g)].map(([, name = ""]) => name.replaceAll("''", "'")),
  );
  return [...new Set(found)].filter((title) => title.includes(".") && !tables.has(title));
}

/** A serial column owns its sequence, which goes with it (manual, "Serial Types"); told by the name that PostgreSQL gives. */
export function ownedSequences(catalog: Catalog): readonly string[] {
  return catalog.relations.flatMap((relation) =>
    relation.columns.flatMap(({ name, default: value }) => {
      const sequence = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(value ?? "")?.[1]?.replaceAll("''", "'");
      if (sequence === undefined || sequence !== titleOf({ schema: relation.schema, name: `${relation.name}_${name}_seq` })) return [];
      return [`ALTER SEQUENCE ${sequence} OWNED BY ${titleOf(relation)}.${quoteName(name)}`];
    }),
  );
}

/** Stand-ins for functions of one's own that make defaults or generated values: of the signature that the call shows, giving null. */
export function functionsOf(catalog: Catalog): readonly string[] {
  const made = new Map<string, string>();
  for (const expression of expressionsOf(catalog)) {
    const { text } = expression;
    for (const match of text.matchAll(/((?:\w+|"(?:[^"]|"")+")\.(?:\w+|"(?:[^"]|"")+"))\(/g)) {
      const [call, name = ""] = match;
      const end = match.index + call.length;
      const given = argumentsOf(text.slice(end));
      const types = given.map((argument) => typeOf(argument, expression.columns));
      const known = types.every((type) => type !== null);
      if (!known && given.length > 2) continue;
      const signature = (known ? types : ["anyelement", "anycompatible"].slice(0, given.length)).join(", ");
      // What a column says comes first, and more is known of it than of an index.
      const title = `${name}(${signature})`;
      if (!made.has(title)) made.set(title, resultOf(expression, match.index));
    }
  }
  return [...made].map(
    ([signature, type]) =>
      `CREATE FUNCTION ${signature} RETURNS ${type} LANGUAGE sql IMMUTABLE AS 'SELECT NULL::${type.replaceAll("'", "''")}'`,
  );
}

/** What is around a call tells what it gives: EXTRACT takes times, a cast some other type than its own; else it is the value of the column. */
function resultOf({ text, type }: Expression, at: number): string {
  if (/\bEXTRACT\(\w+ FROM $/.test(text.slice(0, at))) return "interval";
  return text.charAt(at - 1) === "(" && afterCall(text, at).startsWith(")::") ? "text" : type;
}

function afterCall(text: string, at: number): string {
  const open = text.indexOf("(", at);
  return text.slice(open + 1 + argumentsOf(text.slice(open + 1)).join(",").length + 1);
}

/** Texts of the arguments up to the parenthesis that ends a call. */
function argumentsOf(rest: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of rest.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),[\]]/g)) {
    const [token] = match;
    if (token === "(" || token === "[") depth += 1;
    else if ((token === ")" && depth > 0) || token === "]") depth -= 1;
    else if (depth === 0 && (token === "," || token === ")")) {
      found.push(rest.slice(start, match.index));
      start = match.index + 1;
      if (token === ")") break;
    }
  }
  return found.length === 1 && found[0] === "" ? [] : found;
}

/** Printed expressions name the type of a constant; a number has none, and a column has its own. */
function typeOf(argument: string, columns: readonly Column[]): string | null {
  const text = argument.trim();
  const cast = /::((?:[a-z]\w*|"[^"]+")[\w .,"()[\]]*)$/.exec(text)?.[1];
  if (cast !== undefined && !/^\(.*\)$/.test(text)) return cast;
  if (/^\d+$/.test(text)) return "integer";
  if (/^(?:true|false)$/.test(text)) return "boolean";
  return columns.find(({ name }) => name === text || quoteName(name) === text)?.type.text ?? null;
}
