import { dataType } from "./data-type.ts";
import { childNamed, isTrue } from "./element.ts";
import type { Element } from "./element.ts";
import { escapeName, quoted } from "./names.ts";

const attribute = (element: Element | undefined, name: string): string | null => element?.attributes[name] ?? null;

/** Functions that Liquibase translates (AbstractJdbcDatabase.generateDatabaseFunctionValue). */
export const databaseFunction = (text: string): string =>
  /^current_?(?:timestamp|date_?time)(?:\(\))?$/i.test(text.trim()) ? "NOW()" : text;

/** The value in `<prefix>`, `<prefix>Numeric`, `<prefix>Boolean` …, as SQL; null where there is none. */
export function literal(element: Element, prefix: "value" | "defaultValue"): string | null {
  const of = (kind: string): string | null => attribute(element, `${prefix}${kind}`);
  const computed = of("Computed");
  if (computed !== null) return databaseFunction(computed);
  const numeric = of("Numeric");
  // Read as a number, so that 0.0 is 0 (liquibase-core: statement/… ValueNumeric).
  if (numeric?.trim() === "NaN") return "'NaN'";
  if (numeric !== null) return /^\s*-?\d{1,15}\.\d{1,15}\s*$/.test(numeric) ? String(Number(numeric)) : numeric;
  const boolean = of("Boolean");
  if (boolean !== null) return /^(?:true|1)$/i.test(boolean.trim()) ? "TRUE" : "FALSE";
  const date = of("Date");
  if (date !== null) return /^\d{4}|^\d{2}:/.test(date) ? quoted(date.replace("T", " ")) : databaseFunction(date);
  const sequence = of("SequenceNext");
  if (sequence !== null) return `nextval('${sequence.split(".").map(escapeName).join(".")}')`;
  const plain = attribute(element, prefix);
  if (plain === null) return null;
  return /^null$/i.test(plain) ? "NULL" : quoted(plain);
}

export const constraintsOf = (column: Element): Element | undefined => childNamed(column, "constraints");

export const isPrimary = (column: Element): boolean => isTrue(attribute(constraintsOf(column), "primaryKey"));

const bare =
  /^(?:(?:tiny|small|medium|big)?int|integer|int[248]|(?:small|big)?serial[248]?|number|numeric|decimal|float|double|real|(?:small)?money|currency|uuid|uniqueidentifier|java\.(?:sql\.types|lang|math|util)\.(?:(?:tiny|small|big)int|bigdecimal|biginteger|integer|long|decimal|numeric|double|float|uuid))$/i;
const logical = /^(?:bool|boolean|bit|java\.(?:sql\.types|lang)\.boolean)$/i;
const moment = /^(?:timestamp(?:tz)?|datetime2?|smalldatetime|java\.sql\.types\.timestamp\w*)$/i;

/**
 * A column's `defaultValue` as its type writes it (liquibase-core: datatype/core/*, objectToSql; measured with 4.31): numbers and UUIDs as they
 * stand, all else as a string.
 */
function typedDefault(column: Element): string | null {
  const plain = attribute(column, "defaultValue");
  const [, name = "", rest = ""] = /^\s*([\w.]+)\s*(?:\([^)]*\))?\s*(.*)$/s.exec(attribute(column, "type") ?? "") ?? [];
  const value = literal(column, "defaultValue");
  if (plain === null || value !== quoted(plain) || rest.startsWith("[")) return value;
  if (bare.test(name)) return plain;
  if (logical.test(name)) return /^(?:true|t|yes|y|1)$/i.test(plain.trim()) ? "TRUE" : "FALSE";
  if (moment.test(name) && /^now\(\)$/i.test(plain.trim())) return plain;
  if (/^xml(?:type)?$/i.test(name)) return `xml ${value}`;
  return /^(?:text|clob|long(?:text|n?varchar)|ntext|nclob)$/i.test(name) && /^'.*'$/s.test(plain) ? plain : value;
}

export const isRequired = (column: Element): boolean => attribute(constraintsOf(column), "nullable")?.trim().toLowerCase() === "false";

/** Name, type, default and NOT NULL of a column (CreateTableGenerator, AddColumnGenerator). The former makes `serial` an identity too. */
export function columnText(column: Element, isNew = false, mayBeNull = false): string {
  const constraints = constraintsOf(column);
  const value = typedDefault(column);
  const counts =
    isTrue(attribute(column, "autoIncrement")) ||
    (isNew && value === null && /^\s*(?:small|big)?serial[248]?\s*$/i.test(attribute(column, "type") ?? ""));
  const nullable = attribute(constraints, "nullable");
  const required = (nullable !== null && !isTrue(nullable)) || isPrimary(column);
  return [
    escapeName(column.attributes["name"] ?? ""),
    dataType(column.attributes["type"] ?? ""),
    ...(counts ? [identity(column)] : []),
    ...(value === null || counts ? [] : [`DEFAULT ${value}`]),
    ...(required && !mayBeNull ? ["NOT NULL"] : []),
  ].join(" ");
}

function identity(column: Element): string {
  const start = attribute(column, "startWith");
  const step = attribute(column, "incrementBy");
  const how = /^always$/i.test(attribute(column, "generationType") ?? "") ? "ALWAYS" : "BY DEFAULT";
  const parts = [...(start === null ? [] : [`START WITH ${start}`]), ...(step === null ? [] : [`INCREMENT BY ${step}`])];
  return `GENERATED ${how} AS IDENTITY${parts.length === 0 ? "" : ` (${parts.join(" ")})`}`;
}

/** The foreign key that a column's constraints ask for, without CONSTRAINT and its name. */
export function referenceText(column: Element): { readonly name: string; readonly text: string } | null {
  const constraints = constraintsOf(column);
  const references = attribute(constraints, "references");
  const table = attribute(constraints, "referencedTableName");
  const to = references ?? (table === null ? null : `${table}(${attribute(constraints, "referencedColumnNames") ?? "id"})`);
  const name = attribute(constraints, "foreignKeyName");
  if (to === null || name === null) return null;
  const cascade = isTrue(attribute(constraints, "deleteCascade")) ? " ON DELETE CASCADE" : "";
  return {
    name,
    text: `FOREIGN KEY (${escapeName(column.attributes["name"] ?? "")}) REFERENCES ${to}${cascade}${deferrable(constraints)}`,
  };
}

export function deferrable(element: Element | undefined): string {
  const first = isTrue(attribute(element, "deferrable")) ? " DEFERRABLE" : "";
  return `${first}${isTrue(attribute(element, "initiallyDeferred")) ? " INITIALLY DEFERRED" : ""}`;
}
