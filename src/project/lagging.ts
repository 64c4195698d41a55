import type { Catalog, Column, Relation, TypeDefinition } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import { driverColumn } from "./column-shape.ts";
import type { DriverColumn } from "./column-shape.ts";
import { hasDefaultMapper } from "./defaults/default-value.ts";
import { projectStream } from "./project.ts";
import { relationIndex } from "./selection.ts";
import { typeIndex } from "./type-index.ts";

/**
 * What a connector sends for rows that were written at `then` and that it reads only at `now`: one that was stopped, lags behind, or had no row of the
 * table before. Names, types and order of the columns come from the Relation message of the row's position in the log; whether they are optional,
 * their defaults and the key come from the table that has the name today (PgOutputMessageDecoder.handleRelationMessage), types from today's registry.
 * Only relations that stream, of `only` where it is given, with `streaming` alone; certain but for a connector that runs on and has the earlier Relation message still.
 */
export function projectLagging(then: Catalog, now: Catalog, connector: Connector, only?: ReadonlySet<number>): Projection[] {
  const today = relationIndex(now.relations);
  const types = typeIndex(now.types);
  const named = ({ schema, name }: Relation): Relation | undefined => today.get(`${schema}.${name}`);
  const relations = then.relations.map((relation): Relation => {
    if (only?.has(relation.oid) === false) return relation;
    const known = named(relation);
    return { ...relation, primaryKey: known?.primaryKey ?? null, uniqueIndexes: known?.uniqueIndexes ?? [] };
  });
  const driver = (relation: Relation, { name }: Column): DriverColumn | null => {
    const column = named(relation)?.columns.find((one) => one.name === name);
    if (column === undefined) return null;
    // Whether there is a default is asked of today's type, its value read by that of then.
    const type = types.get(column.type.oid);
    const known = driverColumn(column, types);
    return type !== undefined && hasDefaultMapper(type) ? known : { ...known, defaultText: null };
  };
  return projectStream(
    { ...then, relations, types: typesLater(then.types, now.types), searchPath: now.searchPath },
    connector,
    driver,
    only,
  );
}

/** Today's types, and those that only the earlier columns use; a type that was dropped meanwhile is none that Debezium knows. */
function typesLater(then: Catalog["types"], now: Catalog["types"]): Catalog["types"] {
  const later = typeIndex(now);
  const earlier = typeIndex(then);
  const isGone = (type: TypeDefinition): boolean => {
    if (later.has(type.oid)) return false;
    const element = type.element === null ? undefined : earlier.get(type.element);
    // A catalog lists all of these; what else is missing may be unused as well.
    return type.kind === "array" ? element !== undefined && isGone(element) : ["enum", "domain", "composite"].includes(type.kind);
  };
  const others = then.filter(({ oid }) => !later.has(oid)).map((type) => (isGone(type) ? unknownType(type) : type));
  return [...now, ...others];
}

/** PostgresType.UNKNOWN. */
function unknownType({ oid }: TypeDefinition): TypeDefinition {
  const nothing = { base: null, element: null, notNull: false, default: null, labels: [], attributes: [], checks: [], extension: null };
  return { oid, schema: "", name: "unknown", kind: "pseudo", ...nothing };
}
