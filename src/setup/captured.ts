import type { Catalog, Relation } from "../model/catalog.ts";
import { heartbeatTable, signalTable } from "../model/setup.ts";

/** Where migration tools and frameworks keep their own books: `schema.table`, `*` for any schema or name. */
const bookkeeping: readonly string[] = [
  "*.flyway_schema_history",
  "*.schema_version",
  "*.schema_migrations",
  "*.goose_db_version",
  "*._prisma_migrations",
  "drizzle.*",
  "*.__drizzle_migrations",
  "*.__diesel_schema_migrations",
  "*._sqlx_migrations",
  "*.databasechangelog",
  "*.databasechangeloglock",
  "sqitch.*",
  "supabase_migrations.*",
  "*.alembic_version",
  "*.django_migrations",
  "*.ar_internal_metadata",
  "*.knex_migrations",
  "*.knex_migrations_lock",
  "*.pgmigrations",
  "graphile_migrate.*",
  "graphile_worker.*",
  "atlas_schema_revisions.*",
  "*.atlas_schema_revisions",
];

/** Tables worth a topic: permanent ones and partitioned roots, without what tools keep for themselves. In the order of the catalog. */
export function capturable(catalog: Catalog): readonly Relation[] {
  return catalog.relations.filter(
    (relation) =>
      relation.kind !== "foreign" &&
      relation.persistence === "permanent" &&
      relation.partitionOf === null &&
      relation.name !== heartbeatTable &&
      relation.name !== signalTable &&
      !isBookkeeping(relation),
  );
}

function isBookkeeping({ schema, name }: Relation): boolean {
  return bookkeeping.some((entry) => {
    const [inSchema = "", table = ""] = entry.split(".");
    return (inSchema === "*" || inSchema === schema) && (table === "*" || table === name.toLowerCase());
  });
}

/** The partitions below, at any depth: what holds the rows of a partitioned table. */
export function partitionsBelow(relations: readonly Relation[], { schema, name }: Relation): readonly Relation[] {
  const own = relations.filter(({ partitionOf }) => partitionOf?.schema === schema && partitionOf.name === name);
  return own.flatMap((one) => [one, ...partitionsBelow(relations, one)]);
}
