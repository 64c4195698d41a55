import { UserError } from "../errors.ts";
import type { Catalog, Relation, TypeDefinition, TypeReference } from "../model/catalog.ts";
import type { CatalogSnapshot, TableSnapshot } from "./snapshot.ts";

/**
 * Catalog of a snapshot's text, good for rebuilding it (restore): a snapshot has names where a catalog has oids, so oids are made up.
 * @throws UserError BASELINE_FAILED for a text that is not a snapshot.
 */
export function fromSnapshot(text: string, path: string): Catalog {
  const snapshot = parseSnapshot(text, path);
  let oid = 0;
  const next = (): number => (oid -= 1);
  const types: readonly TypeDefinition[] = [
    ...snapshot.enums.map(({ schema, name, labels }) => ({
      ...typeBase(next(), schema, name, "enum"),
      labels: labels.map((label) => ({ oid: next(), label })),
    })),
    ...snapshot.domains.map(({ schema, name, type, notNull, default: value, checks }) => ({
      ...typeBase(next(), schema, name, "domain"),
      base: reference(type),
      notNull,
      default: value,
      checks,
    })),
    ...snapshot.composites.map(({ schema, name, attributes }) => ({
      ...typeBase(next(), schema, name, "composite"),
      attributes: attributes.map((attribute) => ({ name: attribute.name, type: reference(attribute.type) })),
    })),
  ];
  return {
    relations: snapshot.tables.map((table) => toRelation(table, next())),
    types,
    publications: snapshot.publications.map(({ publish, ...rest }) => ({
      ...rest,
      oid: next(),
      publish: publish.filter(isOperation),
      generatedColumns: "none" as const,
    })),
    searchPath: ["public"],
  };
}

const operations = ["insert", "update", "delete", "truncate"] as const;
const isOperation = (text: string): text is (typeof operations)[number] => operations.some((operation) => operation === text);

const reference = (text: string): TypeReference => ({ oid: 0, modifier: -1, text });

function typeBase(oid: number, schema: string, name: string, kind: TypeDefinition["kind"]): TypeDefinition {
  return {
    oid,
    schema,
    name,
    kind,
    element: null,
    base: null,
    notNull: false,
    default: null,
    labels: [],
    attributes: [],
    checks: [],
    extension: null,
  };
}

function toRelation({ columns, uniqueIndexes, ...table }: TableSnapshot, oid: number): Relation {
  return {
    ...table,
    oid,
    columns: columns.map(({ attnum: position, type, ...column }) => ({
      ...column,
      position,
      type: reference(type),
      storage: "extended" as const,
    })),
    uniqueIndexes: uniqueIndexes.map((index) => ({
      ...index,
      partial: false,
      expressions: false,
      immediate: true,
      valid: true,
      usableAsIdentity: true,
    })),
  };
}

function parseSnapshot(text: string, path: string): CatalogSnapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(
      "BASELINE_FAILED",
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}; write it with "driftgate catalog --format json"`,
    );
  }
  if (!isSnapshot(value)) {
    throw new UserError(
      "BASELINE_FAILED",
      `${path} is no catalog snapshot: it must have the lists tables, enums, domains, composites and publications, as "driftgate catalog --format json" writes them`,
    );
  }
  return value;
}

/** Looks as deep as `restore` reads without a check of its own. */
function isSnapshot(value: unknown): value is CatalogSnapshot {
  if (typeof value !== "object" || value === null) return false;
  const lists = new Map(Object.entries(value));
  const named = ["tables", "enums", "domains", "composites", "publications"].every((key) => hasNames(lists.get(key)));
  const tables: unknown = lists.get("tables");
  return (
    named &&
    Array.isArray(tables) &&
    tables.every(
      (table: unknown) =>
        typeof table === "object" &&
        table !== null &&
        "columns" in table &&
        hasNames(table.columns) &&
        "uniqueIndexes" in table &&
        hasNames(table.uniqueIndexes),
    )
  );
}

function hasNames(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.every((item: unknown) => typeof item === "object" && item !== null && "name" in item && typeof item.name === "string")
  );
}
