import type { Relation } from "../model/catalog.ts";
import type { Unsupported } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import { patternList } from "./filters.ts";
import type { PatternList } from "./filters.ts";

/** One expression of message.key.columns: `tableRegex.column`, matched on `schema.table.column`. */
export type KeyExpression = PatternList;

/** Reads message.key.columns (io.debezium.relational.Key.CustomKeyMapper): `table:column,column;table:column`. */
export function keyExpressions(text: string | undefined, unsupported: Unsupported[]): readonly KeyExpression[] {
  if (text === undefined || text.trim() === "") return [];
  return text.split(";").flatMap((part) => {
    const colon = part.indexOf(":");
    // The connector does not start with such a part, which is told as a problem of the setting.
    if (colon < 1) return [];
    const table = part.slice(0, colon).trim();
    const columns = part.slice(colon + 1).split(",");
    return columns.map((column) => patternList("message.key.columns", `${table}.${column.trim()}`, unsupported));
  });
}

export type KeySource = Projection["key"]["source"];

/**
 * Names of the key's columns among `columns` (those of the table as this origin sees it, in table order): message.key.columns in the order of its
 * expressions, else the primary key in its own order, else the first unique index by name that has no expression.
 */
export function keyColumns(
  relation: Relation,
  columns: readonly string[],
  expressions: readonly KeyExpression[],
): { readonly columns: readonly string[]; readonly source: KeySource } {
  const custom = expressions.flatMap((one) => columns.filter((column) => one.matches(`${relation.schema}.${relation.name}.${column}`)));
  if (custom.length > 0) return { columns: custom, source: "message.key.columns" };
  const present = new Set(columns);
  const only = (names: readonly string[]): readonly string[] => names.filter((name) => present.has(name));
  if (relation.primaryKey !== null) return fromIndex(only(relation.primaryKey.columns), "primary-key");
  const unique = relation.uniqueIndexes.find((index) => !index.expressions);
  return unique === undefined ? { columns: [], source: "none" } : fromIndex(only(unique.columns), "unique-index");
}

function fromIndex(columns: readonly string[], source: KeySource): { readonly columns: readonly string[]; readonly source: KeySource } {
  return columns.length === 0 ? { columns, source: "none" } : { columns, source };
}
