import { childNamed, valueOf } from "./element.ts";
import type { Element } from "./element.ts";

/** Fields that do not count (liquibase-core: change/core, getExcludedFieldFilters; measured with 4.31). */
const excluded: Readonly<Record<string, ReadonlySet<string>>> = {
  createTable: new Set(["ifNotExists", "rowDependencies"]),
  createView: new Set(["selectQuery", "path", "encoding", "relativeToChangelogFile"]),
  createProcedure: new Set(["procedureText", "procedureBody", "path", "encoding", "relativeToChangelogFile", "dbms", "comments"]),
};

const unread: ReadonlySet<string> = new Set(["loadData", "loadUpdateData", "customChange", "executeCommand"]);

/** White space does not count in SQL (AbstractSQLChange.NormalizingStream). */
export const withoutSpace = (sql: string): string => sql.replaceAll(/\s+/g, "");

/**
 * The texts that the checksum of a change is made of, in version 9 of checksums: one, or two whose own checksums are joined. Null where that
 * is not known. `file` gives the text of a file that the change names.
 */
export function checksumTexts(change: Element, file: (element: Element) => string | null): readonly string[] | null {
  if (unread.has(change.name)) return null;
  if (change.name === "sql") return [withoutSpace(valueOf(change, "sql") ?? change.text)];
  if (change.name === "sqlFile") {
    const text = file(change);
    return text === null ? null : [withoutSpace(text)];
  }
  const serialized = `${change.name}:${block(change, 1, excluded[change.name] ?? new Set())}`;
  if (change.name === "createView") return [serialized, withoutSpace(valueOf(change, "selectQuery") ?? change.text)];
  if (change.name === "createProcedure")
    return [serialized, withoutSpace(valueOf(change, "procedureText") ?? valueOf(change, "procedureBody") ?? change.text)];
  return [serialized];
}

const indent = (depth: number): string => "    ".repeat(depth);

/** As StringChangeLogSerializer writes an object: its fields in the order of their texts, objects in it without a name. */
function block(element: Element, depth: number, without: ReadonlySet<string>): string {
  const lines = Object.entries(element.attributes)
    .filter(([name]) => !without.has(name))
    .map(([name, value]) => `${indent(depth)}${name}="${plain(name, value)}"`);
  const where = childNamed(element, "where");
  if (where !== undefined) lines.push(`${indent(depth)}where="${where.text.trim()}"`);
  const constraints = childNamed(element, "constraints");
  if (constraints !== undefined) lines.push(`${indent(depth)}${block(constraints, depth + 1, new Set())}`);
  const columns = element.children.flatMap((child) => (child.name === "column" ? [child] : child.name === "columns" ? child.children : []));
  if (columns.length > 0) {
    const items = columns.map((column) => `${indent(depth + 1)}${block(column, depth + 2, new Set())}`);
    lines.push(`${indent(depth)}columns=[\n${items.join(",\n")}\n${indent(depth)}]`);
  }
  lines.sort();
  return lines.length === 0 ? `[${indent(depth - 1)}]` : `[\n${lines.join("\n")}\n${indent(depth - 1)}]`;
}

/** Text stays as it is; a truth value is parsed and printed again. */
const plain = (name: string, value: string): string =>
  /^(?:true|false)$/i.test(value) && name !== "value" && name !== "defaultValue" ? value.toLowerCase() : value;
