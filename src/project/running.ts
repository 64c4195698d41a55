import type { Catalog, Column, Relation, TypeDefinition } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Caveat, Projection } from "../model/projection.ts";
import { ident, literal } from "../model/sql-name.ts";
import { driverColumn } from "./column-shape.ts";
import type { DriverColumn } from "./column-shape.ts";
import { planOf } from "./plan.ts";
import { captures, project, projectStream } from "./project.ts";
import { relationIndex } from "./selection.ts";
import { typeIndex } from "./type-index.ts";
import type { TypeIndex } from "./type-index.ts";

/**
 * What a connector that started at `start` and was not restarted since sends for rows written at `now`. It differs from `project(now)` in what such a
 * connector remembers: types by oid (io.debezium.connector.postgresql.TypeRegistry: labels and names of enums), tables for which PostgreSQL sends no new
 * Relation message, and tables that got a name its lists do not have (PostgresSchema.applySchemaChangesForTable), whose rows go on into the old topic.
 * `snapshot` is null for tables that changed. Only relations that stream or are captured now.
 */
export function projectRunning(start: Catalog, now: Catalog, connector: Connector): Projection[] {
  const plan = planOf(connector);
  const known = new Map(start.relations.map((relation) => [relation.oid, relation]));
  const types = { start: typeIndex(start.types), now: typeIndex(now.types) };
  // A changed publication makes PostgreSQL send all Relation messages again.
  const samePublication = publicationText(start, connector) === publicationText(now, connector);
  const kept = new Set<number>();
  for (const relation of now.relations) {
    const before = known.get(relation.oid);
    if (before === undefined || !captures(plan, before) || !captures(plan, relation)) continue;
    if (samePublication && isUntouched(before, relation, types)) kept.add(relation.oid);
  }
  const driver = (_: Relation, column: Column): DriverColumn => driverColumn(column, types.now);
  const changed = projectStream({ ...now, types: now.types.map((type) => types.start.get(type.oid) ?? type) }, connector, driver);
  const earlier = byOid(project(start, connector, kept));
  const running = byOid(changed);
  return [
    ...project(now, connector).map((one) => {
      const { oid } = one.relation;
      // A restart's projection says whether the table streams at all.
      if (one.streaming === null) return one;
      return (kept.has(oid) ? earlier.get(oid) : running.get(oid)) ?? one;
    }),
    ...projectAstray(start, now, connector),
  ];
}

/**
 * Of what a running connector sends: rows of tables that its lists do not have under their new name, but had under the old one. They go on into the old
 * topic until a restart. The caveat `table-sent-under-old-name` says how; its effect is "unknown" where the values do not fit.
 */
export function projectAstray(start: Catalog, now: Catalog, connector: Connector): Projection[] {
  const plan = planOf(connector);
  const later = new Map(now.relations.map((relation) => [relation.oid, relation]));
  const named = relationIndex(now.relations);
  const stray = start.relations.flatMap((before) => {
    const relation = later.get(before.oid);
    return relation !== undefined && captures(plan, before) && !captures(plan, relation) ? [{ before, relation }] : [];
  });
  if (stray.length === 0) return [];
  const earlier = byOid(project(start, connector, new Set(stray.map(({ before }) => before.oid))));
  return stray.flatMap(({ before, relation }) => {
    const one = earlier.get(before.oid);
    const heir = named.get(`${before.schema}.${before.name}`) ?? null;
    return one === undefined || one.streaming === null ? [] : [{ ...one, caveats: [...one.caveats, astrayCaveat(before, relation, heir)] }];
  });
}

function publicationText({ publications }: Catalog, { publication }: Connector): string {
  return JSON.stringify(publications.find(({ name }) => name === publication.name) ?? null);
}

function byOid(projections: readonly Projection[]): ReadonlyMap<number, Projection> {
  return new Map(projections.map((one) => [one.relation.oid, one]));
}

/** @param heir the table that has the old name now, with whose columns the rows are then decoded */
function astrayCaveat(before: Relation, now: Relation, heir: Relation | null): Caveat {
  const [from, to] = [nameOf(before), nameOf(now)];
  const rows = `The connector's lists do not have ${to}: until it is restarted, rows of that table go on into the topic of ${from}`;
  const code = "table-sent-under-old-name";
  if (heir !== null) {
    const message = `${rows}, decoded with the columns of the table that has the name now: rows of two tables in one topic, values in the wrong fields, or the task fails.`;
    return { code, message, effect: "unknown" };
  }
  if (layoutOf(before) === layoutOf(now))
    return { code, message: `${rows}, with its old columns; after a restart they are not captured.`, effect: "note" };
  const message = `${rows}, with its old columns filled by position although the columns have changed: values land in the wrong fields, or the task fails.`;
  return { code, message, effect: "unknown" };
}

const nameOf = ({ schema, name }: Relation): string => `${schema}.${name}`;

function layoutOf({ columns }: Relation): string {
  return JSON.stringify(columns.map(({ position, type }) => [position, type.oid, type.modifier]));
}

/** Nothing of the table's own changed, so that PostgreSQL sends no new Relation message; names of types and labels of enums do not count. */
function isUntouched(before: Relation, now: Relation, types: { readonly start: TypeIndex; readonly now: TypeIndex }): boolean {
  return before === now || essence(before, types.start, types.start) === essence(now, types.now, types.start);
}

function essence(relation: Relation, types: TypeIndex, names: TypeIndex): string {
  const columns = relation.columns.map(({ type, default: value, ...rest }) => {
    const [own, first] = [types.get(type.oid), names.get(type.oid)];
    const text = value === null || own === undefined || first === undefined ? value : inNamesOf(first, own, value);
    return { ...rest, oid: type.oid, modifier: type.modifier, default: text };
  });
  return JSON.stringify({ ...relation, columns });
}

/** A default as PostgreSQL would print it with the name and the labels that its type had. */
function inNamesOf(first: TypeDefinition, own: TypeDefinition, value: string): string {
  const [name, was] = [typeNameOf(own), typeNameOf(first)];
  if (name === null || was === null) return value;
  const labels = new Map(first.labels.map(({ oid, label }) => [oid, label]));
  const literals = new Map(own.labels.map(({ oid, label }) => [literal(label), literal(labels.get(oid) ?? label)]));
  const isTyped = (end: number): boolean => value.startsWith(`::${name}`, end);
  return value
    .replaceAll(/'(?:[^']|'')*'/g, (text, at: number) => (isTyped(at + text.length) ? (literals.get(text) ?? text) : text))
    .replaceAll(`::${name}`, `::${was}`);
}

/** As PostgreSQL writes it in a default. */
function typeNameOf(type: TypeDefinition | undefined): string | null {
  return type === undefined || type.schema === "pg_catalog" ? null : `${ident(type.schema)}.${ident(type.name)}`;
}
