import type { Column, Relation } from "../model/catalog.ts";
import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { ProjectedColumn } from "../model/projection.ts";
import { adjustFieldName } from "./adjust.ts";
import { columnShape } from "./column-shape.ts";
import type { ColumnShape, DriverColumn, Origin } from "./column-shape.ts";
import { defaultValue } from "./defaults/default-value.ts";
import { passes } from "./filters.ts";
import { keyColumns } from "./key.ts";
import type { KeySource } from "./key.ts";
import { ruleFor, ruleParameters } from "./parameters.ts";
import type { ColumnRule } from "./parameters.ts";
import type { Plan } from "./plan.ts";
import type { TypeIndex } from "./type-index.ts";
import { finish } from "./types/build.ts";
import { typeSchema } from "./types/type-schema.ts";

/** Key and row struct of a table as one origin sees it, before names of whole records are given. */
export interface Row {
  readonly keyFields: readonly ConnectField[];
  readonly valueFields: readonly ConnectField[];
  readonly key: { readonly columns: readonly string[]; readonly source: KeySource };
  readonly columns: readonly ProjectedColumn[];
  /** Columns whose type the catalog does not hold. */
  readonly untyped: readonly string[];
}

export interface RowInput {
  readonly relation: Relation;
  readonly origin: Origin;
  readonly types: TypeIndex;
  readonly searchPath: readonly string[];
  /** Why the origin does not see a column; null when it does. */
  readonly unseen: (column: Column) => string | null;
  /** What the driver says of a column; null when it does not know it. */
  readonly driver: (column: Column) => DriverColumn | null;
}

/** Key and row struct of a table, in column order; columns that the origin does not see, or the filter hides, have an entry in `columns` alone. */
export function buildRow(plan: Plan, input: RowInput): Row {
  const table = `${input.relation.schema}.${input.relation.name}`;
  const seen = input.relation.columns.filter((column) => input.unseen(column) === null);
  const key = keyColumns(
    input.relation,
    seen.map((column) => column.name),
    plan.keyExpressions,
    plan.types.version,
  );
  const built = input.relation.columns.map((column) => buildColumn(plan, input, table, column, key.columns));
  const byName = new Map(built.map((one) => [one.projected.column, one]));
  return {
    keyFields: [...new Set(key.columns)].flatMap((name) => byName.get(name)?.keyField ?? []),
    valueFields: built.flatMap((one) => one.valueField ?? []),
    key,
    columns: built.map((one) => one.projected),
    untyped: built.filter((one) => one.untyped).map((one) => one.projected.column),
  };
}

interface BuiltColumn {
  readonly projected: ProjectedColumn;
  readonly keyField: ConnectField | null;
  readonly valueField: ConnectField | null;
  readonly untyped: boolean;
}

function buildColumn(plan: Plan, input: RowInput, table: string, column: Column, keyNames: readonly string[]): BuiltColumn {
  const inKey = keyNames.includes(column.name);
  const filtered = !passes(plan.columns, `${table}.${column.name}`);
  const context = { searchPath: input.searchPath, version: plan.types.version };
  // Only the decoder of the stream asks for the metadata through the column filter.
  const driver = filtered && input.origin === "streaming" ? null : input.driver(column);
  const shape = columnShape(column, input.origin, input.types, context, driver);
  const base =
    shape === null ? null : typeSchema({ type: shape.root, length: shape.length, scale: shape.scale, types: input.types }, plan.types);
  const unseen = input.unseen(column);
  const rule = shape === null ? null : ruleFor(plan.rules, table, shape);
  const fieldName = adjustFieldName(column.name, plan.fieldNames);
  const schemaWith = (matched: ColumnRule | null): ConnectSchema | null => {
    if (shape === null) return standIn(column);
    return base === null ? null : withDefault(finishColumn(base, shape, matched), shape, plan);
  };
  const omitted = omission(plan, filtered, unseen, shape, base !== null);
  const value = omitted === null ? schemaWith(rule) : null;
  const keySchema = inKey && unseen === null ? schemaWith(null) : null;
  return {
    projected: {
      position: column.position,
      column: column.name,
      field: value === null ? null : fieldName,
      omitted,
      protectedBy: protection(plan, filtered, rule),
      schema: value,
      inKey,
    },
    keyField: keySchema === null ? null : { ...keySchema, field: fieldName },
    valueField: value === null ? null : { ...value, field: fieldName },
    untyped: shape === null,
  };
}

/** A column of unknown type is most likely streamed somehow; a caveat says that its schema is not known. */
const standIn = (column: Column): ConnectSchema => ({ type: "string", optional: !column.notNull });

function finishColumn(base: Parameters<typeof finish>[0], shape: ColumnShape, rule: ColumnRule | null): ConnectSchema {
  return finish(base, shape.optional, rule === null ? {} : { parameters: ruleParameters(rule, shape) });
}

function withDefault(schema: ConnectSchema, shape: ColumnShape, plan: Plan): ConnectSchema {
  const value = defaultValue(shape, plan.types);
  return value === undefined ? schema : { ...schema, default: value };
}

function omission(plan: Plan, filtered: boolean, unseen: string | null, shape: ColumnShape | null, hasSchema: boolean): string | null {
  if (filtered) {
    return plan.columns.include === null ? "column.exclude.list matches it" : "column.include.list does not match it";
  }
  if (unseen !== null) return unseen;
  return hasSchema || shape === null ? null : `Debezium has no schema for its type ${shape.root.name}`;
}

function protection(plan: Plan, filtered: boolean, rule: ColumnRule | null): string | null {
  if (filtered) return plan.columns.include === null ? "column.exclude.list" : "column.include.list";
  return rule === null || rule.kind === "propagate" || rule.kind === "propagate-type" ? null : rule.setting;
}
