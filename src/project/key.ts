import type { PrimaryKey, Relation } from "../model/catalog.ts";
import type { Unsupported } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import { entriesOf, standInIndex } from "../model/record-key.ts";
import { patternList } from "./filters.ts";
import type { PatternList } from "./filters.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

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
 * expressions, else the primary key in its own order, else the first unique index by name of which the driver names every entry.
 */
export function keyColumns(
  relation: Relation,
  columns: readonly string[],
  expressions: readonly KeyExpression[],
  version: DebeziumVersion,
): { readonly columns: readonly string[]; readonly source: KeySource } {
  const custom = expressions.flatMap((one) => columns.filter((column) => one.matches(`${relation.schema}.${relation.name}.${column}`)));
  if (custom.length > 0) return { columns: custom, source: "message.key.columns" };
  const present = new Set(columns);
  const only = (names: readonly string[]): readonly string[] => names.filter((name) => present.has(name));
  if (relation.primaryKey !== null) return fromIndex(only(primaryKeyEntries(relation.primaryKey, version)), "primary-key");
  const unique = standInIndex(relation);
  return unique === null ? { columns: [], source: "none" } : fromIndex(only(entriesOf(unique)), "unique-index");
}

/** The JDBC driver of Debezium 3.1 and before counts the INCLUDE columns in (measured: pgjdbc 42.6 does, 42.7.7 does not). */
function primaryKeyEntries({ columns, include = [] }: PrimaryKey, version: DebeziumVersion): readonly string[] {
  return atLeast(version, 3, 2) ? columns : [...columns, ...include];
}

/**
 * An index entry that Debezium takes for a key column although it is an expression (a cast, a subscript, a field of a composite), so that it fails when it
 * next reads the table's structure, at its start at the latest: "The column … is referenced as PRIMARY KEY, but a matching column is not defined".
 */
export function strayKeyEntry(relation: Relation): { readonly index: string; readonly entry: string } | null {
  if (relation.primaryKey !== null) return null;
  const index = standInIndex(relation);
  const names = new Set(relation.columns.map(({ name }) => name));
  const entry = index === null ? undefined : entriesOf(index).find((one) => !names.has(one));
  return index === null || entry === undefined ? null : { index: index.name, entry };
}

function fromIndex(columns: readonly string[], source: KeySource): { readonly columns: readonly string[]; readonly source: KeySource } {
  return columns.length === 0 ? { columns, source: "none" } : { columns, source };
}
