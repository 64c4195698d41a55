import type { Catalog, Relation, ReplicaIdentity, TypeDefinition } from "../model/catalog.ts";

export interface ColumnSnapshot {
  readonly attnum: number;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly identity: "always" | "byDefault" | null;
  readonly generated: { readonly kind: "stored" | "virtual"; readonly expression: string } | null;
}

export interface TableSnapshot {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: Relation["kind"];
  readonly persistence: Relation["persistence"];
  readonly columns: readonly ColumnSnapshot[];
  readonly primaryKey: { readonly name: string; readonly columns: readonly string[] } | null;
  /** Those that REPLICA IDENTITY USING INDEX would take. */
  readonly uniqueIndexes: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly replicaIdentity: ReplicaIdentity;
  readonly partitionKey: string | null;
  readonly partitionOf: Relation["partitionOf"];
  readonly inherits: Relation["inherits"];
}

export interface EnumSnapshot {
  readonly schema: string;
  readonly name: string;
  readonly labels: readonly string[];
}

export interface DomainSnapshot {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly checks: readonly { readonly name: string; readonly definition: string }[];
}

export interface CompositeSnapshot {
  readonly schema: string;
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
}

export interface PublicationSnapshot {
  readonly name: string;
  readonly allTables: boolean;
  readonly publish: readonly string[];
  readonly viaRoot: boolean;
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly string[] | null;
    readonly where: string | null;
  }[];
  readonly schemas: readonly string[];
}

/** A catalog as `driftgate catalog --format json` prints it: names, types and defaults as PostgreSQL prints them with an empty search_path. */
export interface CatalogSnapshot {
  readonly tables: readonly TableSnapshot[];
  readonly enums: readonly EnumSnapshot[];
  readonly domains: readonly DomainSnapshot[];
  readonly composites: readonly CompositeSnapshot[];
  readonly publications: readonly PublicationSnapshot[];
}

/** The catalog as a snapshot; types of PostgreSQL itself and of extensions are left out, and row types of tables. */
export function toSnapshot(catalog: Catalog): CatalogSnapshot {
  // Row types of relations have no attributes here.
  const own = catalog.types.filter(
    (type) => type.extension === null && type.schema !== "pg_catalog" && type.schema !== "information_schema",
  );
  return {
    tables: catalog.relations.map(tableSnapshot),
    enums: own
      .filter((type) => type.kind === "enum")
      .map(({ schema, name, labels }) => ({ schema, name, labels: labels.map(({ label }) => label) })),
    domains: own.filter((type) => type.kind === "domain").map(domainSnapshot),
    composites: own.filter((type) => type.kind === "composite" && type.attributes.length > 0).map(compositeSnapshot),
    publications: catalog.publications.map(({ name, allTables, publish, viaRoot, tables, schemas }) => ({
      name,
      allTables,
      publish,
      viaRoot,
      tables,
      schemas,
    })),
  };
}

/** One table of a snapshot; oid and attnum are those of the catalog it came from. */
export function tableSnapshot(relation: Relation): TableSnapshot {
  return {
    oid: relation.oid,
    schema: relation.schema,
    name: relation.name,
    kind: relation.kind,
    persistence: relation.persistence,
    columns: relation.columns.map(({ position, name, type, notNull, default: value, identity, generated }) => ({
      attnum: position,
      name,
      type: type.text,
      notNull,
      default: value,
      identity,
      generated,
    })),
    primaryKey: relation.primaryKey === null ? null : { name: relation.primaryKey.name, columns: relation.primaryKey.columns },
    uniqueIndexes: relation.uniqueIndexes.filter((index) => index.usableAsIdentity).map(({ name, columns }) => ({ name, columns })),
    replicaIdentity: relation.replicaIdentity,
    partitionKey: relation.partitionKey,
    partitionOf: relation.partitionOf,
    inherits: relation.inherits,
  };
}

function domainSnapshot(type: TypeDefinition): DomainSnapshot {
  const { schema, name, base, notNull, default: value, checks } = type;
  return { schema, name, type: base?.text ?? "", notNull, default: value, checks };
}

function compositeSnapshot({ schema, name, attributes }: TypeDefinition): CompositeSnapshot {
  return { schema, name, attributes: attributes.map((attribute) => ({ name: attribute.name, type: attribute.type.text })) };
}
