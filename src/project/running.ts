import type { Catalog, Column, Relation, TypeDefinition } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Caveat, Projection } from "../model/projection.ts";
import { ident } from "../model/sql-name.ts";
import { driverColumn } from "./column-shape.ts";
import type { DriverColumn } from "./column-shape.ts";
import { planOf } from "./plan.ts";
import { captures, project, projectStream } from "./project.ts";
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
  const old = (relation: Relation): Relation | undefined => known.get(relation.oid);
  const types = { start: typeIndex(start.types), now: typeIndex(now.types) };
  // A changed publication makes PostgreSQL send all Relation messages again.
  const samePublication = publicationText(start, connector) === publicationText(now, connector);
  const kept = new Set<number>();
  const stray = new Map<number, Relation>();
  for (const relation of now.relations) {
    const before = old(relation);
    if (before === undefined || !captures(plan, before)) continue;
    if (!captures(plan, relation)) stray.set(relation.oid, relation);
    else if (samePublication && isUntouched(before, relation, types)) kept.add(relation.oid);
  }
  const driver = (_: Relation, column: Column): DriverColumn => driverColumn(column, types.now);
  const changed = projectStream({ ...now, types: now.types.map((type) => types.start.get(type.oid) ?? type) }, connector, driver);
  const earlier = byOid(project(start, connector, new Set([...kept, ...stray.keys()])));
  const current = project(now, connector);
  const running = byOid(changed);
  return [
    ...current.map((one) => {
      const { oid } = one.relation;
      // A restart's projection says whether the table streams at all.
      if (one.streaming === null) return one;
      return (kept.has(oid) ? earlier.get(oid) : running.get(oid)) ?? one;
    }),
    ...[...stray].flatMap(([oid, relation]) => {
      const one = earlier.get(oid);
      const before = known.get(oid);
      return one === undefined || one.streaming === null || before === undefined ? [] : [astray(one, before, relation)];
    }),
  ];
}

function publicationText({ publications }: Catalog, { publication }: Connector): string {
  return JSON.stringify(publications.find(({ name }) => name === publication.name) ?? null);
}

function byOid(projections: readonly Projection[]): ReadonlyMap<number, Projection> {
  return new Map(projections.map((one) => [one.relation.oid, one]));
}

/** Rows of a table that the lists no longer have under its new name: decoded with the columns and the topic of the old one. */
function astray(one: Projection, before: Relation, now: Relation): Projection {
  const same = JSON.stringify(before.columns.map(({ position, type }) => [position, type.oid, type.modifier]));
  const isSame = same === JSON.stringify(now.columns.map(({ position, type }) => [position, type.oid, type.modifier]));
  const [from, to] = [`${before.schema}.${before.name}`, `${now.schema}.${now.name}`];
  const rows = `The connector's lists do not have ${to}: until it is restarted, rows of that table go on into the topic of ${from}, with its old columns`;
  const caveat: Caveat = isSame
    ? { code: "table-sent-under-old-name", message: `${rows}; after a restart they are not captured.`, effect: "note" }
    : {
        code: "table-sent-under-old-name",
        message: `${rows} filled by position although the columns have changed: values land in the wrong fields, or the task fails.`,
        effect: "unknown",
      };
  return { ...one, caveats: [...one.caveats, caveat] };
}

/** Nothing of the table's own changed, so that PostgreSQL sends no new Relation message; names of types do not count. */
function isUntouched(before: Relation, now: Relation, types: { readonly start: TypeIndex; readonly now: TypeIndex }): boolean {
  return before === now || essence(before, types.start, types.start) === essence(now, types.now, types.start);
}

function essence(relation: Relation, types: TypeIndex, names: TypeIndex): string {
  const columns = relation.columns.map(({ type, default: value, ...rest }) => {
    const [own, first] = [nameOf(types.get(type.oid)), nameOf(names.get(type.oid))];
    const text = value === null || own === null || first === null ? value : value.replaceAll(`::${own}`, `::${first}`);
    return { ...rest, oid: type.oid, modifier: type.modifier, default: text };
  });
  return JSON.stringify({ ...relation, columns });
}

/** As PostgreSQL writes it in a default. */
function nameOf(type: TypeDefinition | undefined): string | null {
  return type === undefined || type.schema === "pg_catalog" ? null : `${ident(type.schema)}.${ident(type.name)}`;
}
